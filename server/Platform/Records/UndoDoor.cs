using Holdfast.Engine.Operations;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>
/// POST /api/workspaces/{workspace}/transactions/{id}/undo: undoes a transaction of one's own, such as a merge. The answer is that
/// of a transaction, with <c>left</c>: the ids of what someone has changed since, which stays.
/// </summary>
internal static class UndoDoor
{
    internal static async Task<IResult> HandleAsync(Guid workspace, Guid id, SignedIn who, JsonBody body, Undoing undoing, CancellationToken cancel)
    {
        if (body.Json.EnumerateObject().Any())
            return Problem.Of(RequestFailures.Malformed.With("Send an empty object: {}."));
        var (undone, failure) = await undoing.UndoAsync(workspace, who.ToActor(), id, cancel);
        if (failure is not null)
            return Problem.Of(failure);
        return undone!.Outcome is { } outcome
            ? WriteDoor.Answer(undone.Transaction!.Id, outcome, json => WriteDoor.WriteLeft(json, undone.Left))
            : TypedResults.Ok(new { outcome = "applied", left = undone.Left });
    }
}
