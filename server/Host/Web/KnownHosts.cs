using Holdfast.Engine.Failures;
using Holdfast.Platform.Http;

namespace Holdfast.Host.Web;

/// <summary>
/// Refuses requests for a name that is not ours. A page of another site can make its own name point here and would then
/// count as the same site; the name in the request gives it away.
/// </summary>
internal static class KnownHosts
{
    public static readonly FailureCode Unknown = new("request.host_unknown", 421, "This server does not go by that name.");

    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseKnownHosts(this WebApplication app, Settings settings)
    {
        var known = new HashSet<string>([settings.PublicAddress.Host, .. Loopback], StringComparer.OrdinalIgnoreCase);
        app.Use((context, next) =>
            // Whoever watches over the server asks by its bare address, and there is nothing to steal in the answer.
            known.Contains(context.Request.Host.Host) || context.Request.Path.StartsWithSegments(Health.Path, StringComparison.OrdinalIgnoreCase)
                ? next(context)
                : Problem.WriteAsync(context, Unknown.With($"People reach it at {settings.PublicAddress}; --public-address sets that.")));
    }
}
