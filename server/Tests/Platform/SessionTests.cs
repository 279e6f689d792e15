using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class SessionTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    [Trait("asvs", "3.3.1")]
    [Trait("asvs", "3.3.2")]
    [Trait("asvs", "3.3.3")]
    [Trait("asvs", "3.3.4")]
    [Trait("bug", "7")]
    public async Task The_cookie_is_out_of_reach_for_scripts_other_hosts_and_open_wires()
    {
        using var browser = server.NewBrowser();
        var answer = await browser.PostAsync("/api/sign-up", new { email = "cookie@example.org", password = TestBrowser.Password, name = "C", workspace = "W" });
        var parts = TestBrowser.SetCookieOf(answer)!.Split("; ");
        Assert.Matches("^__Host-sid=[A-Za-z0-9_-]{43}$", parts[0]);
        Assert.Equal(["httponly", "max-age=2592000", "path=/", "samesite=lax", "secure"], parts[1..].Order(StringComparer.Ordinal));
        Assert.Equal("no-store", answer.Message.Headers.CacheControl?.ToString());
    }

    [Fact]
    [Trait("asvs", "7.2.3")]
    public async Task The_database_holds_the_hash_of_the_cookie_and_never_the_cookie()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var secret = System.Buffers.Text.Base64Url.DecodeFromChars(browser.Cookie);
        var rows = await server.LookAsync($"SELECT to_jsonb(s)::text FROM identity.sessions s WHERE secret_hash = '\\x{Convert.ToHexString(SHA256.HashData(secret))}'");
        var row = Assert.Single(rows)!;
        Assert.DoesNotContain(Convert.ToHexString(secret), row, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(browser.Cookie!, row, StringComparison.Ordinal);
        Assert.Contains("/24", row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "session.required")]
    [InlineData("", "session.required")]
    [InlineData("short", "session.required")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "session.required")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "session.required")]
    [InlineData("%00%00AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "session.required")]
    public async Task Without_a_session_nothing_is_told(string? cookie, string code)
    {
        using var browser = server.NewBrowser();
        browser.Cookie = cookie;
        foreach (var answer in new[]
        {
            await browser.GetAsync("/api/me"),
            await browser.GetAsync("/API/Me"),
            await browser.PostAsync("/api/workspaces", new { name = "W" }),
            await browser.GetAsync($"/api/workspaces/{Guid.CreateVersion7()}/invites"),
            await browser.PostAsync("/api/invites/accept", new { token = "x" }),
        })
        {
            answer.Refuses(HttpStatusCode.Unauthorized, code);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.OpenAsync(browser.Address.GetLeftPart(UriPartial.Authority))).HttpStatusCode);
    }

    [Fact]
    public void Only_these_addresses_are_open_to_strangers()
    {
        var open = server.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || !endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.Equal(
            ["/api/.well-known/jwks.json", "/api/address/confirm", "/api/address/confirm/look", "/api/address/undo", "/api/address/undo/look", "/api/address/verify", "/api/address/verify/look", "/api/csp-reports", "/api/forgot", "/api/form", "/api/invites/look", "/api/reset", "/api/reset/look", "/api/sign-in", "/api/sign-out", "/api/sign-up", "/api/sign-up", "/api/sign-up/confirm", "/api/sign-up/look", "/api/tokens/refresh", "/api/tokens/revoke", "/health/live", "/health/ready"],
            ["/api/.well-known/jwks.json", "/api/address/confirm", "/api/address/confirm/look", "/api/address/undo", "/api/address/undo/look", "/api/address/verify", "/api/address/verify/look", "/api/csp-reports", "/api/forgot", "/api/invites/look", "/api/reset", "/api/reset/look", "/api/sign-in", "/api/sign-out", "/api/sign-up", "/api/sign-up", "/api/sign-up/confirm", "/api/sign-up/look", "/api/tokens/refresh", "/api/tokens/revoke", "/health/live", "/health/ready"],
