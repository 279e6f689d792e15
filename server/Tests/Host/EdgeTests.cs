using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>What every request meets before a module sees it, and every answer carries.</summary>
public sealed class EdgeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_files_and_api_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder);

        foreach (var page in new[] { "/", "/customers/0198", "/apiary" })
        {
            using var answer = await host.Http.GetAsync(page, Cancel);
            Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal("no-cache", answer.Headers.CacheControl?.ToString());
            Assert.Contains("<title>Page", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        using var asset = await SendAsync(host, "/assets/app-1.js", ("Accept-Encoding", "br"));
        Assert.Equal("public, max-age=31536000, immutable", asset.Headers.CacheControl?.ToString());
        Assert.Equal(["br"], asset.Content.Headers.ContentEncoding);
        foreach (var missing in new[] { "/assets/app-2.js", "/assets/app", "/missing.png", "/../data/holdfast.lock", "/%2e%2e/data/holdfast.lock" })
            Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(missing, Cancel)).StatusCode);

        using var unknown = await host.Http.GetAsync("/api/nothing", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("no-store", unknown.Headers.CacheControl?.ToString());
        Assert.Equal("request.not_found", await CodeAsync(unknown));
        using var posted = await host.Http.PostAsync("/customers", null, Cancel);
        Assert.NotEqual(HttpStatusCode.OK, posted.StatusCode);
    }

    [Fact]
    public async Task What_the_build_has_compressed_goes_as_it_is_to_whoever_takes_it()
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder);
        const string Script = "// what works where there is no network";
        using var small = new MemoryStream();
        await using (var brotli = new BrotliStream(small, CompressionLevel.SmallestSize))
            await brotli.WriteAsync(Encoding.UTF8.GetBytes(Script), Cancel);
        await File.WriteAllTextAsync(folder["browser/worker.js"], Script, Cancel);
        await File.WriteAllBytesAsync(folder["browser/worker.js.br"], small.ToArray(), Cancel);

        using var compressed = await SendAsync(host, "/worker.js", ("Accept-Encoding", "gzip, br"));
        Assert.Equal(["br"], compressed.Content.Headers.ContentEncoding);
        Assert.Equal("text/javascript", compressed.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-cache", compressed.Headers.CacheControl?.ToString());
        Assert.Contains("Accept-Encoding", compressed.Headers.Vary);
        Assert.Equal(small.ToArray(), await compressed.Content.ReadAsByteArrayAsync(Cancel));
        foreach (var accepted in new[] { "identity", "br;q=0" })
        {
            using var plain = await SendAsync(host, "/worker.js", ("Accept-Encoding", accepted));
            Assert.Equal(Script, await plain.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    [Trait("asvs", "13.4.6")]
    public async Task Every_answer_carries_the_security_headers_and_no_name_of_the_server()
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder, "--public-address", "https://holdfast.example", "--trusted-proxies", "127.0.0.1,::1");
        foreach (var path in new[] { "/", "/api/nothing", "/health/live" })
        {
            using var plain = await host.Http.GetAsync(path, Cancel);
            Assert.Equal(
                "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; report-uri /api/csp-reports; report-to csp",
                Header(plain, "Content-Security-Policy"));
            Assert.Equal("csp=\"/api/csp-reports\"", Header(plain, "Reporting-Endpoints"));
            Assert.Equal("nosniff", Header(plain, "X-Content-Type-Options"));
            Assert.Equal("DENY", Header(plain, "X-Frame-Options"));
            Assert.Equal("no-referrer", Header(plain, "Referrer-Policy"));
            Assert.Equal("same-origin", Header(plain, "Cross-Origin-Opener-Policy"));
            Assert.Equal("same-origin", Header(plain, "Cross-Origin-Resource-Policy"));
            Assert.Contains("camera=()", Header(plain, "Permissions-Policy"), StringComparison.Ordinal);
            Assert.Null(Header(plain, "Server"));
            Assert.Null(Header(plain, "Strict-Transport-Security"));

            using var encrypted = await SendAsync(host, path, ("X-Forwarded-Proto", "https"));
            Assert.Equal("max-age=31536000; includeSubDomains", Header(encrypted, "Strict-Transport-Security"));
        }
    }

    [Theory]
    [Trait("asvs", "13.4.5")]
    [InlineData("/.git/HEAD")]
    [InlineData("/.svn")]
    [InlineData("/.env")]
    [InlineData("/appsettings.json")]
    [InlineData("/holdfast.pdb")]
    [InlineData("/token.key")]
    [InlineData("/data/token.key")]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/assets/")]
    [InlineData("/assets")]
    [InlineData("/trace.axd")]
    [InlineData("/src/main.tsx")]
    [InlineData("/assets/app-1.js.map")]
    [InlineData("/api/debug")]
    [InlineData("/api/swagger.json")]
    [InlineData("/api/metrics")]
    [InlineData("/api/../data/token.key")]
    [InlineData("/..%2f..%2fdata/token.key")]
    [InlineData("/%2e%2e/data/token.key")]
    [InlineData("/assets/..%2f..%2fdata/token.key")]
    [Trait("asvs", "13.4.3")]
    public async Task What_is_for_developers_or_for_the_server_alone_is_not_there(string path)
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder);
        Assert.True(File.Exists(folder["data/token.key"]));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(path, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Forwarded_headers_are_not_believed_unless_a_proxy_is_trusted()
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder);
        using var answer = await SendAsync(host, "/", ("X-Forwarded-Proto", "https"));
        Assert.Null(Header(answer, "Strict-Transport-Security"));
    }

    [Fact]
    public async Task Names_that_are_not_ours_are_refused_but_for_health()
    {
        using var folder = new TemporaryFolder();
        await using var host = await StartAsync(folder, "--public-address", "https://holdfast.example");
        foreach (var ours in new[] { "holdfast.example", "HOLDFAST.example:443", "127.0.0.1", "[::1]:8400" })
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(host, "/", ("Host", ours))).StatusCode);
        using var stranger = await SendAsync(host, "/", ("Host", "rebound.example"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, stranger.StatusCode);
        Assert.Equal("request.host_unknown", await CodeAsync(stranger));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(host, "/health/live", ("Host", "10.1.2.3"))).StatusCode);
    }

    private Task<HostProcess> StartAsync(TemporaryFolder folder, params string[] arguments) =>
        HostProcess.StartReadyAsync(folder, ["--database", database.ConnectionString, .. arguments]);

    private static async Task<HttpResponseMessage> SendAsync(HostProcess host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await host.Http.SendAsync(request, Cancel);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return json.RootElement.GetProperty("code").GetString();
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
