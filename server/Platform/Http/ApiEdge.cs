using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>What holds for everything under <c>/api</c>: counted, never cached, and every refusal in one shape.</summary>
internal sealed class ApiEdge(RequestDelegate next, RequestLimits limits, SiteSettings site)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpModule.IsApi(context.Request))
        {
            await next(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var taken = await limits.TakeAsync(new Draw(site.Requests, $"requests {ClientAddress.Caller(context)}"));
        LimitHeaders.Tell(context.Response, "requests", site.Requests, taken.Waits[0]);
        if (taken.Wait is { } wait)
        {
            await Problem.WriteAsync(context, RequestFailures.TooManyFor(wait));
            return;
        }

        await next(context);
        if (context.Response.HasStarted || context.Response.ContentType is not null)
            return;
        if (context.Response.StatusCode == StatusCodes.Status404NotFound)
            await Problem.WriteAsync(context, RequestFailures.NotFound.With($"Nothing is at {context.Request.Path}."));
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Problem.WriteAsync(context, RequestFailures.MethodNotAllowed.With($"Send one of: {context.Response.Headers.Allow}."));
    }
}
