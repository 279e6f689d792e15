namespace Holdfast.Host.Web;

/// <summary>
/// Lets the pages of sites that are named read what the API answers to a token (CORS). Cookies of ours are not sent from
/// there, and would not count. Where none is named, no answer says anything to other sites.
/// </summary>
internal static class AllowedOrigins
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    public static void UseAllowedOrigins(this WebApplication app, Settings settings)
    {
        if (settings.AllowedOrigins.Count == 0)
            return;
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase), api => api.UseCors(policy => policy
            .WithOrigins([.. settings.AllowedOrigins])
            .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
            .WithHeaders("Authorization", "Content-Type")
            .WithExposedHeaders("RateLimit", "RateLimit-Policy", "Retry-After")
            .SetPreflightMaxAge(Remembered)));
    }
}
