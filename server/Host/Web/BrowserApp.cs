using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Holdfast.Host.Web;

/// <summary>Serves the built browser side. Every page of it is index.html; which one is shown is the browser's business.</summary>
internal static class BrowserApp
{
    private const string Page = "/index.html";
    private const string Assets = "/assets";
    private const string Compressed = ".br";

    public static void UseBrowserApp(this WebApplication app, Settings settings)
    {
        if (!File.Exists(settings.Browser + Page))
            throw new StartException($"The browser's side is not built: {settings.Browser + Page} is missing. Start by bin/run, or name another folder by --browser.");
        var files = new PhysicalFileProvider(settings.Browser);
        app.UseWhen(
            context => context.GetEndpoint() is null && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)),
            branch =>
            {
                branch.UseResponseCompression();
                branch.Use((context, next) =>
                {
                    if (IsPage(context.Request.Path))
                        context.Request.Path = Page;
                    // The build has compressed it better than there is time for now.
                    if (TakesCompressed(context.Request) && files.GetFileInfo(context.Request.Path + Compressed).Exists)
                        context.Request.Path += Compressed;
                    return next(context);
                });
                branch.UseStaticFiles(new StaticFileOptions
                {
                    FileProvider = files,
                    ContentTypeProvider = new ContentTypes(),
                    OnPrepareResponse = file => Prepare(file.Context),
                });
            });
    }

    private static void Prepare(HttpContext context)
    {
        var headers = context.Response.Headers;
        // Names under assets hold a digest of the content; all others are asked for again, and answered by 304.
        headers.CacheControl = IsIn(Assets, context.Request.Path) ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Path.Value!.EndsWith(Compressed, StringComparison.Ordinal))
            headers.ContentEncoding = "br";
    }

    private static bool TakesCompressed(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.Any(one => one.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);

    // Files have an ending, or begin with a dot if they are hidden; pages do neither.
    private static bool IsPage(PathString path) =>
        !Path.HasExtension(path.Value) && !path.Value!.Contains("/.", StringComparison.Ordinal) && !IsIn("/api", path) && !IsIn(Health.Path, path) && !IsIn(Assets, path);

    private static bool IsIn(string folder, PathString path) => path.StartsWithSegments(folder, StringComparison.OrdinalIgnoreCase);

    /// <summary>A compressed file is of the kind that it is compressed from.</summary>
    private sealed class ContentTypes : IContentTypeProvider
    {
        private readonly FileExtensionContentTypeProvider _known = new();

        public bool TryGetContentType(string subpath, out string contentType) =>
            _known.TryGetContentType(subpath.EndsWith(Compressed, StringComparison.Ordinal) ? subpath[..^Compressed.Length] : subpath, out contentType!);
    }
}
