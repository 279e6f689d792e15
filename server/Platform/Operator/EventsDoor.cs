using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Operator;

/// <summary>The security events of the whole instance, and how often each happened.</summary>
internal static class EventsDoor
{
    /// <summary>GET /api/operator/events: a page, with the names of the people in it.</summary>
    internal static async Task<IResult> PageAsync(HttpRequest http, EventReader events, People people, CancellationToken cancel)
    {
        if (EventsAddress.ReadPage(http, out var filter) is { } failure)
            return Problem.Of(failure);
        var page = await events.AllAsync(filter, cancel);
        var users = page.Where(row => row.User is not null).Select(row => row.User!.Value).Distinct().ToArray();
        return EventFile.Page(page, filter.Limit, await people.NamesAsync(users, cancel));
    }

    /// <summary>GET /api/operator/events/export</summary>
    internal static Task<IResult> FileAsync(HttpContext http, EventReader events) => EventFile.WriteAsync(http, events.AllAsync);

    /// <summary>GET /api/operator/events/counts?by=hour|day: how often each happened, over the last two days or the last thirty.</summary>
    internal static async Task<IResult> CountsAsync(HttpRequest http, EventReader events, TimeProvider time, CancellationToken cancel)
    {
        if (EventsAddress.ReadUnit(http, out var byHour) is { } failure)
            return Problem.Of(failure);
        var now = time.GetUtcNow();
        var from = byHour ? now.AddHours(-48) : now.AddDays(-30);
        return TypedResults.Ok(new { counts = await events.CountAsync(byHour, from, cancel) });
    }
}
