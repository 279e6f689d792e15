using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Http;

/// <summary>A limit of its own for an address, or for a group of them.</summary>
public static class LimitedRoutes
{
    /// <summary>Counts each call by who is signed in, or by client address where nobody is, before anything is read of it.</summary>
    /// <param name="routes">What is limited together.</param>
    /// <param name="name">What the limit is called in the headers <c>RateLimit</c> and <c>RateLimit-Policy</c>.</param>
    /// <param name="limit">A steady limit.</param>
    /// <param name="staysOpen">While Redis is away: counts in memory, because this guards no password. Else nobody passes.</param>
    public static T Limited<T>(this T routes, string name, Func<SiteSettings, Limit> limit, bool staysOpen = false)
        where T : IEndpointConventionBuilder => routes.AddEndpointFilter<T>(async (call, next) =>
    {
        var context = call.HttpContext;
        var allowed = limit(context.RequestServices.GetRequiredService<SiteSettings>());
        var who = context.Features.Get<SignedIn>() is { } person ? person.User.ToString() : ClientAddress.Caller(context).ToString();
        var draw = new Draw(allowed, $"{name} {who}");
        var taken = staysOpen
            ? await context.RequestServices.GetRequiredService<RequestLimits>().TakeAsync(draw)
            : await context.RequestServices.GetRequiredService<ILimitStore>().TakeAsync(draw);
        LimitHeaders.Tell(context.Response, name, allowed, taken.Waits[0]);
        return taken.Wait is { } wait ? Problem.Of(RequestFailures.TooManyFor(wait)) : await next(call);
    });
}
