using System.Net;
using System.Net.Http.Json;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>What every answer carries, whatever was asked, and what no answer does.</summary>
public sealed class AnswerTests(TestCluster cluster) : IAsyncLifetime
{
    private static readonly (string Name, string Value)[] Always =
    [
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"), ("Reporting-Endpoints", "csp=\"/api/csp-reports\""),
    ];

    private readonly TestServer _server = new(cluster) { Arguments = ["--requests", "300", "--trusted-proxies", "127.0.0.0/8", "--allowed-origins", "https://shop.example, https://intra.example:8443"] };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Trait("asvs", "3.4.1")]
    [Trait("asvs", "3.4.3")]
    [Trait("asvs", "3.4.4")]
    [Trait("asvs", "3.4.5")]
    [Trait("asvs", "3.4.6")]
    [Trait("asvs", "3.4.7")]
    [Trait("asvs", "3.4.8")]
    [Trait("asvs", "3.5.8")]
    [Trait("asvs", "14.3.2")]
    public async Task Every_address_answers_everybody_and_every_method_with_the_same_guards()
    {
        using var ada = await _server.NewBrowser().SignUpAsync();
        string[] paths = [.. _server.Endpoints.OfType<RouteEndpoint>().Select(endpoint => PathOf(endpoint.RoutePattern)).Distinct(), "/", "/nothing.js", "/api/nothing"];
        Assert.InRange(paths.Length, 60, 1000);
        // Each path at an address of its own: the budget of one is not what is tested here.
        foreach (var (path, i) in paths.Select((path, i) => (path, i)))
        {
            foreach (var method in new[] { "GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE" })
            {
                using var stranger = _server.NewBrowser();
                Carries(await SendAsync(stranger, method, path, $"198.51.{i / 200}.{i % 200}"), $"{method} {path}");
            }

            if (path is not "/api/sign-out" and not "/api/sync")
                Carries(await SendAsync(ada, "GET", path, $"203.0.{i / 200}.{i % 200}"), $"GET {path} by somebody");
        }

        var page = await SendAsync(ada, "GET", "/", "203.0.113.7");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Forwarded-Proto", "https" }, { "If-None-Match", page.Message.Headers.ETag!.Tag } } };
        Carries((await ada.SendAsync(again)).Is(HttpStatusCode.NotModified), "a page that is known already");
    }

    [Theory]
    [Trait("asvs", "4.1.4")]
    [InlineData("TRACE")]
    [InlineData("TRACK")]
    [InlineData("PROPFIND")]
    [Trait("asvs", "13.4.4")]
    public async Task Methods_that_nothing_takes_are_refused_everywhere(string method)
    {
        using var browser = _server.NewBrowser();
        foreach (var path in new[] { "/", "/api/me", "/health/live", "/assets/nothing.js" })
        {
            var answer = (await SendAsync(browser, method, path, "198.51.100.1")).Refuses(HttpStatusCode.MethodNotAllowed, "request.method_not_allowed");
            Assert.DoesNotContain(method, answer.Message.Content.Headers.Allow);
            Assert.Contains("GET", answer.Message.Content.Headers.Allow);
        }
    }

    [Fact]
    [Trait("asvs", "3.4.2")]
    public async Task Only_sites_that_are_named_may_read_what_is_answered_and_never_by_a_cookie()
    {
        using var browser = await _server.NewBrowser().SignUpAsync();
        foreach (var (origin, allowed) in new[]
        {
            ("https://shop.example", true), ("https://intra.example:8443", true), ("https://evil.example", false), ("null", false),
            ("https://shop.example.evil.example", false), ("http://shop.example", false), ("https://intra.example", false),
        })
        {
            using var asked = new HttpRequestMessage(HttpMethod.Options, "/api/me") { Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization" } } };
            using var sent = new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { { "Origin", origin }, { "Sec-Fetch-Site", "cross-site" } } };
            foreach (var answer in new[] { await browser.SendAsync(asked, ownOrigin: false), await browser.SendAsync(sent, ownOrigin: false) })
            {
                Assert.Equal(allowed ? origin : null, answer.Message.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
                Assert.False(answer.Message.Headers.Contains("Access-Control-Allow-Credentials"));
            }

            using var changed = new HttpRequestMessage(HttpMethod.Post, "/api/workspaces") { Headers = { { "Origin", origin }, { "Sec-Fetch-Site", "cross-site" } }, Content = JsonContent.Create(new { name = "Theirs" }) };
            (await browser.SendAsync(changed, ownOrigin: false)).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        }

        using var none = _server.NewBrowser(await _server.StartAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me") { Headers = { { "Origin", "https://shop.example" } } };
        Assert.DoesNotContain((await none.SendAsync(request, ownOrigin: false)).Message.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    [Trait("asvs", "4.1.3")]
    [Trait("asvs", "15.3.4")]
    public async Task A_caller_is_who_the_trusted_proxies_say_and_nobody_else()
    {
        // One proxy before us, two, one that nobody trusts between them, an IPv6 line, and what is no address at all.
        foreach (var (number, chain, caller) in new[]
        {
            (1, "203.0.113.1", "203.0.113.1"),
            (2, "203.0.113.2, 127.0.0.9", "203.0.113.2"),
            (3, "10.9.9.9, 203.0.113.3", "203.0.113.3"),
            (4, "203.0.113.4, 198.51.100.9, 127.0.0.9", "198.51.100.9"),
            (5, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:ffff::1"),
            (6, "::ffff:203.0.113.6", "203.0.113.6"),
        })
        {
            Assert.True(await AreOneAsync(_server.Address, chain, caller), $"{number}: {chain} is not {caller}");
            Assert.False(await AreOneAsync(_server.Address, chain, $"192.0.2.{number}"), $"{number}: {chain} is everybody");
        }

        // Where no proxy is trusted, whatever is said of other addresses counts nothing.
        var direct = await _server.StartAsync("--requests", "300");
        Assert.True(await AreOneAsync(direct, "203.0.113.20", "203.0.113.21"));
        foreach (var garbage in new[] { "unknown", "999.1.1.1, x", ",,,", new string('1', 10_240) })
        {
            using var browser = _server.NewBrowser();
            (await SendAsync(browser, "GET", "/api/me", garbage)).Refuses(HttpStatusCode.Unauthorized, "session.required");
        }
    }

    [Fact]
    [Trait("asvs", "3.4.7")]
    public async Task What_a_browser_kept_a_page_from_is_noted_without_what_people_wrote()
    {
        using var browser = _server.NewBrowser();
        const string Older = """{"csp-report":{"document-uri":"https://x/secret","effective-directive":"img-src","blocked-uri":"https://evil.example/secret?q=1"}}""";
        const string Newer = """[{"type":"csp-violation","body":{"effectiveDirective":"script-src-elem","blockedURL":"inline","sample":"secret"}},{"type":"deprecation","body":{"id":"x"}}]""";
        foreach (var (type, body) in new[] { ("application/csp-report", Older), ("application/reports+json", Newer), ("application/csp-report", "{"), ("text/plain", new string('[', 20_000)), ("application/csp-report", """{"csp-report":{"effective-directive":"<b>"}}""") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/csp-reports") { Content = new StringContent(body, null, type) };
            (await browser.SendAsync(request, ownOrigin: false)).Is(HttpStatusCode.NoContent);
        }

        var noted = await _server.LookAsync("SELECT details::text FROM security.events WHERE name = 'malicious_content' ORDER BY id");
        Assert.Equal(["""{"blocked": "https://evil.example", "directive": "img-src"}""", """{"blocked": "inline", "directive": "script-src-elem"}"""], noted);
    }

    /// <summary>Whether two chains count as one caller: of one the budget has gone down by what the other took.</summary>
    private async Task<bool> AreOneAsync(Uri address, string first, string second)
    {
        using var browser = _server.NewBrowser(address);
        for (var i = 0; i < 40; i++)
            await SendAsync(browser, "GET", "/api/me", first);
        var left = string.Join(' ', (await SendAsync(browser, "GET", "/api/me", second)).Message.Headers.GetValues("RateLimit"));
        return !left.Contains("r=299", StringComparison.Ordinal);
    }

    private static Task<Answer> SendAsync(TestBrowser browser, string method, string path, string forwardedFor)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwardedFor);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        if (method is "POST" or "DELETE")
            request.Content = new StringContent("{}", null, "application/json");
        return browser.SendAsync(request);
    }

    private static void Carries(Answer answer, string asked)
    {
        foreach (var (name, value) in Always)
            Assert.Equal($"{asked}: {value}", $"{asked}: {(answer.Message.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null)}");
        Assert.Contains("frame-ancestors 'none'", string.Join(' ', answer.Message.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        if (asked.Contains(" /api", StringComparison.Ordinal))
            Assert.Equal($"{asked}: no-store", $"{asked}: {answer.Message.Headers.CacheControl}");
        Assert.Empty(answer.Message.Headers.Server);
        Assert.False(answer.Message.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static string PathOf(Microsoft.AspNetCore.Routing.Patterns.RoutePattern pattern) => string.Concat(pattern.PathSegments.Select(segment =>
        "/" + string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter when parameter.ParameterPolicies.Any(policy => policy.Content is "long" or "int") => "1",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart => "0198c0de-0000-7000-8000-000000000001",
            _ => "",
        }))));
}
