using Holdfast.Platform.Http;

namespace Holdfast.Host.Web;

/// <summary>Refuses methods that nothing here takes: TRACE, which would give back what a proxy has added, and whatever is made up.</summary>
internal static class KnownMethods
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options, HttpMethods.Connect,
    };

    public static void UseKnownMethods(this WebApplication app) => app.Use((context, next) =>
    {
        if (Known.Contains(context.Request.Method))
            return next(context);
        context.Response.Headers.Allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        return Problem.WriteAsync(context, RequestFailures.MethodNotAllowed.With($"Send one of: {context.Response.Headers.Allow}."));
    });
}
