using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>
/// POST /api/workspaces/{workspace}/records/{type}/{id}/copy, with
/// <c>{"values": {"name": "Shop"}, "with": {"solo.task": {"done": false}}, "days": 30, "id"}</c>: makes a record like another one. The answer is
/// that of a transaction, with the new record's id as <c>record</c>.
/// </summary>
internal static class CopyDoor
{
    private const int MostDays = 36_500;

    internal static async Task<IResult> HandleAsync(Guid workspace, string type, Guid id, SignedIn who, JsonBody body, Copying copying, CancellationToken cancel)
    {
        var (values, with) = (Member(body.Json, "values"), Member(body.Json, "with"));
        if (body.Json.EnumerateObject().Any(member => member.Name is not ("values" or "with" or "days" or "id")))
            return Problem.Of(FieldFailures.Unknown.With("A copy takes values, with, days and id."));
        if (WriteDoor.ReadId(body.Json, out var transaction) is { } malformed)
            return Problem.Of(malformed);
        if (!IsObject(values))
            return Problem.Of(FieldFailures.WrongKind.With("'values' takes an object: for each field its value.", "values", ("expected", "an object")));
        if (!IsObject(with) || (with.ValueKind == JsonValueKind.Object && with.EnumerateObject().Any(along => !IsObject(along.Value))))
            return Problem.Of(FieldFailures.WrongKind.With("'with' takes an object: for each type an object of fields and values.", "with", ("expected", "an object of objects")));
        var days = 0;
        if (body.Json.TryGetProperty("days", out var asked) && (asked.ValueKind != JsonValueKind.Number || !asked.TryGetInt32(out days) || Math.Abs((long)days) > MostDays))
            return Problem.Of(FieldFailures.OutOfRange.With($"'days' takes a whole number from {-MostDays} to {MostDays}.", "days", ("min", -MostDays), ("max", MostDays)));
        var (copied, failure) = await copying.CopyAsync(workspace, who.ToActor(), type, id, new CopyRequest(values, with, days) { Transaction = transaction }, cancel);
        return failure is not null
            ? Problem.Of(failure)
            : WriteDoor.Answer(copied!.Transaction, copied.Outcome, json => json.WriteString("record", copied.Record));
    }

    private static JsonElement Member(JsonElement json, string name) => json.TryGetProperty(name, out var member) ? member : default;

    private static bool IsObject(JsonElement json) => json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Object;
}
