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
        var made = await MadeAsync();
        var (removed, refused) = await removing.RemoveAsync(workspace, actor, [.. named.Where(made.Contains), ("solo.sample", id)], cancel);
        if (refused is not null)
            return Problem.Of(refused);
        Guid[] left = [.. removed!.Left, .. named.Where(record => !made.Contains(record)).Select(record => record.Id)];
        return removed.Transaction is { } transaction
            ? WriteDoor.Answer(transaction.Id, removed.Outcome!, json => WriteDoor.WriteLeft(json, left))
            : Problem.Of(NotThere());

        // What came with the sample, by the log. What a record says of others is no leave to delete them.
        async Task<HashSet<(string Type, Guid Id)>> MadeAsync()
        {
            var versions = await history.OfAsync(workspace, registry.Of<Sample>(), id, from: null, MostVersions, cancel);
            var types = book.Types.ToHashSet(StringComparer.Ordinal);
            if (versions.Any(version => version.Change.Kind == "base"))
                return [.. await MadeWithAsync(named.Where(record => types.Contains(record.Type)))];
            var filled = versions.LastOrDefault(version => version is { Actor.Via: Fill, Change.Kind: "create" });
            var entries = filled is null ? [] : await history.EntryAsync(workspace, filled.Seq, cancel);
            return [.. entries.Where(change => change.Kind == "create" && types.Contains(change.Type.Name)).Select(change => (change.Type.Name, change.Id))];
        }

        // The log was compacted since: what came with the sample is of its moment and of the same person.
        async Task<List<(string Type, Guid Id)>> MadeWithAsync(IEnumerable<(string Type, Guid Id)> those)
        {
            var (stamp, with) = (Stamp(sample), new List<(string Type, Guid Id)>());
            foreach (var one in those)
            {
                if ((await records.FindAsync(workspace, actor, one.Type, one.Id, cancel)).Json is not { } json)
                    continue;
                using var record = JsonDocument.Parse(json);
                if (Stamp(record.RootElement) == stamp)
                    with.Add(one);
            }

            return with;
        }
    }

    private static (string? At, string? By) Stamp(JsonElement record) =>
        (record.GetProperty("createdAt").GetString(), record.GetProperty("createdBy").GetString());

    private static Failure NotThere() => SampleFailures.NotThere.With("It was removed, or there never was one.");
}
