using System.Globalization;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
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
        var limit = asked.TryGetValue("limit", out var text)
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0
            : ListRequest.DefaultLimit;
        return Answer(await records.ListAsync(workspace, ActorOf(who), type, new ListRequest
        {
            Query = asked.GetValueOrDefault("query", ""),
            Sort = asked.GetValueOrDefault("sort", ListRequest.NewestFirst),
            Limit = limit,
            After = asked.GetValueOrDefault("after"),
            Scope = asked.GetValueOrDefault("scope"),
        }, cancel));
    }

    /// <summary>GET /api/workspaces/{workspace}/records/{type}/{id}</summary>
    internal static async Task<IResult> FindAsync(Guid workspace, string type, Guid id, SignedIn who, HttpRequest http, RecordReader records, CancellationToken cancel) =>
        Address.Read(http, [], out _) is { } failure
            ? Problem.Of(failure)
            : Answer(await records.FindAsync(workspace, ActorOf(who), type, id, cancel));

    internal static Actor ActorOf(SignedIn who) => Actor.Person(who.User, who.Session) with { Via = "http" };

    private static IResult Answer((byte[]? Json, Failure? Failure) answer) =>
        answer.Failure is { } failure ? Problem.Of(failure) : TypedResults.Bytes(answer.Json!, "application/json");
}
