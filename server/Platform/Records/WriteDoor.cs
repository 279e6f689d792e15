using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>POST /api/workspaces/{workspace}/transactions: one transaction, and what became of it.</summary>
public static class WriteDoor
{
    internal static async Task<IResult> HandleAsync(Guid workspace, SignedIn who, JsonBody body, SyncDesk desk, CancellationToken cancel)
    {
        var (transaction, outcome, failure) = await desk.PushAsync(workspace, who.ToActor(), body.Json, cancel);
        if (failure is not null)
            return Problem.Of(failure);
        return Answer(transaction!.Id, outcome!);
    }

    /// <summary>The outcome as the socket says it; one that refuses is a problem besides, with the status of its failure.</summary>
    /// <param name="id">The transaction's.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="more">Further members of the answer.</param>
    public static IResult Answer(Guid id, Outcome outcome, Action<Utf8JsonWriter>? more = null) => outcome.Kind == OutcomeKind.Retry
        ? Problem.Of(WriteFailures.Retry.With("Send it again with the same id, a second later.", null, ("retryAfter", 1)))
        : new Outgoing(id, outcome, more);

    /// <summary>The id that the sender of a command gives its transaction, by which he may send it again; null where he gives none.</summary>
    internal static Failure? ReadId(JsonElement json, out Guid? id)
    {
        id = null;
        if (!json.TryGetProperty("id", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.String || !given.TryGetGuid(out var own) || own.Version != 7)
            return FieldFailures.WrongKind.With("'id' takes a UUID of version 7.", "id", ("expected", "a UUID of version 7"));
        id = own;
        return null;
    }

    /// <summary>Adds <c>left</c>: the ids of the records that a command left as they were.</summary>
    public static void WriteLeft(Utf8JsonWriter json, IReadOnlyList<Guid> left)
    {
        json.WriteStartArray("left");
        foreach (var id in left)
            json.WriteStringValue(id);
        json.WriteEndArray();
    }

    private sealed class Outgoing(Guid id, Outcome outcome, Action<Utf8JsonWriter>? more) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            // What refuses is an object of the error and, for a conflict, of the records as they are now.
            using var refusal = outcome.Answer is { } text ? JsonDocument.Parse(text) : null;
            var response = httpContext.Response;
            response.StatusCode = refusal?.RootElement.GetProperty("error").GetProperty("status").GetInt32() ?? StatusCodes.Status200OK;
            response.ContentType = refusal is null ? "application/json" : "application/problem+json";
            await using var json = new Utf8JsonWriter(response.BodyWriter);
            json.WriteStartObject();
            foreach (var member in refusal?.RootElement.GetProperty("error").EnumerateObject() ?? default)
                member.WriteTo(json);
            json.WriteString("id", id);
            json.WriteString("outcome", outcome.Word);
            if (outcome.Seq is { } seq)
                json.WriteNumber("seq", seq);
            foreach (var member in refusal?.RootElement.EnumerateObject() ?? default)
            {
                if (!member.NameEquals("error"))
                    member.WriteTo(json);
            }

            more?.Invoke(json);
            json.WriteEndObject();
            await json.FlushAsync(httpContext.RequestAborted);
        }
    }
}
