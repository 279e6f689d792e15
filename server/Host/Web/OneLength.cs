using Holdfast.Platform.Http;

namespace Holdfast.Host.Web;

/// <summary>
/// Refuses a request that gives the length of its body and sends it in chunks: a proxy may go by the one and we by the other, and
/// what one of them takes for the end of it is the beginning of somebody's next request.
/// </summary>
internal static class OneLength
{
    /// <summary>Where Kestrel puts the length when there are chunks as well.</summary>
    private const string SetAside = "X-Content-Length";

    public static void UseOneLength(this WebApplication app) => app.Use((context, next) => context.Request.Headers.ContainsKey(SetAside)
        ? Problem.WriteAsync(context, RequestFailures.Malformed.With("Send Content-Length or Transfer-Encoding, not both."))
        : next(context));
}
