using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Queries;
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
    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/workspaces/{workspace:guid}/sample", FillAsync);
        api.MapDelete("/workspaces/{workspace:guid}/sample", RemoveAsync);
    }

    /// <summary>POST /api/workspaces/{workspace}/sample. The answer is that of a transaction.</summary>
    private static async Task<IResult> FillAsync(Guid workspace, SignedIn who, SampleBook book, SyncDesk desk, TimeProvider clock, CancellationToken cancel)
    {
        var (transaction, outcome, failure) = await desk.PushAsync(workspace, who.ToActor("FillSample"), book.Compose(who.Language, clock.GetUtcNow()), cancel);
        return failure is not null ? Problem.Of(failure) : WriteDoor.Answer(transaction!.Id, outcome!);
    }

    /// <summary>
    /// DELETE /api/workspaces/{workspace}/sample. The answer is that of a transaction, by which it can be undone, with the ids of what stays as
    /// <c>left</c>: something of one's own refers to it.
    /// </summary>
    private static async Task<IResult> RemoveAsync(Guid workspace, SignedIn who, RecordReader records, Removing removing, CancellationToken cancel)
    {
        var actor = who.ToActor("RemoveSample");
        var (bytes, failure) = await records.ListAsync(workspace, actor, "solo.sample", new ListRequest(), cancel);
        if (failure is not null)
            return Problem.Of(failure);
        using var list = JsonDocument.Parse(bytes!);
        if (list.RootElement.GetProperty("records").EnumerateArray().FirstOrDefault() is not { ValueKind: JsonValueKind.Object } sample)
            return Problem.Of(NotThere());
        var named = sample.GetProperty("values").GetProperty("records").EnumerateArray().Select(item => item.GetString()!.Split(' '))
            .Where(parts => parts.Length == 2 && Guid.TryParse(parts[1], out _)).Select(parts => (parts[0], Guid.Parse(parts[1])));
        var (removed, refused) = await removing.RemoveAsync(workspace, actor, [.. named, ("solo.sample", sample.GetProperty("id").GetGuid())], cancel);
        if (refused is not null)
            return Problem.Of(refused);
        return removed!.Transaction is { } transaction
            ? WriteDoor.Answer(transaction.Id, removed.Outcome!, json => WriteDoor.WriteLeft(json, removed.Left))
            : Problem.Of(NotThere());
    }

    private static Failure NotThere() => SampleFailures.NotThere.With("It was removed, or there never was one.");
}
