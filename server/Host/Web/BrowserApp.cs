using Microsoft.Extensions.FileProviders;

namespace Holdfast.Host.Web;

/// <summary>Serves the built browser side. Every page of it is index.html; which one is shown is the browser's business.</summary>
internal static class BrowserApp
{
    private const string Page = "/index.html";
    private const string Assets = "/assets";

    public static void UseBrowserApp(this WebApplication app, Settings settings)
    {
        if (!File.Exists(settings.Browser + Page))
            throw new StartException($"The browser's side is not built: {settings.Browser + Page} is missing. Start by bin/run, or name another folder by --browser.");
        app.UseWhen(
            context => context.GetEndpoint() is null && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)),
            branch =>
            {
                branch.UseResponseCompression();
                branch.Use((context, next) =>
                {
                    if (IsPage(context.Request.Path))
                        context.Request.Path = Page;
                    return next(context);
                });
                branch.UseStaticFiles(new StaticFileOptions
                {
                    FileProvider = new PhysicalFileProvider(settings.Browser),
                    // Names under assets hold a digest of the content; all others are asked for again, and answered by 304.
                    OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                        IsIn(Assets, file.Context.Request.Path) ? "public, max-age=31536000, immutable" : "no-cache",
                });
            });
    }

    // Files have an ending, pages have none.
    private static bool IsPage(PathString path) =>
        !Path.HasExtension(path.Value) && !IsIn("/api", path) && !IsIn(Health.Path, path) && !IsIn(Assets, path);

    private static bool IsIn(string folder, PathString path) => path.StartsWithSegments(folder, StringComparison.OrdinalIgnoreCase);
}
