using System.Net;
using System.Text.RegularExpressions;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary><c>holdfast user</c>, beside a server that runs.</summary>
public sealed class UserCommandTests(TestServer server, TestCluster cluster) : IClassFixture<TestServer>
{
    private const string Password = "quite another set of words";

    [Fact]
    [Trait("asvs", "6.4.1")]
    public async Task Someone_is_made_and_sets_the_password_by_a_link_that_works_once()
    {
        var said = await RunAsync(0, "create", "Grace@Example.org", "--name", "Grace", "--language", "de", "--public-address", "https://holdfast.example");
        var token = Regex.Match(said, "^https://holdfast\\.example/reset#(?<token>[A-Za-z0-9_-]{43})$", RegexOptions.Multiline).Groups["token"].Value;
        using var browser = server.NewBrowser();
        (await SignInAsync(browser, "grace@example.org")).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await browser.PostAsync("/api/reset", new { token, password = Password })).Is(HttpStatusCode.NoContent);
        (await browser.PostAsync("/api/reset", new { token, password = Password })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
        Assert.Equal("de", (await SignInAsync(browser, "grace@example.org")).Is(HttpStatusCode.OK).Json.GetProperty("user").GetProperty("language").GetString());
        Assert.Contains("user reset", await RunAsync(1, "create", "grace@example.org", "--name", "Grace"), StringComparison.Ordinal);
        Assert.Contains("user_created", await server.LookAsync("SELECT name FROM security.events"));
    }

    [Fact]
    [Trait("asvs", "6.4.1")]
    public async Task The_link_by_which_someone_sets_his_first_password_is_another_each_time_and_works_for_a_day()
    {
        await using var own = new TestServer(cluster);
        await own.InitializeAsync();
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in new[] { "early", "late" })
        {
            var (code, said) = await HostCommand.RunAsync("user", "create", $"{name}@example.org", "--name", "Grace", "--database", own.ConnectionString);
            Assert.Equal(0, code);
            tokens.Add(Regex.Match(said, "#(?<token>[A-Za-z0-9_-]{43})$", RegexOptions.Multiline).Groups["token"].Value);
        }

        Assert.Equal(2, tokens.Count);
        using var browser = own.NewBrowser();
        own.Clock.Forward(TimeSpan.FromHours(23.9));
        (await browser.PostAsync("/api/reset", new { token = tokens.First(), password = Password })).Is(HttpStatusCode.NoContent);
        own.Clock.Forward(TimeSpan.FromHours(0.2));
        (await browser.PostAsync("/api/reset", new { token = tokens.Last(), password = Password })).Refuses(HttpStatusCode.NotFound, "link.not_valid", "token");
    }

    [Fact]
    [Trait("asvs", "7.4.5")]
    [Trait("asvs", "6.4.6")]
    [Trait("asvs", "6.5.6")]
    public async Task A_reset_ends_what_is_open_and_lets_in_whoever_has_the_link()
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        var token = Regex.Match(await RunAsync(0, "reset", browser.Email), "#(?<token>[A-Za-z0-9_-]{43})").Groups["token"].Value;
        (await browser.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await browser.SignInAsync()).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await browser.PostAsync("/api/reset", new { token, password = Password })).Is(HttpStatusCode.NoContent);
        (await browser.SignInAsync(Password)).Is(HttpStatusCode.OK);
        Assert.Contains("Nobody has the address", await RunAsync(1, "reset", "nobody@example.org"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("asvs", "7.4.5")]
    public async Task A_person_or_everybody_is_signed_out_with_tokens_and_sockets_and_keeps_the_password(bool everybody)
    {
        await using var own = new TestServer(cluster);
        await own.InitializeAsync();
        using var ada = await own.NewBrowser().SignUpAsync();
        using var bob = await own.NewBrowser().SignUpAsync();
        using var program = new TestProgram(own.Address) { Refresh = (await ada.PostAsync("/api/tokens", new { name = "Accounting", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString() };
        await program.RefreshAsync();
        using var page = await ada.ConnectAsync();
        using var line = await program.ConnectAsync(await ada.WorkspaceAsync());
        using var bobs = await bob.ConnectAsync();

        var (code, said) = await HostCommand.RunAsync("user", "sign-out", everybody ? "--all" : ada.Email, "--database", own.ConnectionString);
        Assert.Equal((0, everybody ? "3 sessions and tokens have ended, of everybody.\n" : $"2 sessions and tokens of {ada.Email} have ended.\n"), (code, said));
        await TestBrowser.ClosedAsync(page);
        await TestBrowser.ClosedAsync(line);
        own.Clock.Forward(own.Get<SessionCache>().Life);
        (await ada.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await program.PostAsync("/api/tokens/refresh", new { token = program.Refresh })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        if (everybody)
            await TestBrowser.ClosedAsync(bobs);
        Assert.Equal(everybody ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, (await bob.GetAsync("/api/me")).Status);
        Assert.Equal(everybody ? System.Net.WebSockets.WebSocketState.CloseReceived : System.Net.WebSockets.WebSocketState.Open, bobs.State);
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.Equal([everybody ? "3" : "2"], await own.LookAsync("SELECT count(*) FROM security.events WHERE name = 'session_expired' AND details ->> 'reason' = 'ended_by_operator'"));
    }

    [Fact]
    public async Task Who_is_locked_out_is_listed_and_let_in_again()
    {
        using var owner = await server.NewBrowser().SignUpAsync("Ada Lovelace");
        await AttemptTests.LockAsync(server, owner.Email);
        using var elsewhere = server.NewBrowser();
        (await SignInAsync(elsewhere, owner.Email, TestBrowser.Password)).Refuses(HttpStatusCode.TooManyRequests, "sign_in.locked");
        var line = Assert.Single((await RunAsync(0, "list")).Split('\n'), line => line.Contains(owner.Email, StringComparison.Ordinal));
        Assert.Matches("^Ada Lovelace <.+> \\(not verified\\), signed in last .+, somebody is locked out for [123] min$", line);
        Assert.Contains("can try again", await RunAsync(0, "unlock", owner.Email), StringComparison.Ordinal);
        Assert.DoesNotContain("locked out", await RunAsync(0, "list"), StringComparison.Ordinal);
        (await SignInAsync(elsewhere, owner.Email, TestBrowser.Password)).Is(HttpStatusCode.OK);
        Assert.Contains("authn_login_unlock", await server.LookAsync("SELECT name FROM security.events"));
        await RunAsync(1, "unlock", "nobody@example.org");
        await RunAsync(1, "sign-out", "nobody@example.org");
    }

    [Fact]
    public async Task Where_there_is_nobody_the_list_says_so()
    {
        await using var fresh = new TestServer(cluster);
        await fresh.InitializeAsync();
        var (code, said) = await HostCommand.RunAsync("user", "list", "--database", fresh.ConnectionString);
        Assert.Equal((0, "Nobody has signed up here yet.\n"), (code, said));
    }

    [Fact]
    [Trait("asvs", "7.4.2")]
    public async Task Someone_is_deleted_with_days_to_think_or_at_once_but_never_from_under_others()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        Assert.Contains($"{ada.Email} is the only owner of Analytical Engines, where others work", await RunAsync(1, "delete", ada.Email, "--now"), StringComparison.Ordinal);
        Assert.Contains("is shut out, and is erased on ", await RunAsync(0, "delete", bob.Email, "--deletion-days", "3"), StringComparison.Ordinal);
        (await bob.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "session.ended");
        (await bob.SignInAsync()).Refuses(HttpStatusCode.Conflict, "account.leaving");
        Assert.Contains("is gone", await RunAsync(0, "delete", bob.Email, "--now"), StringComparison.Ordinal);
        (await bob.SignInAsync()).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        Assert.Contains("Nobody has the address", await RunAsync(1, "delete", bob.Email), StringComparison.Ordinal);
        Assert.Contains("is gone", await RunAsync(0, "delete", ada.Email, "--now"), StringComparison.Ordinal);
        Assert.Contains("--deletion-days", await RunAsync(2, "delete", ada.Email, "--deletion-days", "31"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_for_tests_are_made_where_nobody_else_comes()
    {
        var password = Regex.Match(await RunAsync(0, "create", "test@example.org", "--name", "Test", "--test", "--public-address", server.Address.GetLeftPart(UriPartial.Authority)), "password (?<it>\\S+)").Groups["it"].Value;
        using var browser = server.NewBrowser();
        (await SignInAsync(browser, "test@example.org", password)).Is(HttpStatusCode.OK);
        Assert.Contains("reached by others", await RunAsync(2, "create", "test2@example.org", "--name", "Test", "--test", "--public-address", "https://holdfast.example"), StringComparison.Ordinal);
        Assert.Contains("Give its --public-address", await RunAsync(2, "create", "test2@example.org", "--name", "Test", "--test"), StringComparison.Ordinal);
        Assert.DoesNotContain("test2@example.org", await RunAsync(0, "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_running_server_says_of_itself_counts_whatever_the_command_is_told()
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartReadyAsync(folder, "--public-address", "https://holdfast.example");
        var (exit, said) = await HostCommand.RunAsync(
            "user", "create", "test@example.org", "--name", "Test", "--test", "--public-address", "http://localhost:8400", "--data", folder["data"], "--postgres-bin", TestCluster.Programs);
        Assert.Equal(2, exit);
        Assert.Contains("https://holdfast.example/ is reached by others", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("needs the e-mail address", "reset")]
    [InlineData("needs the e-mail address", "sign-out")]
    [InlineData("not both", "sign-out", "x@example.org", "--all")]
    [InlineData("needs --name", "create", "x@example.org")]
    [InlineData("is no e-mail address", "create", "example.org", "--name", "X")]
    [InlineData("--name takes", "create", "x@example.org", "--name", " ")]
    [InlineData("--language takes", "create", "x@example.org", "--name", "X", "--language", "<b>")]
    [InlineData("'user' takes create or reset or sign-out or unlock or delete or list", "remove", "x@example.org")]
    public async Task What_is_missing_or_wrong_is_named(string said, params string[] words) =>
        Assert.Contains(said, await RunAsync(2, words), StringComparison.Ordinal);

    private static Task<Answer> SignInAsync(TestBrowser browser, string email, string password = Password) => browser.PostAsync("/api/sign-in", new { email, password });

    private async Task<string> RunAsync(int exit, params string[] words)
    {
        var (code, said) = await HostCommand.RunAsync(["user", .. words, "--database", server.ConnectionString]);
        Assert.True(code == exit, said);
        return said;
    }
}
