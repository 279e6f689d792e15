using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Lets nobody under <c>/api</c> without a session, but where an endpoint says <c>AllowAnonymous()</c>.</summary>
internal sealed class SessionCheck(RequestDelegate next, Sessions sessions)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var open = endpoint is null || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        if (open || !HttpModule.IsApi(context.Request))
        {
            await next(context);
            return;
        }

        var (who, failure) = await sessions.FindAsync(context.Request, context.RequestAborted);
        if (who is null)
        {
            await Problem.WriteAsync(context, failure!);
            return;
        }

        who.Enter(context);
        await next(context);
    }
}
