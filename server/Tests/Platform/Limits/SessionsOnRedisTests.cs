using System.Net;
using System.Text;
using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Host;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Limits;

/// <summary>Sessions and their tokens where there is a Redis.</summary>
public sealed class SessionsOnRedisTests(TestCluster cluster) : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private RedisClient _look = null!;
    private TestServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _look = new RedisClient(_redis.Address);
        _server = new TestServer(cluster) { Arguments = ["--redis", _redis.Text] };
        await _server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _look.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Theory]
    [InlineData("here")]
    [InlineData("beside")]
    [InlineData("another process")]
    [Trait("bug", "14")]
    [Trait("asvs", "7.4.1")]
    public async Task An_ended_session_is_refused_at_once_on_every_node(string where)
    {
        using var folder = new TemporaryFolder();
        await using var process = where == "another process"
            ? await HostProcess.StartReadyAsync(folder, "--database", _server.ConnectionString, "--redis", _redis.Text) : null;
        var address = process?.Http.BaseAddress ?? (where == "beside" ? await _server.StartAsync("--redis", _redis.Text) : _server.Address);
        using var laptop = await _server.NewBrowser().SignUpAsync();
        using var phone = new TestBrowser(address, "127.0.0.1");
        (await phone.PostAsync("/api/sign-in", new { email = laptop.Email, password = TestBrowser.Password })).Is(HttpStatusCode.OK);
        var session = (await laptop.GetAsync("/api/sessions")).Json.GetProperty("sessions")[1].GetProperty("id").GetGuid();
        await KeptAsync(phone);
        (await laptop.PostAsync($"/api/sessions/{session}/end")).Is(HttpStatusCode.NoContent);
        (await phone.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
    }

    [Fact]
    [Trait("bug", "14")]
    [Trait("asvs", "7.4.1")]
    public async Task Where_nobody_takes_it_out_it_is_refused_within_a_second()
    {
        using var person = await _server.NewBrowser().SignUpAsync();
        await KeptAsync(person);
        Assert.InRange((long)(await _look.SendAsync("PTTL", KeyOf(person)))!, -2, 1000);
        // As a node does that dies between the two.
        await _server.LookAsync("UPDATE identity.sessions SET ended_at = now(), end_reason = 'for_the_test'");
        await Eventually.HoldsAsync("it is refused", async () => (await person.GetAsync("/api/me")).Status == HttpStatusCode.Unauthorized, seconds: 5);
    }

    [Fact]
    public async Task What_was_read_before_the_end_and_kept_after_it_counts_from_when_it_was_read()
    {
        using var person = await _server.NewBrowser().SignUpAsync();
        await KeptAsync(person);
        var kept = await _look.SendAsync("GET", KeyOf(person));
        (await person.PostAsync("/api/sessions/end-others")).Is(HttpStatusCode.OK);
        var cookie = person.Cookie;
        (await person.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        _server.Clock.Forward(_server.Get<SessionCache>().Life);
        person.Cookie = cookie;
        await _look.SendAsync("SET", KeyOf(person), (string)kept!);
        (await person.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
    }

    [Fact]
    public async Task What_changes_of_a_session_or_its_person_is_there_with_the_next_request()
    {
        using var person = await _server.NewBrowser().SignUpAsync();
        await KeptAsync(person);
        (await person.PostAsync("/api/me/profile", new { name = "Ada King" })).Is(HttpStatusCode.NoContent);
        Assert.Equal("Ada King", (await person.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("name").GetString());
        await KeptAsync(person);
        (await person.PostAsync("/api/me/language", new { language = "de" })).Is(HttpStatusCode.NoContent);
        Assert.Equal("de", (await person.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("language").GetString());

        using var thief = _server.NewBrowser();
        thief.Cookie = person.Cookie;
        await KeptAsync(person);
        (await person.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
        thief.Cookie = person.Cookie;
        await KeptAsync(person);
        (await person.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = "another handful of words" })).Is(HttpStatusCode.NoContent);
        (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
    }

    [Fact]
    public async Task An_address_that_is_confirmed_or_changed_counts_with_the_next_request()
    {
        using var person = await _server.NewBrowser().SignUpAsync();
        var (former, next) = (person.Email, $"n{Guid.CreateVersion7():n}@example.org");
        using var inside = _server.NewBrowser(await _server.StartAsync("--redis", _redis.Text, "--verify", "first"));
        inside.Cookie = person.Cookie;
        var mail = await _server.Mail.VerificationAsync(former);
        await KeptAsync(inside);
        (await inside.GetAsync("/api/people/pictures")).Refuses(HttpStatusCode.Forbidden, "auth.unverified");
        (await inside.PostAsync("/api/address/verify", new { token = mail.Token })).Is(HttpStatusCode.NoContent);
        (await inside.GetAsync("/api/people/pictures")).Is(HttpStatusCode.OK);

        (await person.PostAsync("/api/me/email", new { email = next })).Is(HttpStatusCode.Accepted);
        var confirm = await _server.Mail.NextAsync(next);
        await KeptAsync(person);
        (await person.PostAsync("/api/address/confirm", new { token = confirm.Token })).Is(HttpStatusCode.NoContent);
        Assert.Equal(next, (await person.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("email").GetString());
    }

    [Fact]
    public async Task Whoever_writes_into_Redis_makes_nobody_signed_in_and_whoever_reads_it_finds_no_cookie()
    {
        using var person = await _server.NewBrowser().SignUpAsync();
        using var thief = _server.NewBrowser();
        thief.Cookie = new string('A', 43);
        await Eventually.HoldsAsync("all that is kept holds no cookie and no token", async () =>
        {
            var me = (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
            var keys = ((object?[])(await _look.SendAsync("KEYS", "*"))!).Cast<string>().ToArray();
            var texts = await Task.WhenAll(keys.Where(key => key.StartsWith("session:", StringComparison.Ordinal)).Select(async key => (string?)await _look.SendAsync("GET", key) ?? ""));
            var lists = await Task.WhenAll(keys.Where(key => key.StartsWith("csrf:", StringComparison.Ordinal)).Select(async key => string.Join(' ', (object?[])(await _look.SendAsync("LRANGE", key, "0", "-1"))!)));
            var all = string.Join('\n', [.. keys, .. texts, .. lists]);
            Assert.DoesNotContain(person.Cookie!, all, StringComparison.Ordinal);
            Assert.DoesNotContain(me.Message.Headers.GetValues("X-CSRF-Token").Single(), all, StringComparison.Ordinal);
            return texts.Any(text => text.Contains(person.Email, StringComparison.Ordinal)) && lists.Length > 0;
        });

        await KeptAsync(person);
        var sealed1 = (string)(await _look.SendAsync("GET", KeyOf(person)))!;
        foreach (var planted in new[] { sealed1, sealed1[43..], "", "x", $"{new string('A', 43)}{sealed1[43..]}", Convert.ToBase64String(Encoding.UTF8.GetBytes(sealed1)) })
        {
            await _look.SendAsync("SET", KeyOf(thief), planted);
            (await thief.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
        }
    }

    [Fact]
    [Trait("asvs", "8.3.2")]
    public async Task Another_role_brings_a_new_cookie_here_as_well()
    {
        using var owner = await _server.NewBrowser().SignUpAsync();
        using var member = await _server.JoinAsync(owner, "viewer");
        var (old, workspace) = (member.Cookie, await owner.WorkspaceAsync());
        var row = (await _server.LookAsync($"SELECT id FROM access.members WHERE workspace_id = '{workspace}' AND role = 'viewer'"))[0]!;
        await KeptAsync(member);
        (await owner.WriteAsync(new { op = "set", type = "access.member", id = row, field = "role", value = "member" }, workspace: workspace)).Is(HttpStatusCode.OK);
        await Eventually.HoldsAsync("it does", async () =>
        {
            (await member.GetAsync("/api/me")).Is(HttpStatusCode.OK);
            return member.Cookie != old;
        });
    }

    [Fact]
    [Trait("asvs", "3.5.1")]
    public async Task Tokens_count_as_they_do_in_the_database_and_stand_in_Redis_alone()
    {
        await CsrfTests.CountOnceAsync(_server);
        await CsrfTests.OnePassesAsync(_server);
        Assert.Equal("0", (await _server.LookAsync("SELECT max(cardinality(csrf)) FROM identity.sessions"))[0]);
        Assert.InRange(((object?[])(await _look.SendAsync("KEYS", "csrf:*"))!).Length, 3, 100);
    }

    [Fact]
    [Trait("asvs", "16.5.3")]
    public async Task Without_Redis_whoever_is_signed_in_reads_and_changes_and_an_end_counts()
    {
        using var person = await _server.NewBrowser().SignUpAsync();
        await KeptAsync(person);
        await _redis.KillAsync();
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        for (var time = 0; time < 3; time++)
            (await person.PostAsync("/api/workspaces", new { name = "Meanwhile" })).Is(HttpStatusCode.Created);
        (await person.SignInAsync()).Refuses(HttpStatusCode.ServiceUnavailable, "server.no_redis");
        var cookie = person.Cookie;
        (await person.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        person.Cookie = cookie;
        (await person.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
    }

    /// <summary>Asks until the session stands in Redis.</summary>
    private Task KeptAsync(TestBrowser person) => Eventually.HoldsAsync("it is kept", async () =>
    {
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        return await _look.SendAsync("EXISTS", KeyOf(person)) is 1L;
    });

    private static string KeyOf(TestBrowser person) =>
        $"session:{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Buffers.Text.Base64Url.DecodeFromChars(person.Cookie)))}";
}
