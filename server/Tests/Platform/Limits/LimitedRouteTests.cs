using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform.Limits;

/// <summary>Every address that has a limit of its own, and that no stranger reaches one that has none.</summary>
public sealed class LimitedRouteTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly object Link = new { token = new string('x', 43) };

    /// <summary>What is asked, what the limit is called, and how often at once; the bodies are sound, and the server refuses what they say.</summary>
    private static readonly (string Route, string Limit, int AtOnce, object? Body)[] Limited =
    [
        ("GET /api/form", "form", 120, null),
        ("POST /api/address/confirm", "address-link", 10, Link),
        ("POST /api/address/confirm/look", "look", 120, Link),
        ("POST /api/address/undo", "address-link", 10, Link),
        ("POST /api/address/undo/look", "look", 120, Link),
        ("POST /api/address/verify", "address-link", 10, Link),
        ("POST /api/address/verify/look", "look", 120, Link),
        ("POST /api/csp-reports", "reports", 10, null),
        ("POST /api/forgot", "forgot", 10, new { email = "nobody@example.org" }),
        ("POST /api/invites/look", "look", 120, Link),
        ("POST /api/keep", "keep", 10, Link),
        ("POST /api/keep/look", "look", 120, Link),
        ("POST /api/me/email", "address", 3, new { email = "another@example.org" }),
        ("POST /api/me/verification", "verification", 3, new { }),
        ("POST /api/reset", "reset", 10, new { token = new string('x', 43), password = "short" }),
        ("POST /api/reset/look", "look", 120, Link),
        ("POST /api/sign-up", "sign-up", 20, new { email = "nobody@example.org", password = "short", name = "Nobody", workspace = "Nothing" }),
        ("POST /api/sign-up/confirm", "sign-up-confirm", 20, new { token = new string('x', 43), password = "short" }),
        ("POST /api/sign-up/look", "look", 120, Link),
        ("POST /api/tokens/refresh", "token-exchange", 60, Link),
        ("POST /api/tokens/revoke", "token-exchange", 60, Link),
    ];

    /// <summary>Open to strangers without one: attempts at passwords are counted in their own way, and the others only read or take away.</summary>
    private static readonly string[] Unlimited = ["GET /api/.well-known/jwks.json", "GET /api/sign-up", "POST /api/sign-in", "POST /api/sign-out"];

    public static TheoryData<string> Routes => [.. Limited.Select(one => one.Route)];

    [Fact]
    [Trait("asvs", "2.4.1")]
    public void Whatever_a_stranger_reaches_has_a_limit_of_its_own_or_stands_here() => Assert.Equal(
        Limited.Select(one => one.Route).Where(route => !route.Contains("/me/", StringComparison.Ordinal)).Concat(Unlimited).Order(StringComparer.Ordinal),
        server.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null && endpoint.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Routes))]
    [Trait("asvs", "2.4.1")]
    [Trait("asvs", "6.3.1")]
    public async Task Whoever_asks_it_too_often_is_told_to_wait_and_nobody_else_is(string route)
    {
        var (_, limit, atOnce, body) = Limited.Single(one => one.Route == route);
        using var busy = await NewAsync(route);
        using var other = await NewAsync(route);
        for (var asked = 0; asked < atOnce; asked++)
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await AskAsync(busy, route, body)).Status);
        var refused = await AskAsync(busy, route, body);
        // What comes back meanwhile is less than what is asked.
        for (var more = 0; more < 20 && refused.Status != HttpStatusCode.TooManyRequests; more++)
            refused = await AskAsync(busy, route, body);
        refused.Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
        Assert.NotNull(refused.Message.Headers.RetryAfter);
        Assert.Contains($"\"{limit}\";q={atOnce};", string.Join(',', refused.Message.Headers.GetValues("RateLimit-Policy")), StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await AskAsync(other, route, body)).Status);
    }

    private async Task<TestBrowser> NewAsync(string route) =>
        route.Contains("/me/", StringComparison.Ordinal) ? await server.NewBrowser().SignUpAsync() : server.NewBrowser();

    private static Task<Answer> AskAsync(TestBrowser browser, string route, object? body)
    {
        if (route == "GET /api/form")
            return browser.GetAsync("/api/form?for=sign-in");
        var path = route.Split(' ')[1];
        return route == "POST /api/csp-reports"
            ? browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", null, "application/csp-report") })
            : browser.PostAsync(path, body);
    }
}
