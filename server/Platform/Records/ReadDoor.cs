using System.Globalization;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>Reading: what the address says, handed to the engine, and its answer.</summary>
internal static class ReadDoor
{
    /// <summary>GET /api/workspaces/{workspace}/records/{type}?query=&amp;sort=&amp;limit=&amp;after=&amp;scope=</summary>
    internal static async Task<IResult> ListAsync(Guid workspace, string type, SignedIn who, HttpRequest http, RecordReader records, CancellationToken cancel)
    {
        if (Address.Read(http, ["query", "sort", "limit", "after", "scope"], out var asked) is { } failure)
            return Problem.Of(failure);
        return Answer(await records.ListAsync(workspace, who.ToActor(), type, new ListRequest
        {
            Query = asked.GetValueOrDefault("query", ""),
            Sort = asked.GetValueOrDefault("sort", ListRequest.NewestFirst),
            Limit = Limit(asked),
            After = asked.GetValueOrDefault("after"),
            Scope = asked.GetValueOrDefault("scope"),
        }, cancel));
    }

    /// <summary>GET /api/workspaces/{workspace}/records/{type}/{id}?at=</summary>
    internal static async Task<IResult> FindAsync(
        Guid workspace, string type, Guid id, SignedIn who, HttpRequest http, RecordReader records, LogStore log, CancellationToken cancel)
    {
        if (Address.Read(http, ["at"], out var asked) is { } failure || (failure = TryVersion(asked, "at", out var at)) is not null)
            return Problem.Of(failure);
        return at is { } seq
            ? await AnswerPastAsync(await records.FindAtAsync(workspace, who.ToActor(), type, id, seq, cancel), workspace, "at", seq, log, cancel)
            : Answer(await records.FindAsync(workspace, who.ToActor(), type, id, cancel));
    }

    /// <summary>GET /api/workspaces/{workspace}/records/{type}/{id}/history?from=&amp;limit=</summary>
    internal static async Task<IResult> HistoryAsync(
        Guid workspace, string type, Guid id, SignedIn who, HttpRequest http, RecordReader records, LogStore log, CancellationToken cancel)
    {
        if (Address.Read(http, ["from", "limit"], out var asked) is { } failure || (failure = TryVersion(asked, "from", out var from)) is not null)
            return Problem.Of(failure);
        var answer = await records.HistoryAsync(workspace, who.ToActor(), type, id, from, Limit(asked), cancel);
        return from is { } seq ? await AnswerPastAsync(answer, workspace, "from", seq, log, cancel) : Answer(answer);
    }

    /// <summary>What is no number is none that the engine takes.</summary>
    private static int Limit(Dictionary<string, string> asked) => asked.TryGetValue("limit", out var text)
        ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
        : ListRequest.DefaultLimit;

    private static Failure? TryVersion(Dictionary<string, string> asked, string name, out long? version)
    {
        version = null;
        if (!asked.TryGetValue(name, out var text))
            return null;
        // One with more digits than any number here is beyond the head as well.
        var isLong = text.Length > 18 && text.All(char.IsAsciiDigit);
        var number = long.MaxValue;
        if (!isLong && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 1))
            return FieldFailures.Malformed.With($"'{name}' takes a sequence number of the log: a whole number of at least 1.", name, ("format", "integer"));
        version = number;
        return null;
    }

    /// <summary>An answer about the past, where that place of the log is. Asked after the rights: who may read the record may know the head.</summary>
    private static async Task<IResult> AnswerPastAsync(
        (byte[]? Json, Failure? Failure) answer, Guid workspace, string name, long seq, LogStore log, CancellationToken cancel)
    {
        if (answer.Failure is null && await log.HeadAsync(workspace, cancel) is var head && seq > head)
            return Problem.Of(FieldFailures.OutOfRange.With($"'{name}' takes 1 to {head}: there the log ends.", name, ("min", 1), ("max", head)));
        return Answer(answer);
    }

    private static IResult Answer((byte[]? Json, Failure? Failure) answer) =>
        answer.Failure is { } failure ? Problem.Of(failure) : TypedResults.Bytes(answer.Json!, "application/json");
}
