using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Holdfast.Platform.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Apps.Solo.Samples;

/// <summary>Fills a workspace with a sample in the person's language, and takes it away again, with all that was put below it.</summary>
internal static class SampleDoor
{
    /// <summary>What the log calls the filling.</summary>
    internal const string Fill = "FillSample";

    /// <summary>So many times at most was a sample put away and brought back.</summary>
    private const int MostVersions = 1000;

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/workspaces/{workspace:guid}/sample", FillAsync);
        api.MapDelete("/workspaces/{workspace:guid}/sample", RemoveAsync);
    }

    /// <summary>POST /api/workspaces/{workspace}/sample. The answer is that of a transaction.</summary>
    private static async Task<IResult> FillAsync(Guid workspace, SignedIn who, SampleBook book, SyncDesk desk, TimeProvider clock, CancellationToken cancel)
    {
        var (transaction, outcome, failure) = await desk.PushAsync(workspace, who.ToActor(Fill), book.Compose(who.Language, clock.GetUtcNow()), cancel);
        return failure is not null ? Problem.Of(failure) : WriteDoor.Answer(transaction!.Id, outcome!);
    }

    /// <summary>
    /// DELETE /api/workspaces/{workspace}/sample. The answer is that of a transaction, by which it can be undone, with the ids of what stays as
    /// <c>left</c>: something of one's own refers to it.
    /// </summary>
    private static async Task<IResult> RemoveAsync(Guid workspace, SignedIn who, RecordReader records, SampleBook book, History history, RecordRegistry registry, Removing removing, CancellationToken cancel)
    {
        var actor = who.ToActor("RemoveSample");
        var (bytes, failure) = await records.ListAsync(workspace, actor, "solo.sample", new ListRequest(), cancel);
        if (failure is not null)
            return Problem.Of(failure);
        using var list = JsonDocument.Parse(bytes!);
        if (list.RootElement.GetProperty("records").EnumerateArray().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } sample)
            return Problem.Of(NotThere());
        var id = sample.GetProperty("id").GetGuid();
        var named = sample.GetProperty("values").GetProperty("records").EnumerateArray().Select(item => item.GetString()!.Split(' '))
            .Where(parts => parts.Length == 2 && Guid.TryParse(parts[1], out _)).Select(parts => (Type: parts[0], Id: Guid.Parse(parts[1]))).ToArray();
        var made = await MadeAsync(workspace, id, named, book, history, registry, cancel);
        var (removed, refused) = await removing.RemoveAsync(workspace, actor, [.. named.Where(made.Contains), ("solo.sample", id)], cancel);
        if (refused is not null)
            return Problem.Of(refused);
        Guid[] left = [.. removed!.Left, .. named.Where(record => !made.Contains(record)).Select(record => record.Id)];
        return removed.Transaction is { } transaction
            ? WriteDoor.Answer(transaction.Id, removed.Outcome!, json => WriteDoor.WriteLeft(json, left))
            : Problem.Of(NotThere());
    }

    /// <summary>What came with the sample, by the log. What a record says of others is no leave to delete them.</summary>
    private static async Task<HashSet<(string Type, Guid Id)>> MadeAsync(Guid workspace, Guid sample, (string Type, Guid Id)[] named, SampleBook book, History history, RecordRegistry registry, CancellationToken cancel)
    {
        var versions = await history.OfAsync(workspace, registry.Of<Sample>(), sample, from: null, MostVersions, cancel);
        var types = book.Types.ToHashSet(StringComparer.Ordinal);
        // The log was compacted since, and nobody knows any more what came with it; nor could anyone name anything (SampleRules).
        if (versions.Any(version => version.Change.Kind == "base"))
            return [.. named.Where(record => types.Contains(record.Type))];
        var filled = versions.LastOrDefault(version => version is { Actor.Via: Fill, Change.Kind: "create" });
        var entries = filled is null ? [] : await history.EntryAsync(workspace, filled.Seq, cancel);
        return [.. entries.Where(change => change.Kind == "create" && types.Contains(change.Type.Name)).Select(change => (change.Type.Name, change.Id))];
    }

    private static Failure NotThere() => SampleFailures.NotThere.With("It was removed, or there never was one.");
}
