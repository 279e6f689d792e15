using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>
/// POST /api/workspaces/{workspace}/records/{type}/{id}/merge-into/{into}, with <c>{"take":["email"], "id"}</c>: makes one of two
/// records. The answer is that of a transaction.
/// </summary>
internal static class MergeDoor
{
    internal static async Task<IResult> HandleAsync(
        Guid workspace, string type, Guid id, Guid into, SignedIn who, JsonBody body, Merging merging, CancellationToken cancel)
    {
        if (body.Json.EnumerateObject().Any(member => member.Name is not ("take" or "id")))
            return Problem.Of(FieldFailures.Unknown.With("A merge takes take and id."));
        if (WriteDoor.ReadId(body.Json, out var own) is { } malformed)
            return Problem.Of(malformed);
        var take = body.Json.TryGetProperty("take", out var given) ? given : default;
        if (take.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Array) || (take.ValueKind == JsonValueKind.Array && take.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)))
            return Problem.Of(FieldFailures.WrongKind.With("'take' takes a list of names of fields.", "take", ("expected", "a list of text")));
        string[] fields = take.ValueKind == JsonValueKind.Array ? [.. take.EnumerateArray().Select(item => item.GetString()!)] : [];
        var (transaction, outcome, failure) = await merging.MergeAsync(workspace, who.ToActor(), type, id, into, fields, own, cancel);
        return failure is not null ? Problem.Of(failure) : WriteDoor.Answer(transaction!.Id, outcome!);
    }
}
