using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Where one is signed in, how that ends, and what a session bears.</summary>
public sealed class SessionRuleTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private const string Safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

    public async ValueTask InitializeAsync()
    {
        // The first of all runs the instance, and has rules of his own.
        if ((await server.LookAsync("SELECT count(*) FROM identity.users"))[0] == "0")
        {
            using var first = await server.NewBrowser().SignUpAsync();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Trait("asvs", "7.5.2")]
    public async Task A_person_sees_where_he_is_signed_in_and_nobody_else_does()
    {
        using var laptop = server.NewBrowser();
        laptop.Agent = Firefox;
        await laptop.SignUpAsync();
        using var other = await server.NewBrowser().SignUpAsync();
        using var phone = await AlsoAsync(laptop, Safari);

        var sessions = await SessionsAsync(phone);
        Assert.Equal(["Safari on iOS", "Firefox on Linux"], sessions.Select(session => session.GetProperty("agent").GetString()));
        Assert.Equal([true, false], sessions.Select(session => session.GetProperty("isThis").GetBoolean()));
        Assert.All(sessions, session => Assert.EndsWith("/24", session.GetProperty("address").GetString(), StringComparison.Ordinal));
        Assert.Single(await SessionsAsync(other));
    }

    [Fact]
    [Trait("asvs", "7.2.4")]
    public async Task Who_is_made_an_operator_goes_on_under_a_new_cookie()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        var before = person.Cookie;
        await server.Get<Operators>().AddAsync(person.Email, TestContext.Current.CancellationToken);
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.NotEqual(before, person.Cookie);
        before = person.Cookie;
        await server.Get<Operators>().RemoveAsync(person.Email, TestContext.Current.CancellationToken);
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.NotEqual(before, person.Cookie);
    }

    [Fact]
    [Trait("asvs", "7.2.4")]
    public async Task Whoever_has_a_role_that_permits_something_else_goes_on_under_a_new_cookie()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var member = await server.JoinAsync(owner, "viewer");
        using var other = await server.JoinAsync(owner, "viewer");
        var (role, workspace) = (Guid.CreateVersion7(), await owner.WorkspaceAsync());
        var row = (await server.LookAsync($"SELECT m.id FROM access.members m JOIN identity.users u ON u.id = m.user_id WHERE u.email = '{member.Email}' AND m.workspace_id = '{workspace}'"))[0]!;
        (await owner.WriteAsync(new { op = "create", type = "access.role", id = role, values = new { name = "Builder", permissions = new[] { "solo.customer.create" } } }, workspace: workspace)).Is(HttpStatusCode.OK);
        (await owner.WriteAsync(new { op = "set", type = "access.member", id = row, field = "customRole", value = role }, workspace: workspace)).Is(HttpStatusCode.OK);
        await RenewedAsync(member);
        var others = other.Cookie;
        (await owner.WriteAsync(new { op = "set", type = "access.role", id = role, field = "permissions", value = new[] { "solo.customer.create", "solo.customer.update" } }, workspace: workspace)).Is(HttpStatusCode.OK);
        await RenewedAsync(member);
        (await other.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(others, other.Cookie);

        static Task RenewedAsync(TestBrowser person)
        {
            var old = person.Cookie;
            return Eventually.HoldsAsync("the next request brings a new cookie", async () =>
            {
                (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
                return person.Cookie != old;
            });
        }
    }

    [Fact]
    [Trait("asvs", "7.1.2")]
    public async Task Who_runs_the_server_has_fewer_sessions_also_where_he_comes_to_run_it_later()
    {
        var strict = await server.StartAsync("--sessions-per-operator", "2");
        using var first = await server.NewBrowser(strict).SignUpAsync();
        var others = new List<TestBrowser>();
        for (var more = 0; more < 3; more++)
        {
            server.Clock.Forward(TimeSpan.FromMinutes(2));
            others.Add(await AlsoAsync(first));
        }

        server.Clock.Forward(TimeSpan.FromMinutes(2));
        Assert.Equal(4, (await SessionsAsync(first)).Count);
        await server.Get<Operators>().AddAsync(first.Email, TestContext.Current.CancellationToken);
        (await first.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(2, (await SessionsAsync(first)).Count);
        (await others[2].GetAsync("/api/me")).Is(HttpStatusCode.OK);
        foreach (var gone in others.Take(2))
            (await gone.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");

        server.Clock.Forward(TimeSpan.FromMinutes(2));
        using var next = await AlsoAsync(first);
        Assert.Equal(2, (await SessionsAsync(next)).Count);
        foreach (var other in others)
            other.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("asvs", "7.4.1")]
    [Trait("asvs", "7.5.2")]
    [Trait("bug", "14")]
    public async Task Ending_one_ends_its_cookie_and_its_sockets_within_a_second_on_every_node(bool elsewhere)
    {
        using var laptop = await server.NewBrowser().SignUpAsync();
        using var phone = await AlsoAsync(laptop);
        using var socket = await phone.ConnectAsync();
        (await phone.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        using var there = elsewhere ? server.NewBrowser(await server.StartAsync()) : server.NewBrowser();
        there.Cookie = laptop.Cookie;
        var session = (await SessionsAsync(there))[1].GetProperty("id").GetGuid();

        var closing = TestBrowser.ClosedAsync(socket);
        (await there.PostAsync($"/api/sessions/{session}/end")).Is(HttpStatusCode.NoContent);
        if (elsewhere)
        {
            // What this process has read of it a moment ago still counts, and not for long.
            var life = server.Get<SessionCache>().Life;
            Assert.True(life < TimeSpan.FromSeconds(1));
            server.Clock.Forward(life);
        }

        (await phone.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        await closing.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketCloseStatus)4401, socket.CloseStatus);
        (await there.PostAsync($"/api/sessions/{session}/end")).Refuses(HttpStatusCode.NotFound, "session.unknown");
        (await laptop.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "7.4.3")]
    public async Task Ending_all_others_leaves_the_one_that_asks_and_everybody_elses()
    {
        using var laptop = await server.NewBrowser().SignUpAsync();
        using var phone = await AlsoAsync(laptop);
        using var tablet = await AlsoAsync(laptop);
        using var other = await server.NewBrowser().SignUpAsync();
        Assert.Equal(2, (await laptop.PostAsync("/api/sessions/end-others")).Is(HttpStatusCode.OK).Json.GetProperty("ended").GetInt32());
        foreach (var ended in new[] { phone, tablet })
            (await ended.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        foreach (var left in new[] { laptop, other })
            (await left.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "8.2.2")]
    public async Task Nobody_ends_the_session_of_somebody_else()
    {
        using var victim = await server.NewBrowser().SignUpAsync();
        using var other = await server.NewBrowser().SignUpAsync();
        var session = (await SessionsAsync(victim))[0].GetProperty("id").GetGuid();
        (await other.PostAsync($"/api/sessions/{session}/end")).Refuses(HttpStatusCode.NotFound, "session.unknown");
        (await victim.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "7.4.2")]
    public async Task All_sessions_of_a_person_end_in_one_call_but_for_the_one_that_is_to_stay()
    {
        using var laptop = await server.NewBrowser().SignUpAsync();
        using var phone = await AlsoAsync(laptop);
        var sessions = server.Get<Sessions>();
        var user = (await laptop.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        var kept = (await SessionsAsync(laptop))[0].GetProperty("id").GetGuid();
        Assert.Equal(1, await sessions.EndAllOfAsync(user, kept, "for_the_test"));
        (await phone.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await laptop.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(1, await sessions.EndAllOfAsync(user, but: null, "for_the_test"));
        (await laptop.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        Assert.Equal(["for_the_test", "for_the_test"], await server.LookAsync($"SELECT end_reason FROM identity.sessions WHERE user_id = '{user}'"));
    }

    [Fact]
    [Trait("asvs", "7.2.4")]
    [Trait("asvs", "8.3.2")]
    public async Task Another_role_brings_a_new_cookie_and_what_was_under_way_still_counts_for_a_moment()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var member = await server.JoinAsync(owner, "viewer");
        using var socket = await member.ConnectAsync();
        using var underWay = server.NewBrowser();
        var old = underWay.Cookie = member.Cookie;
        var workspace = await owner.WorkspaceAsync();
        var user = (await member.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        var row = (await server.LookAsync($"SELECT id FROM access.members WHERE user_id = '{user}' AND workspace_id = '{workspace}'"))[0]!;

        (await owner.WriteAsync(new { op = "set", type = "access.member", id = row, field = "role", value = "member" }, workspace: workspace)).Is(HttpStatusCode.OK);
        await Eventually.HoldsAsync("the next request brings a new cookie", async () =>
        {
            (await member.GetAsync("/api/me")).Is(HttpStatusCode.OK);
            return member.Cookie != old;
        });
        (await underWay.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(old, underWay.Cookie);
        server.Clock.Forward(TimeSpan.FromSeconds(11));
        (await member.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(WebSocketState.Open, socket.State);

        // Two hold a cookie of this session by now, and one of them is a thief: whoever has got hold of the new one has it no longer.
        (await underWay.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await member.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        await TestBrowser.ClosedAsync(socket);
        Assert.Equal(["cookie_reused"], await server.LookAsync($"SELECT end_reason FROM identity.sessions WHERE user_id = '{user}'"));
        // Once, however often it comes.
        Assert.Equal(["replaced"], await server.LookAsync($"SELECT details ->> 'cookie' FROM security.events WHERE name = 'session_use_after_expire' AND user_id = '{user}'"));
    }

    [Fact]
    public async Task Whoever_comes_with_the_cookie_of_an_ended_session_is_noted_once()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var thief = server.NewBrowser();
        thief.Cookie = person.Cookie;
        var user = (await person.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        (await person.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        for (var time = 0; time < 5; time++)
            (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        Assert.Equal(["ended"], await server.LookAsync($"SELECT details ->> 'cookie' FROM security.events WHERE name = 'session_use_after_expire' AND user_id = '{user}'"));
    }

    [Fact]
    [Trait("asvs", "7.1.2")]
    public async Task One_session_too_many_ends_the_one_that_was_used_longest_ago()
    {
        var crowded = await server.StartAsync("--sessions-per-person", "2");
        using var first = await server.NewBrowser(crowded).SignUpAsync();
        server.Clock.Forward(TimeSpan.FromMinutes(2));
        using var second = await AlsoAsync(first);
        server.Clock.Forward(TimeSpan.FromMinutes(2));
        (await first.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        using var third = await AlsoAsync(first);
        (await second.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        foreach (var left in new[] { first, third })
            (await left.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal("1", (await EventsAsync(first, "excess_sessions_exceeded"))[0]);
    }

    [Fact]
    [Trait("asvs", "7.1.2")]
    [Trait("asvs", "15.4.2")]
    public async Task Where_the_settings_say_so_one_session_too_many_is_refused_however_many_begin_at_once()
    {
        var strict = await server.StartAsync("--sessions-per-person", "2", "--sessions-full", "refuse");
        using var first = await server.NewBrowser(strict).SignUpAsync();
        var others = Enumerable.Range(0, 4).Select(_ => server.NewBrowser(strict)).ToArray();
        var answers = await Task.WhenAll(others.Select(other => other.PostAsync("/api/sign-in", new { email = first.Email, password = TestBrowser.Password })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => answer.Refuses(HttpStatusCode.Conflict, "session.too_many"));
        Assert.Single(others, other => other.Cookie is not null);
        Assert.Equal(2, (await SessionsAsync(first)).Count);
        foreach (var other in others)
            other.Dispose();
    }

    [Fact]
    [Trait("asvs", "7.1.1")]
    [Trait("asvs", "7.3.1")]
    [Trait("asvs", "7.3.2")]
    public async Task Sessions_last_as_long_as_the_settings_say()
    {
        var strict = await server.StartAsync("--session-idle", "15m", "--session-longest", "1h");
        using var idle = server.NewBrowser(strict);
        var answer = await idle.PostAsync("/api/sign-up", new { email = "idle@example.org", password = TestBrowser.Password, name = "I", workspace = "W" });
        Assert.Contains("max-age=3600", TestBrowser.SetCookieOf(answer), StringComparison.Ordinal);
        using var busy = await server.NewBrowser(strict).SignUpAsync();
        for (var minutes = 0; minutes < 60; minutes += 10)
        {
            (await busy.GetAsync("/api/me")).Is(HttpStatusCode.OK);
            server.Clock.Forward(TimeSpan.FromMinutes(10));
        }

        (await idle.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await busy.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
    }

    [Fact]
    [Trait("asvs", "7.2.3")]
    [Trait("asvs", "8.2.4")]
    public async Task A_stolen_cookie_in_another_program_ends_the_session_with_its_first_request()
    {
        using var browser = server.NewBrowser();
        browser.Agent = Firefox;
        await browser.SignUpAsync();
        using var thief = server.NewBrowser();
        (thief.Cookie, thief.Agent) = (browser.Cookie, Safari);
        (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await browser.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        Assert.Equal("1", (await EventsAsync(browser, "session_use_from_elsewhere"))[0]);
    }

    [Fact]
    public async Task A_newer_version_of_the_same_browser_is_the_same_program()
    {
        using var browser = server.NewBrowser();
        browser.Agent = Firefox;
        await browser.SignUpAsync();
        browser.Agent = Firefox.Replace("140", "141", StringComparison.Ordinal);
        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_network_is_noted_once_a_minute_at_most_and_the_session_goes_on()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var roaming = browser.Elsewhere("127.9.0.1");
        using var home = browser.Elsewhere("127.8.0.1");
        foreach (var place in new[] { roaming, home, roaming, home })
            (await place.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal("1", (await EventsAsync(browser, "session_use_from_elsewhere"))[0]);
    }

    [Fact]
    [Trait("asvs", "7.5.3")]
    [Trait("asvs", "8.2.4")]
    public async Task Where_the_settings_say_ask_a_session_from_elsewhere_does_nothing_before_the_password()
    {
        var wary = await server.StartAsync("--session-address", "ask");
        // Where sockets come from in these tests.
        using var browser = await new TestBrowser(wary, "127.0.0.1").SignUpAsync();
        using var socket = await browser.ConnectAsync();
        using var roaming = browser.Elsewhere("127.9.0.1");
        (await roaming.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        // One of the two is the thief, and nobody knows which.
        (await browser.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        await TestBrowser.ClosedAsync(socket);
        (await roaming.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await roaming.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await browser.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
    }

    [Theory]
    [InlineData("log", "log", true, true, null)]
    [InlineData("log", "end", true, false, null)]
    [InlineData("log", "end", false, true, "session.ended")]
    [InlineData("ask", "log", true, false, "auth.proof_required")]
    [InlineData("ask", "log", false, true, null)]
    [InlineData("end", "log", true, false, "session.ended")]
    // Of two the stricter counts.
    [InlineData("log", "ask", true, true, "auth.proof_required")]
    [InlineData("ask", "log", true, true, "auth.proof_required")]
    [InlineData("ask", "end", true, true, "session.ended")]
    [InlineData("end", "ask", true, true, "session.ended")]
    [InlineData("end", "log", true, true, "session.ended")]
    [Trait("asvs", "7.5.3")]
    public async Task A_session_that_goes_on_elsewhere_is_treated_as_the_settings_say(string agent, string address, bool isOtherAgent, bool isOtherAddress, string? refusal)
    {
        var there = await server.StartAsync("--session-agent", agent, "--session-address", address);
        using var browser = new TestBrowser(there, "127.8.0.1") { Agent = Firefox };
        await browser.SignUpAsync();
        using var moved = browser.Elsewhere(isOtherAddress ? "127.9.0.1" : "127.8.0.1");
        moved.Agent = isOtherAgent ? Safari : Firefox;
        var answer = await moved.GetAsync("/api/me");
        if (refusal is null)
            answer.Is(HttpStatusCode.OK);
        else
            answer.Refuses(HttpStatusCode.Unauthorized, refusal);
        Assert.Equal("1", (await EventsAsync(browser, "session_use_from_elsewhere"))[0]);
    }

    [Fact]
    [Trait("asvs", "3.3.1")]
    [Trait("bug", "7")]
    public async Task A_cookie_without_the_prefix_that_only_this_host_can_set_opens_nothing()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var subdomain = server.NewBrowser();
        foreach (var name in new[] { "sid", "__Secure-sid", "__host-sid", "__Host-Sid" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
            request.Headers.Add("Cookie", $"{name}={browser.Cookie}");
            (await subdomain.SendAsync(request)).Refuses(HttpStatusCode.Unauthorized, "session.required");
        }

        // Two of one name: one of them is not ours.
        using var doubled = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        doubled.Headers.Add("Cookie", $"__Host-sid={new string('A', 43)}; __Host-sid={browser.Cookie}");
        (await subdomain.SendAsync(doubled)).Refuses(HttpStatusCode.Unauthorized, "session.required");
    }

    [Fact]
    [Trait("asvs", "7.2.3")]
    [Trait("bug", "8")]
    public async Task A_cookie_that_was_edited_anywhere_opens_nothing()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        using var forger = server.NewBrowser();
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (var at = 0; at < browser.Cookie!.Length; at++)
        {
            // The next letter differs in the last bit alone; in the last place that is one of two to spare.
            var next = letters[letters.IndexOf(browser.Cookie[at], StringComparison.Ordinal) ^ 1];
            forger.Cookie = $"{browser.Cookie[..at]}{next}{browser.Cookie[(at + 1)..]}";
            (await forger.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
        }

        (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    private async Task<TestBrowser> AlsoAsync(TestBrowser first, string? agent = null)
    {
        var browser = server.NewBrowser(first.Address);
        browser.Agent = agent;
        (await browser.PostAsync("/api/sign-in", new { email = first.Email, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        return browser;
    }

    private static async Task<List<JsonElement>> SessionsAsync(TestBrowser browser) =>
        [.. (await browser.GetAsync("/api/sessions")).Is(HttpStatusCode.OK).Json.GetProperty("sessions").EnumerateArray()];

    private Task<IReadOnlyList<string?>> EventsAsync(TestBrowser browser, string name) => server.LookAsync($"""
        SELECT count(*) FROM security.events e JOIN identity.users u ON u.id = e.user_id WHERE u.email = '{browser.Email}' AND e.name = '{name}'
        """);
}
