using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>
/// Refuses what another site's page makes a browser send: every request that could change something, and the
/// handshake of a socket, which CORS does not cover. Browsers set both headers themselves; a page cannot. Neither does an
/// address under <c>/api</c> that was typed, or that another site led to, open as a page: it would show what the session
/// of the browser may read, also where the person has signed out here while the server could not be reached. A download that
/// a page of ours begins comes from this site. Programs that come with a token have no site.
/// </summary>
internal sealed class SameSite(RequestDelegate next, SiteSettings site)
{
    private readonly string _publicOrigin = site.PublicAddress.GetLeftPart(UriPartial.Authority);

    public Task InvokeAsync(HttpContext context) =>
        Refusal(context) is { } failure ? Problem.WriteAsync(context, failure) : next(context);

    private Failure? Refusal(HttpContext context)
    {
        var request = context.Request;
        // No page of another site can send a token, nor what such an address takes. So that nothing rides along, there is no cookie.
        if (Bearer.Of(request) is not null)
        {
            return request.Headers.Cookie.Count == 0 ? null
                : RequestFailures.TwoIdentities.With("A program sends Authorization and no Cookie, a browser its cookie and no Authorization.");
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<Bearer.NeedsNoCookie>() is not null)
            return null;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var handshake = HttpMethods.IsConnect(request.Method) || request.Headers.Upgrade.Count > 0;
        if (reads && !handshake)
            return HttpModule.IsApi(request) && request.Headers["Sec-Fetch-Mode"] == "navigate" && !IsOurs(request)
                ? RequestFailures.CrossSite.With("This is no page. Open the site itself; a program reads this address without Sec-Fetch-Mode.")
                : null;
        if (!IsOurs(request))
            return RequestFailures.CrossSite.With(
                "Send it from a page of this site, or with the header Origin set to the site's own address.");
        // A form of another site can send three content types without asking; JSON is none of them.
        if (!handshake && !request.HasJsonContentType())
            return RequestFailures.CrossSite.With("Send Content-Type: application/json.");
        return null;
    }

    private bool IsOurs(HttpRequest request)
    {
        var from = request.Headers["Sec-Fetch-Site"];
        if (from.Count > 0)
            return from == "same-origin";
        var origin = request.Headers.Origin;
        return origin.Count == 1
            && (origin == _publicOrigin || origin == $"{request.Scheme}://{request.Host.Value}");
    }
}
