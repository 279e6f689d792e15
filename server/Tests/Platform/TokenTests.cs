using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Host;
using Holdfast.Platform.Identity;
using Holdfast.Platform.Mail;
using Holdfast.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Tokens of programs.</summary>
public sealed class TokenTests(TestServer server, TestCluster cluster) : IClassFixture<TestServer>
{
    private static readonly TimeSpan AfterGrace = TimeSpan.FromSeconds(31);

    [Fact]
    public async Task A_program_comes_with_an_access_token_and_without_origin_or_cookie()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        var pair = await program.RefreshAsync();
        Assert.Equal(("Bearer", 900), (pair.GetProperty("tokenType").GetString(), pair.GetProperty("expiresIn").GetInt32()));
        var me = (await program.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal(person.Email, me.Json.GetProperty("user").GetProperty("email").GetString());
        (await program.PostAsync("/api/workspaces", new { name = "By a program" })).Is(HttpStatusCode.Created);
        Assert.Equal(2, (await person.WorkspacesAsync()).Count);
        // Where nothing of it comes along, the old rules hold.
        program.Access = null;
        (await program.PostAsync("/api/workspaces", new { name = "W" })).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.required");
    }

    [Fact]
    [Trait("asvs", "3.5.1")]
    public async Task A_token_and_a_cookie_together_are_refused()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        foreach (var path in new[] { "/api/me", "/api/sync" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", program.Access);
            (await person.SendAsync(request)).Refuses(HttpStatusCode.BadRequest, "request.two_identities");
        }
    }

    [Fact]
    [Trait("bug", "1")]
    [Trait("asvs", "15.4.2")]
    public async Task Fifty_who_refresh_at_once_get_one_successor()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        var refresh = program.Refresh;
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => program.PostAsync("/api/tokens/refresh", new { token = refresh })));
        Assert.All(answers, answer => answer.Is(HttpStatusCode.OK));
        var successor = Assert.Single(answers.Select(answer => answer.Json.GetProperty("refreshToken").GetString()).Distinct(StringComparer.Ordinal));
        Assert.Equal("2", (await StateAsync(person, "t.generation"))[0]);
        Assert.NotEqual(refresh, successor);
        (await program.PostAsync("/api/tokens/refresh", new { token = successor })).Is(HttpStatusCode.OK);
        Assert.Equal("3", (await StateAsync(person, "t.generation"))[0]);
    }

    [Fact]
    [Trait("bug", "1")]
    public async Task Whoever_lost_the_answer_gets_it_again_some_times_and_not_for_long()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        var refresh = program.Refresh;
        var successor = (await program.RefreshAsync()).GetProperty("refreshToken").GetString();
        server.Clock.Forward(TimeSpan.FromSeconds(6));
        for (var again = 0; again < 5; again++)
            Assert.Equal(successor, (await program.PostAsync("/api/tokens/refresh", new { token = refresh })).Is(HttpStatusCode.OK).Json.GetProperty("refreshToken").GetString());
        (await program.PostAsync("/api/tokens/refresh", new { token = refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        Assert.Equal("token_reused", (await StateAsync(person, "s.end_reason"))[0]);
    }

    [Theory]
    [Trait("asvs", "6.3.5")]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("asvs", "10.4.5")]
    public async Task A_token_that_comes_again_later_or_from_elsewhere_ends_all_that_came_of_it_and_tells_its_person(bool later)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/address/verify", new { token = (await server.Mail.VerificationAsync(person.Email)).Token })).Is(HttpStatusCode.NoContent);
        using var program = await ProgramAsync(person);
        var stolen = program.Refresh;
        await program.RefreshAsync();
        using var socket = await program.ConnectAsync(await person.WorkspaceAsync());
        using var thief = new TestProgram(server.Address, later ? null : "127.7.0.1") { Refresh = stolen };
        if (later)
            server.Clock.Forward(AfterGrace);

        var closing = TestBrowser.ClosedAsync(socket);
        (await thief.PostAsync("/api/tokens/refresh", new { token = stolen })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        await closing.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketCloseStatus)4401, socket.CloseStatus);
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await program.PostAsync("/api/tokens/refresh", new { token = program.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        Assert.Equal("1", (await server.LookAsync($"""
            SELECT count(*) FROM security.events e JOIN identity.users u ON u.id = e.user_id WHERE u.email = '{person.Email}' AND e.name = 'authn_token_reuse'
            """))[0]);
        Assert.Contains("Night job", (await server.Mail.NextAsync(person.Email, 2)).Text, StringComparison.Ordinal);
        (await person.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_address_that_nobody_has_shown_to_be_his_learns_nothing_of_a_token()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        var stolen = program.Refresh;
        await program.RefreshAsync();
        server.Clock.Forward(AfterGrace);
        (await program.PostAsync("/api/tokens/refresh", new { token = stolen })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        Assert.Equal("1", (await server.LookAsync($"SELECT count(*) FROM security.events e JOIN identity.users u ON u.id = e.user_id WHERE u.email = '{person.Email}' AND e.name = 'authn_token_reuse'"))[0]);
        await Eventually.HoldsAsync("no mail waits", async () => (await server.LookAsync($"SELECT id FROM engine.jobs WHERE queue = '{Mailer.Queue}'")).Count == 0);
        Assert.Empty(server.Mail.To(person.Email));
    }

    [Fact]
    public async Task What_was_given_up_is_forgotten_when_it_would_be_over_in_any_case()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        await server.LookAsync("DELETE FROM identity.denied_tokens");
        (await program.PostAsync("/api/tokens/revoke", new { token = program.Access })).Is(HttpStatusCode.NoContent);
        // Until its end, and an hour more for clocks that are behind.
        server.Clock.Forward(TimeSpan.FromMinutes(74));
        await RotateAsync();
        Assert.Single(await DeniedAsync());
        server.Clock.Forward(TimeSpan.FromMinutes(2));
        await RotateAsync();
        Assert.Empty(await DeniedAsync());

        Task RotateAsync() => server.Get<SigningKeys>().RunAsync(
            new Job(Guid.CreateVersion7(), Guid.Empty, SigningKeys.Rotate.Kind, Actor.Server(SigningKeys.Rotate.Kind), default, 1), new SigningKeys.Rotate(), TestContext.Current.CancellationToken);
        Task<IReadOnlyList<string?>> DeniedAsync() => server.LookAsync("SELECT id FROM identity.denied_tokens");
    }

    [Fact]
    [Trait("asvs", "10.4.5")]
    [Trait("bug", "8")]
    public async Task A_forged_refresh_token_is_refused_and_ends_nothing()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        var real = RefreshToken.Read(program.Refresh!, server.Get<TokenKey>())!;
        string[] forged =
        [
            "", "hfr1_", program.Refresh![..^1], $"{program.Refresh}A", program.Refresh.Replace("hfr1_", "hfr2_", StringComparison.Ordinal), new string('x', 2048),
            new RefreshToken(real.Session, 1).Write(TokenKey.New()), new RefreshToken(real.Session, int.MaxValue).Write(server.Get<TokenKey>()),
            new RefreshToken(Guid.CreateVersion7(), 1).Write(server.Get<TokenKey>()),
        ];
        foreach (var token in forged.Where(token => token.Length > 0))
            (await program.PostAsync("/api/tokens/refresh", new { token })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        for (var at = 5; at < program.Refresh.Length; at += 3)
        {
            var edited = $"{program.Refresh[..at]}{(program.Refresh[at] == 'A' ? 'B' : 'A')}{program.Refresh[(at + 1)..]}";
            (await program.PostAsync("/api/tokens/refresh", new { token = edited })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        }

        (await program.PostAsync("/api/tokens/refresh", new { token = program.Refresh })).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "10.4.8")]
    public async Task A_refresh_token_that_is_not_used_for_a_week_is_over_and_none_outlives_its_greatest_age()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var idle = await ProgramAsync(person);
        using var busy = await ProgramAsync(person);
        for (var days = 0; days < 30; days += 6)
        {
            await busy.RefreshAsync();
            server.Clock.Forward(TimeSpan.FromDays(6));
        }

        (await idle.PostAsync("/api/tokens/refresh", new { token = idle.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await busy.PostAsync("/api/tokens/refresh", new { token = busy.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
    }

    [Fact]
    [Trait("asvs", "9.2.1")]
    public async Task An_access_token_is_over_after_a_quarter_of_an_hour_and_so_is_the_socket_that_it_opened()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        using var socket = await program.ConnectAsync(await person.WorkspaceAsync());
        server.Clock.Forward(TimeSpan.FromMinutes(14));
        (await program.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(6));
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        await TestBrowser.ClosedAsync(socket);
        Assert.Equal((WebSocketCloseStatus)4401, socket.CloseStatus);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("asvs", "10.4.9")]
    [Trait("asvs", "7.4.1")]
    [Trait("bug", "14")]
    [Trait("asvs", "6.5.6")]
    public async Task A_person_ends_a_token_and_it_is_dead_at_once_on_every_node(bool elsewhere)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person, elsewhere ? await server.StartAsync() : null);
        await program.RefreshAsync();
        using var socket = await program.ConnectAsync(await person.WorkspaceAsync());
        var token = (await person.GetAsync("/api/tokens")).Json.GetProperty("tokens")[0];
        Assert.Equal("Night job", token.GetProperty("name").GetString());

        var closing = TestBrowser.ClosedAsync(socket);
        (await person.PostAsync($"/api/tokens/{token.GetProperty("id").GetGuid()}/end")).Is(HttpStatusCode.NoContent);
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await program.PostAsync("/api/tokens/refresh", new { token = program.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        await closing.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await person.GetAsync("/api/tokens")).Json.GetProperty("tokens").GetArrayLength());
    }

    [Fact]
    public async Task A_program_gives_its_tokens_up_itself()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        var first = program.Access!;
        server.Clock.Forward(AfterGrace);
        await program.RefreshAsync();
        (await program.PostAsync("/api/tokens/revoke", new { token = first })).Is(HttpStatusCode.NoContent);
        (await program.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (program.Access, var second) = (first, program.Access);
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await program.PostAsync("/api/tokens/revoke", new { token = program.Refresh })).Is(HttpStatusCode.NoContent);
        program.Access = second;
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await program.PostAsync("/api/tokens/revoke", new { token = "no token at all" })).Is(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("asvs", "7.4.1")]
    [Trait("bug", "14")]
    public async Task An_access_token_that_is_given_up_here_or_elsewhere_takes_its_socket_with_it_and_no_other(bool elsewhere)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        var workspace = await person.WorkspaceAsync();
        await program.RefreshAsync();
        var first = program.Access;
        using var socket = await program.ConnectAsync(workspace);
        server.Clock.Forward(AfterGrace);
        await program.RefreshAsync();
        using var other = await program.ConnectAsync(workspace);

        var closing = TestBrowser.ClosedAsync(socket);
        if (elsewhere)
            await server.LookAsync($"INSERT INTO identity.denied_tokens (id, expires_at) VALUES ('{new JsonWebToken(first).Id}', now() + interval '1 day')");
        else
            (await program.PostAsync("/api/tokens/revoke", new { token = first! })).Is(HttpStatusCode.NoContent);
        await closing.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketCloseStatus)4401, socket.CloseStatus);
        Assert.Equal(WebSocketState.Open, other.State);
    }

    [Theory]
    [InlineData("end")]
    [InlineData("delete")]
    [Trait("asvs", "7.4.2")]
    [Trait("bug", "2")]
    public async Task Who_is_shut_out_or_deleted_comes_in_by_no_token_and_no_socket(string how)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        using var socket = await program.ConnectAsync(await person.WorkspaceAsync());
        var user = (await person.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        var closing = TestBrowser.ClosedAsync(socket);
        if (how == "end")
            await server.Get<Sessions>().EndAllOfAsync(user, but: null, "shut_out");
        else
            await server.LookAsync($"DELETE FROM identity.users WHERE id = '{user}'");
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await program.PostAsync("/api/tokens/refresh", new { token = program.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        // Where nobody but the database knows, what was read of the session a moment ago still counts for less than a second.
        await Eventually.HoldsAsync("the session is over", async () => (await person.GetAsync("/api/me")).Status == HttpStatusCode.Unauthorized);
        await closing.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal((WebSocketCloseStatus)4401, socket.CloseStatus);
    }

    [Fact]
    [Trait("bug", "9")]
    public async Task Nobody_makes_a_token_for_somebody_else()
    {
        using var victim = await server.NewBrowser().SignUpAsync();
        using var other = await server.NewBrowser().SignUpAsync();
        var user = (await victim.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        foreach (var field in new[] { "user", "userId", "user_id" })
        {
            (await other.PostAsync("/api/tokens", new Dictionary<string, object>(StringComparer.Ordinal) { ["name"] = "T", ["days"] = "30", [field] = user }))
                .Refuses(HttpStatusCode.UnprocessableEntity, "field.unknown", field.Contains('_', StringComparison.Ordinal) ? null : field);
        }

        using var stranger = server.NewBrowser();
        (await stranger.PostAsync("/api/tokens", new { name = "T", days = "30", userId = user })).Refuses(HttpStatusCode.Unauthorized, "session.required");
        using var program = await ProgramAsync(other);
        await program.RefreshAsync();
        (await victim.GetAsync("/api/tokens")).Is(HttpStatusCode.OK);
        var token = (await other.GetAsync("/api/tokens")).Json.GetProperty("tokens")[0].GetProperty("id").GetGuid();
        (await victim.PostAsync($"/api/tokens/{token}/end")).Refuses(HttpStatusCode.NotFound, "token.unknown");
        (await program.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("asvs", "7.5.3")]
    public async Task A_token_makes_no_tokens_ends_no_sessions_changes_no_password_and_runs_no_server()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        (await program.PostAsync("/api/tokens", new { name = "T", days = "30" })).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        (await program.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        (await program.PostAsync("/api/sessions/end-others", new { })).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        (await program.PostAsync("/api/me/password", new { current = TestBrowser.Password, password = "another handful of words" })).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        await server.Get<Operators>().AddAsync(person.Email, TestContext.Current.CancellationToken);
        (await program.GetAsync("/api/operator/jobs")).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        (await person.GetAsync("/api/operator/jobs")).Is(HttpStatusCode.OK);
        (await program.PostAsync($"/api/tokens/{Guid.CreateVersion7()}/end", new { })).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        foreach (var path in new[] { "/api/sessions", "/api/tokens" })
            (await program.GetAsync(path)).Refuses(HttpStatusCode.Forbidden, "token.not_for_tokens");
        Assert.Equal(1, (await person.GetAsync("/api/sessions")).Json.GetProperty("sessions").GetArrayLength());
    }

    [Fact]
    public async Task A_person_has_so_many_tokens_and_no_more()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        for (var number = 0; number < 50; number++)
            (await person.PostAsync("/api/tokens", new { name = $"T{number}", days = "90" })).Is(HttpStatusCode.Created);
        (await person.PostAsync("/api/tokens", new { name = "T", days = "90" })).Refuses(HttpStatusCode.Conflict, "token.too_many");
        (await person.PostAsync("/api/tokens", new { name = "T", days = "91" })).Refuses(HttpStatusCode.UnprocessableEntity, "field.not_allowed", "days");
    }

    [Fact]
    public async Task A_server_with_another_key_file_takes_the_access_tokens_of_the_first_and_refuses_the_rest_without_harm()
    {
        // A server of its own: the two go on to take each other's keys away, month by month, and tests put the clock forward by months.
        await using var own = new TestServer(cluster);
        await own.InitializeAsync();
        using var folder = new TemporaryFolder();
        using var person = await own.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person, own.Address);
        await program.RefreshAsync();
        var other = await own.StartAsync("--token-key", folder["other.key"], "--public-address", own.Address.GetLeftPart(UriPartial.Authority));
        using var there = new TestProgram(other) { Access = program.Access };
        // Whoever signs has the public key in the database, for all.
        (await there.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await there.PostAsync("/api/tokens/refresh", new { token = program.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        Assert.Contains(own.Log.Lines, line => line.Contains("--token-key", StringComparison.Ordinal));
        await program.RefreshAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["other.key"]));

        await File.WriteAllTextAsync(folder["other.key"], "no key", TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<StartException>(() => own.StartAsync("--token-key", folder["other.key"]));
        Assert.Contains(folder["other.key"], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("asvs", "11.2.4")]
    [Trait("asvs", "11.4.2")]
    public async Task Nothing_in_the_database_opens_anything()
    {
        using var person = await server.NewBrowser().SignUpAsync();
        using var program = await ProgramAsync(person);
        await program.RefreshAsync();
        foreach (var table in new[] { "sessions", "tokens", "denied_tokens", "signing_keys" })
        {
            foreach (var row in await server.LookAsync($"SELECT to_jsonb(t)::text FROM identity.{table} t"))
                Assert.DoesNotContain(program.Refresh![5..], row, StringComparison.Ordinal);
        }

        var secret = Convert.FromHexString((await server.LookAsync("SELECT encode(private_key, 'hex') FROM identity.signing_keys"))[0]!);
        using var key = System.Security.Cryptography.ECDsa.Create();
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => key.ImportPkcs8PrivateKey(secret, out _));
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains(program.Refresh!, StringComparison.Ordinal) || line.Contains(program.Access!, StringComparison.Ordinal));
    }

    private async Task<TestProgram> ProgramAsync(TestBrowser person, Uri? address = null)
    {
        var made = (await person.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created);
        return new TestProgram(address ?? server.Address) { Refresh = made.Json.GetProperty("token").GetString() };
    }

    private Task<IReadOnlyList<string?>> StateAsync(TestBrowser person, string column) => server.LookAsync($"""
        SELECT {column} FROM identity.tokens t JOIN identity.sessions s ON s.id = t.session_id JOIN identity.users u ON u.id = s.user_id WHERE u.email = '{person.Email}'
        """);
}
