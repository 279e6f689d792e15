using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Holdfast.Platform.Identity;
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
    [Trait("asvs", "3.3.5")]
    public async Task The_cookie_is_out_of_reach_for_scripts_other_hosts_and_open_wires()
    {
        using var browser = server.NewBrowser();
        var answer = await browser.PostAsync("/api/sign-up", new { email = "cookie@example.org", password = TestBrowser.Password, name = "C", workspace = "W" });
        var parts = TestBrowser.SetCookieOf(answer)!.Split("; ");
        Assert.Matches("^__Host-sid=[A-Za-z0-9_-]{43}$", parts[0]);
        Assert.Equal(["httponly", "max-age=2592000", "path=/", "samesite=lax", "secure"], parts[1..].Order(StringComparer.Ordinal));
        var device = TestBrowser.SetCookieOf(answer, "__Host-device")!.Split("; ");
        Assert.Matches("^__Host-device=[A-Za-z0-9_-]{64}$", device[0]);
        Assert.Equal(["httponly", "max-age=31536000", "path=/", "samesite=lax", "secure"], device[1..].Order(StringComparer.Ordinal));
        // The third is that of forms, which FormTests look at; there is no other.
        string[] names = ["__Host-device", "__Host-sid"];
        Assert.Equal(names, answer.Message.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split('=')[0]).Order(StringComparer.Ordinal));
        Assert.All(answer.Message.Headers.GetValues("Set-Cookie"), cookie => Assert.InRange(cookie.Split(';')[0].Length, 1, 4096));
        Assert.Equal("no-store", answer.Message.Headers.CacheControl?.ToString());
    }

    [Fact]
    [Trait("asvs", "11.2.4")]
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
    [Trait("asvs", "7.2.1")]
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
    [Trait("asvs", "11.5.1")]
    public async Task What_nobody_may_guess_is_random_and_no_id_of_anything_opens_it()
    {
        async Task<string[]> SecretsAsync()
        {
            using var person = await server.NewBrowser().SignUpAsync();
            (await person.SignInAsync()).Is(HttpStatusCode.OK);
            var me = await person.GetAsync("/api/me");
            (await person.PostAsync("/api/forgot", new { email = person.Email })).Is(HttpStatusCode.Accepted);
            var mail = await server.Mail.NextAsync(person.Email);
            return [person.Cookie!, person.Form!, me.Message.Headers.GetValues("X-CSRF-Token").Single(), await person.InviteAsync(), mail.Token];
        }

        var (some, others) = (await SecretsAsync(), await SecretsAsync());
        foreach (var (one, other) in some.Zip(others))
        {
            // At six bits a letter.
            Assert.Matches("^[A-Za-z0-9_-]{22,}$", one);
            Assert.InRange(one.Zip(other).Count(pair => pair.First != pair.Second), 15, 100);
        }

        using var owner = await server.NewBrowser().SignUpAsync();
        await owner.InviteAsync();
        foreach (var id in await server.LookAsync("SELECT id::text FROM identity.sessions UNION SELECT id::text FROM identity.users UNION SELECT id::text FROM identity.links UNION SELECT id::text FROM workspaces.invites"))
        {
            using var stranger = server.NewBrowser();
            foreach (var text in new[] { id!, System.Buffers.Text.Base64Url.EncodeToString(Guid.Parse(id!).ToByteArray(bigEndian: true)) })
            {
                stranger.Cookie = text;
                (await stranger.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
                stranger.Cookie = null;
                foreach (var path in new[] { "/api/invites/look", "/api/reset/look" })
                    Assert.InRange((int)(await stranger.PostAsync(path, new { token = text })).Status, 400, 422);
            }
        }
    }

    [Fact]
    [Trait("asvs", "6.3.4")]
    public void Only_these_addresses_are_open_to_strangers()
    {
        var open = server.Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || !endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.Equal(
            ["/api/.well-known/jwks.json", "/api/address/confirm", "/api/address/confirm/look", "/api/address/undo", "/api/address/undo/look", "/api/address/verify", "/api/address/verify/look", "/api/csp-reports", "/api/forgot", "/api/form", "/api/invites/look", "/api/keep", "/api/keep/look", "/api/reset", "/api/reset/look", "/api/sign-in", "/api/sign-out", "/api/sign-up", "/api/sign-up", "/api/sign-up/confirm", "/api/sign-up/look", "/api/tokens/refresh", "/api/tokens/revoke", "/health/live", "/health/ready"],
            open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_other_address_answers_401_to_strangers()
    {
        using var browser = server.NewBrowser();
        var closed = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null).ToArray();
        Assert.NotEmpty(closed);
        foreach (var endpoint in closed)
        {
            var address = Regex.Replace(endpoint.RoutePattern.RawText!, "{[a-z]+:guid}", $"{Guid.CreateVersion7()}", RegexOptions.None, TimeSpan.FromSeconds(1))
                .Replace("{seq:long}", "1", StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = new StringContent("{}", null, "application/json") };
                (await browser.SendAsync(request)).Refuses(HttpStatusCode.Unauthorized, "session.required");
            }
        }
    }

    [Fact]
    [Trait("asvs", "7.4.1")]
    [Trait("asvs", "14.3.1")]
    public async Task Signing_out_ends_the_session_for_whoever_holds_its_cookie()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var thief = server.NewBrowser();
        thief.Cookie = browser.Cookie;
        (await thief.GetAsync("/api/me")).Is(HttpStatusCode.OK);

        var answer = (await browser.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        Assert.Equal("\"cache\"", answer.Message.Headers.GetValues("Clear-Site-Data").Single());
        Assert.Contains("max-age=0", TestBrowser.SetCookieOf(answer), StringComparison.Ordinal);
        Assert.Null(browser.Cookie);
        (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await browser.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("asvs", "7.4.1")]
    [Trait("bug", "14")]
    public async Task Signing_out_closes_the_sockets_of_the_session_on_every_node_within_a_second(bool elsewhere)
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var other = await server.NewBrowser().SignUpAsync();
        using var socket = await browser.ConnectAsync();
        using var othersSocket = await other.ConnectAsync();
        using var away = server.NewBrowser(elsewhere ? await server.StartAsync() : null);
        away.Cookie = browser.Cookie;

        var closing = TestBrowser.ClosedAsync(socket);
        (await away.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        await closing.WaitAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((WebSocketCloseStatus)4401, socket.CloseStatus);
        Assert.Equal(WebSocketState.Open, othersSocket.State);
        (await other.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "7.3.1")]
    public async Task A_session_ends_when_it_is_not_used_for_a_week()
    {
        using var browser = await NewServerBrowserAsync();
        server.Clock.Forward(TimeSpan.FromDays(6));
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromDays(6));
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        (await browser.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        await Eventually.HoldsAsync("the sweep notes why", async () => await EndReasonAsync(browser) == "idle");
    }

    [Fact]
    [Trait("asvs", "7.3.2")]
    public async Task A_session_ends_after_a_month_however_much_it_is_used()
    {
        using var browser = await NewServerBrowserAsync();
        for (var day = 0; day < 29; day += 5)
        {
            (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
            server.Clock.Forward(TimeSpan.FromDays(5));
        }

        server.Clock.Forward(TimeSpan.FromSeconds(1));
        (await browser.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        await Eventually.HoldsAsync("the sweep notes why", async () => await EndReasonAsync(browser) == "expired");
    }

    [Fact]
    public async Task Ended_sessions_are_forgotten_after_ninety_days_and_no_others()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        (await person.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.Equal("2", await AfterAsync(89.9));
        Assert.Equal("1", await AfterAsync(90.1));
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);

        async Task<string?> AfterAsync(double days)
        {
            var which = $"s.user_id = (SELECT id FROM identity.users WHERE email = '{person.Email}')";
            await server.LookAsync($"UPDATE identity.sessions s SET ended_at = '{server.Clock.GetUtcNow().AddDays(-days):O}' WHERE {which} AND ended_at IS NOT NULL");
            await server.Get<Sessions>().SweepAsync(TestContext.Current.CancellationToken);
            return (await server.LookAsync($"SELECT count(*) FROM identity.sessions s WHERE {which}"))[0];
        }
    }

    [Fact]
    [Trait("asvs", "7.4.1")]
    public async Task However_many_expire_at_once_the_socket_of_an_ended_session_closes_within_a_second()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var socket = await person.ConnectAsync();
        const int Many = 20_000;
        var (now, user) = (server.Clock.GetUtcNow(), (await person.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid());
        await server.LookAsync($"""
            INSERT INTO identity.sessions (id, secret_hash, user_id, created_at, last_used_at, idle_expires_at, expires_at, auth_time, amr, agent, address_prefix)
            SELECT gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), '{user}', t, t, t + interval '8 days', t + interval '30 days', t, ARRAY['pwd'], 'Other', '192.0.2.0/24'
            FROM generate_series(1, {Many}), (SELECT '{now.AddDays(-8):O}'::timestamptz AS t) AS times
            """);
        server.Clock.Forward(TimeSpan.FromSeconds(61));
        await Eventually.HoldsAsync("the first have ended", async () => await CountAsync("idle") != "0");

        var closing = TestBrowser.ClosedAsync(socket);
        await server.LookAsync($"UPDATE identity.sessions SET ended_at = now(), end_reason = 'test' WHERE user_id = '{user}' AND created_at >= '{now.AddDays(-1):O}'");
        await closing.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("all have ended", async () => await CountAsync("idle") == $"{Many}");
        await Eventually.HoldsAsync("each is noted", async () =>
            (await server.LookAsync($"SELECT count(*) FROM security.events WHERE user_id = '{user}' AND name = 'session_expired' AND details ->> 'reason' = 'idle'"))[0] == $"{Many}");

        async Task<string?> CountAsync(string reason) => (await server.LookAsync($"SELECT count(*) FROM identity.sessions WHERE user_id = '{user}' AND end_reason = '{reason}'"))[0];
    }

    [Fact]
    public async Task Use_is_written_down_once_a_minute_at_most()
    {
        using var browser = await NewServerBrowserAsync();
        var begun = await LastUseAsync(browser);
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(begun, await LastUseAsync(browser));
        server.Clock.Forward(TimeSpan.FromMinutes(2));
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.NotEqual(begun, await LastUseAsync(browser));
    }

    [Fact]
    public async Task An_open_socket_is_use()
    {
        using var browser = await NewServerBrowserAsync();
        using var socket = await browser.ConnectAsync();
        server.Clock.Forward(TimeSpan.FromDays(6));
        var before = await LastUseAsync(browser);
        await Eventually.HoldsAsync("the use is written down", async () => await LastUseAsync(browser) != before);
        server.Clock.Forward(TimeSpan.FromDays(6));
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_socket_closes_when_its_session_expires()
    {
        using var browser = await NewServerBrowserAsync();
        using var socket = await browser.ConnectAsync();
        server.Clock.Forward(TimeSpan.FromDays(31));
        await TestBrowser.ClosedAsync(socket);
        Assert.Equal((WebSocketCloseStatus)4401, socket.CloseStatus);
    }

    private Task<TestBrowser> NewServerBrowserAsync() => server.NewBrowser().SignUpAsync();

    private async Task<string?> EndReasonAsync(TestBrowser browser) => (await server.LookAsync($"""
        SELECT coalesce(s.end_reason, 'open') FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id WHERE u.email = '{browser.Email}'
        """))[0];

    private async Task<string?> LastUseAsync(TestBrowser browser) => (await server.LookAsync($"""
        SELECT s.last_used_at::text FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id WHERE u.email = '{browser.Email}'
        """))[0];
}
