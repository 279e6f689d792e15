using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Lets nobody under <c>/api</c> without a session or a token, but where an endpoint says <c>AllowAnonymous()</c>; nor, where the
/// instance demands it, who has not shown that his address is his, but where it says <see cref="Unverified.OpenToUnverified"/>.
/// </summary>
internal sealed class SessionCheck(RequestDelegate next, SessionFinder sessions, Tokens tokens, RequestLimits limits, SignUpSettings signUps)
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

        var (who, failure) = Bearer.Of(context.Request) is { } token
            ? await tokens.FindAsync(token, context.RequestAborted)
            : await sessions.FindAsync(context, provesNow: endpoint!.Metadata.GetMetadata<ProveAnew.Here>() is not null);
        if (who is null)
        {
            if (failure!.Code == RequestFailures.TokenRefused)
                context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            await Problem.WriteAsync(context, failure);
            return;
        }

        if (await limits.CountPersonAsync(context, who) is { } refusal)
        {
            await Problem.WriteAsync(context, refusal);
            return;
        }

        if (signUps.VerifiesFirst && !who.IsVerified && endpoint!.Metadata.GetMetadata<Unverified.Open>() is null)
        {
            await Problem.WriteAsync(context, Unverified.Refusal());
            return;
        }

        who.Enter(context);
        await next(context);
    }
}
