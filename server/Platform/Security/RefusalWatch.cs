using Holdfast.Engine.Failures;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Security;

/// <summary>Notes which requests were refused for what they wanted: too many, from another site, with a token that does not count, or beyond one's rights. After the answer, so that nobody waits for it.</summary>
internal sealed class RefusalWatch(RequestDelegate next, EventPost post)
{
    private const string InWorkspace = "/api/workspaces/{workspace:guid}/";

    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (context.Features.Get<Failure>() is not { } failure || NameOf(failure.Code) is not { } name)
            return;
        var path = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        // Anyone may name a workspace; one that is refused for his rights was found to be in it.
        var workspace = name == SecurityEventNames.Refused && path.StartsWith(InWorkspace, StringComparison.Ordinal)
            && Guid.TryParse(context.GetRouteValue("workspace") as string, out var named) ? named : (Guid?)null;
        post.Post(SecurityEvent.Of(context, name) with
        {
            Workspace = workspace,
            // The pattern, not what was typed: it holds no id and nobody's text.
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["code"] = failure.Code.Code, ["at"] = $"{context.Request.Method} {path}" },
        });
    }

    private static string? NameOf(FailureCode code) =>
        code == RequestFailures.TooMany ? SecurityEventNames.TooMany
        : code == RequestFailures.CrossSite ? SecurityEventNames.CrossSite
        : code == RequestFailures.TokenRefused ? SecurityEventNames.TokenRefused
        // A page that asks twice at once is refused once, and asks again; another site's has been refused before.
        : code == RequestFailures.CsrfRefused ? null
        : code.Status == StatusCodes.Status403Forbidden && !code.Code.StartsWith("request.", StringComparison.Ordinal) ? SecurityEventNames.Refused
        : null;
}
