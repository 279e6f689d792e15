using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>What holds for everything under <c>/api</c>: counted, never cached, and every refusal in one shape.</summary>
internal sealed class ApiEdge(RequestDelegate next, RequestLimits limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpModule.IsApi(context.Request))
        {
            await next(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (await limits.CountAddressAsync(context) is { } refusal)
        {
            await Problem.WriteAsync(context, refusal);
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
