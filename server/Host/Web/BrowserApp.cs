using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Holdfast.Host.Web;

/// <summary>Serves the built browser side. Every page of it is index.html; which one is shown is the browser's business.</summary>
internal static class BrowserApp
{
    private const string Page = "/index.html";
    private const string Assets = "/assets";

    /// <summary>What the name of a file's packed copy ends with, which the build makes.</summary>
    private const string Packed = ".br";

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
                    if (files.GetFileInfo(context.Request.Path + Packed).Exists && context.Request.GetTypedHeaders().AcceptEncoding.Any(one => one.Value == "br" && one.Quality != 0))
                        context.Request.Path += Packed;
                    return next(context);
                });
                branch.UseStaticFiles(new StaticFileOptions
                {
                    FileProvider = files,
                    ContentTypeProvider = new Unpacked(),
                    OnPrepareResponse = Describe,
                });
            });
    }

    private static void Describe(StaticFileResponseContext file)
    {
        var headers = file.Context.Response.Headers;
        // Names under assets hold a digest of the content; all others are asked for again, and answered by 304.
        headers.CacheControl = IsIn(Assets, file.Context.Request.Path) ? "public, max-age=31536000, immutable" : "no-cache";
        if (!file.File.Name.EndsWith(Packed, StringComparison.Ordinal))
            return;
        headers.ContentEncoding = "br";
        headers.Append("Vary", "Accept-Encoding");
    }

    // Files have an ending, pages have none.
    private static bool IsPage(PathString path) =>
        !Path.HasExtension(path.Value) && !IsIn("/api", path) && !IsIn(Health.Path, path) && !IsIn(Assets, path);

    /// <summary>A packed copy is of the type of what is in it.</summary>
    private sealed class Unpacked : IContentTypeProvider
    {
        private readonly FileExtensionContentTypeProvider _types = new();

        public bool TryGetContentType(string subpath, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out string contentType) =>
            _types.TryGetContentType(subpath.EndsWith(Packed, StringComparison.Ordinal) ? subpath[..^Packed.Length] : subpath, out contentType);
    }

    private static bool IsIn(string folder, PathString path) => path.StartsWithSegments(folder, StringComparison.OrdinalIgnoreCase);
}
