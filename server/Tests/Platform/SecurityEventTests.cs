using System.Net;
using System.Text.Json;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Security;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>What is noted of sign-ins, sessions, rights and refusals, and who reads it.</summary>
public sealed class SecurityEventTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Own = "/api/me/events";

    [Fact]
    [Trait("asvs", "16.3.1")]
    [Trait("asvs", "16.2.1")]
    public async Task Good_and_bad_sign_ins_are_noted_with_neighbourhood_and_agent()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.SignInAsync("several unrelated birds")).Is(HttpStatusCode.Unauthorized);
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        (await ada.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);

        await Eventually.HoldsAsync("the founding is noted", async () => (await EventsAsync(ada, $"{Own}?name=authz_change")).Count == 1);
        var events = await EventsAsync(ada, Own);
        Assert.Equal(
            ["authn_login_fail", "authn_login_success", "authn_login_success", "authz_change", "session_created", "session_created", "session_created", "session_expired", "session_expired", "user_created"],
            events.Select(NameOf).Order(StringComparer.Ordinal));
        var failed = events.Single(one => NameOf(one) == "authn_login_fail");
        Assert.Matches(@"^127\.1\.\d+\.0/24$", failed.GetProperty("address").GetString());
        Assert.Equal("Other", failed.GetProperty("agent").GetString());
        Assert.Equal(["signed_out", "replaced"], events.Where(one => NameOf(one) == "session_expired").Select(one => one.GetProperty("details").GetProperty("reason").GetString()));
    }

    [Fact]
    [Trait("asvs", "16.3.1")]
    public async Task A_sign_in_to_an_address_that_nobody_has_is_noted_as_well_and_concerns_nobody()
    {
        using var browser = server.NewBrowser();
        (await browser.PostAsync("/api/sign-in", new { email = "nobody.at.all@example.org", password = TestBrowser.Password })).Is(HttpStatusCode.Unauthorized);
        Assert.Equal(["1"], await server.LookAsync("SELECT count(*) FROM security.events WHERE name = 'authn_login_fail' AND user_id IS NULL"));
        Assert.Empty(await server.LookAsync("SELECT 1 FROM security.events e WHERE position('nobody.at.all' in to_jsonb(e)::text) > 0"));
    }

    [Fact]
    [Trait("asvs", "16.3.1")]
    public async Task Tokens_that_are_exchanged_and_tokens_that_are_refused_are_noted()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var made = (await ada.PostAsync("/api/tokens", new { name = "Script", days = "30" })).Is(HttpStatusCode.Created).Json;
        using var program = new TestProgram(server.Address) { Refresh = made.GetProperty("token").GetString() };
        await program.RefreshAsync();
        var exchanged = Assert.Single(await EventsAsync(ada, $"{Own}?name=authn_token_refreshed"));
        Assert.Equal(made.GetProperty("id").GetGuid(), exchanged.GetProperty("session").GetGuid());

        program.Access = "a.b.c";
        (await program.GetAsync("/api/me")).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        (await program.PostAsync("/api/tokens/refresh", new { token = "none" })).Refuses(HttpStatusCode.Unauthorized, "token.refused");
        string?[] noted = ["GET /api/me", "POST /api/tokens/refresh"];
        await Eventually.HoldsAsync("both are noted", async () =>
            noted.SequenceEqual(await server.LookAsync("SELECT details ->> 'at' FROM security.events WHERE name = 'authn_token_fail' ORDER BY 1")));
    }

    [Theory]
    [InlineData("/api/session/proof")]
    [InlineData("/api/me/password")]
    [Trait("asvs", "16.3.1")]
    public async Task Whoever_is_locked_out_while_he_proves_or_changes_his_password_is_noted(string path)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        const string Wrong = "several unrelated birds";
        HttpStatusCode status;
        var guesses = 0;
        do
        {
            Assert.True(++guesses < 20, "nothing stops the guesser");
            status = (await ada.PostAsync(path, path.EndsWith("proof", StringComparison.Ordinal) ? (object)new { password = Wrong } : new { current = Wrong, password = "another row of words" })).Status;
        }
        while (status == HttpStatusCode.UnprocessableEntity);

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Single(await EventsAsync(ada, $"{Own}?name=authn_login_lock"));
    }

    [Fact]
    [Trait("asvs", "16.3.2")]
    public async Task What_was_refused_for_lack_of_rights_is_noted_at_every_door()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var workspace = await ada.WorkspaceAsync();
        (await vera.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = "Not hers" }), workspace: workspace)).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await vera.GetAsync($"/api/workspaces/{workspace}/invites")).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await vera.GetAsync("/api/operator/jobs")).Is(HttpStatusCode.Forbidden);

        await Eventually.HoldsAsync("they are noted", async () => (await EventsAsync(vera, $"{Own}?name=authz_fail")).Count == 3);
        var refused = await EventsAsync(vera, $"{Own}?name=authz_fail");
        Assert.Equal(
            ["GET /api/operator/jobs", "GET /api/workspaces/{workspace:guid}/invites/", "http"],
            refused.Select(one => one.GetProperty("details").GetProperty("at").GetString()).Order(StringComparer.Ordinal));
        // What is the instance's own business is none of the workspace's.
        Assert.Equal(2, (await EventsAsync(ada, $"/api/workspaces/{workspace}/events?name=authz_fail")).Count);
    }

    [Fact]
    [Trait("asvs", "16.3.2")]
    public async Task What_was_refused_on_a_socket_is_noted_too()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var user = (await vera.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        var outcome = await server.WritePath.WriteAsync(await ada.WorkspaceAsync(), new Holdfast.Engine.Operations.Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Holdfast.Engine.Permissions.Actor.Person(user, Guid.CreateVersion7()),
            Operations = [Holdfast.Engine.Operations.Compose.Create(server.Registry, Guid.CreateVersion7(), new Holdfast.Apps.Solo.Customers.Customer { Name = "Not hers" })],
        });
        Assert.Equal("permission.denied", outcome.Failure?.Code.Code);
        await Eventually.HoldsAsync("it is noted", async () => (await EventsAsync(vera, $"{Own}?name=authz_fail"))
            .Any(one => one.GetProperty("details").GetProperty("at").GetString() == "sync"));
    }

    [Fact]
    public async Task Nobody_fills_the_disk_with_refusals_and_each_is_counted()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        for (var attempt = 0; attempt < 14; attempt++)
            (await ada.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/me/language") { Content = new StringContent("{}", null, "application/json") }, ownOrigin: false)).Refuses(HttpStatusCode.Forbidden, "request.cross_site");
        await Eventually.HoldsAsync("they are counted", async () => (await server.LookAsync("SELECT coalesce(sum(times_sum), 0) FROM security.counts_days WHERE label = 'malicious_cors'"))[0] == "14");
        Assert.Equal(["4"], await server.LookAsync("SELECT sum(unwritten_sum) FROM security.counts_days WHERE label = 'malicious_cors'"));
        Assert.Equal(["10"], await server.LookAsync("SELECT count(*) FROM security.events WHERE name = 'malicious_cors'"));
    }

    [Fact]
    public async Task A_flood_of_refusals_is_few_rows()
    {
        var (events, what) = (server.Get<SecurityEvents>(), new SecurityEvent(SecurityEventNames.ProgramCaught) { Source = "one of them" });
        for (var time = 0; time < 500; time++)
            await events.NoteAsync(what);
        await Eventually.HoldsAsync("they are counted", async () => (await server.LookAsync($"SELECT coalesce(sum(times), 0) FROM security.counts WHERE label = '{what.Name}'"))[0] == "500");
        Assert.InRange(int.Parse((await server.LookAsync($"SELECT count(*) FROM security.counts WHERE label = '{what.Name}'"))[0]!, System.Globalization.CultureInfo.InvariantCulture), 1, 20);
    }

    [Fact]
    public async Task Nobody_waits_for_what_cannot_be_written()
    {
        using var post = new EventPost(server.Get<SecurityEvents>(), server.Log.Loggers.CreateLogger<EventPost>());
        // It has not begun to write.
        for (var time = 0; time < EventPost.MostWaiting + 7; time++)
            post.Post(new SecurityEvent(SecurityEventNames.TooMany) { Source = "flood" });
        await post.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync("it is said", () => server.Log.Lines.Any(line => line.Contains("7 security events are lost", StringComparison.Ordinal)));
        await post.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_joins_gets_another_role_and_leaves_is_noted_for_him_and_for_the_admins()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var workspace = await ada.WorkspaceAsync();
        var member = (await ada.ListAsync("access.member", "")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        (await ada.WriteAsync(new { op = "set", type = "access.member", id = member, field = "role", value = "member" })).Is(HttpStatusCode.OK);
        (await vera.PostAsync($"/api/workspaces/{workspace}/leave")).Is(HttpStatusCode.OK);

        var user = (await vera.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        var there = $"/api/workspaces/{workspace}/events?name=authz_change&user={user}";
        await Eventually.HoldsAsync("all three are noted", async () => (await EventsAsync(ada, there)).Count == 3);
        Assert.Equal(["create  viewer", "delete member ", "set viewer member"], (await EventsAsync(ada, there)).Select(Change).Order(StringComparer.Ordinal));
        Assert.Equal(3, (await EventsAsync(vera, $"{Own}?name=authz_change")).Count(one => one.GetProperty("workspace").GetGuid() == workspace));
    }

    [Fact]
    [Trait("asvs", "8.2.1")]
    public async Task Each_reads_his_own_and_the_admins_those_of_their_workspace_and_nobody_more()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var eve = await server.NewBrowser().SignUpAsync("Eve", "Elsewhere");
        var workspace = await ada.WorkspaceAsync();
        var user = (await ada.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        Assert.Empty(await EventsAsync(eve, $"{Own}?user={user}"));
        foreach (var rest in new[] { "events", "events/export" })
        {
            var stranger = (await eve.GetAsync($"/api/workspaces/{workspace}/{rest}")).Refuses(HttpStatusCode.NotFound, "workspace.not_found");
            Assert.Equal(stranger.Text, (await eve.GetAsync($"/api/workspaces/{Guid.CreateVersion7()}/{rest}")).Text);
        }

        foreach (var role in new[] { "member", "moderator", "viewer" })
        {
            using var other = await server.JoinAsync(ada, role);
            (await other.GetAsync($"/api/workspaces/{workspace}/events")).Refuses(HttpStatusCode.Forbidden, "permission.denied");
            (await other.GetAsync($"/api/workspaces/{workspace}/events/export")).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        }

        using var admin = await server.JoinAsync(ada, "admin");
        Assert.NotEmpty(await EventsAsync(admin, $"/api/workspaces/{workspace}/events"));
        Assert.All(await EventsAsync(admin, $"/api/workspaces/{workspace}/events"), one => Assert.Equal(workspace, one.GetProperty("workspace").GetGuid()));
    }

    [Fact]
    public async Task A_page_goes_on_where_the_one_before_ended_and_a_wrong_filter_is_refused()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        for (var time = 0; time < 5; time++)
            (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        var all = (await EventsAsync(ada, $"{Own}?name=authn_login_success")).Select(one => one.GetProperty("id").GetGuid()).ToArray();
        Assert.Equal(5, all.Length);
        var first = (await ada.GetAsync($"{Own}?name=authn_login_success&limit=2")).Json;
        Assert.Equal(all[1], first.GetProperty("next").GetGuid());
        Assert.Equal(all[2..], (await EventsAsync(ada, $"{Own}?name=authn_login_success&after={all[1]}")).Select(one => one.GetProperty("id").GetGuid()));
        Assert.Empty(await EventsAsync(ada, $"{Own}?from=2100-01-01"));
        Assert.Empty(await EventsAsync(ada, $"{Own}?to=2000-01-01T00:00:00Z"));
        foreach (var (wrong, field) in new[] { ("name=none", "name"), ("user=x", "user"), ("after=1", "after"), ("from=yesterday", "from"), ("limit=0", "limit"), ("limit=501", "limit"), ("sort=x", "sort") })
            Assert.Equal(field, (await ada.GetAsync($"{Own}?{wrong}")).Field);
    }

    [Fact]
    [Trait("asvs", "1.2.10")]
    public async Task A_file_holds_all_of_them_and_no_formula()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var user = (await ada.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        await server.Get<SecurityEvents>().NoteAsync(new SecurityEvent(SecurityEventNames.UserUpdated) { User = user, Agent = "=HYPERLINK(\"https://evil.example\")" });
        var csv = (await ada.GetAsync($"{Own}/export")).Is(HttpStatusCode.OK);
        Assert.Equal("text/csv", csv.Message.Content.Headers.ContentType!.MediaType);
        Assert.Contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\",", csv.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(",=", csv.Text, StringComparison.Ordinal);
        var lines = (await ada.GetAsync($"{Own}/export?format=json")).Is(HttpStatusCode.OK).Text.TrimEnd().Split('\n');
        Assert.Equal(csv.Text.TrimEnd().Split("\r\n").Length - 1, lines.Length);
        Assert.All(lines, line => Assert.Equal(user, JsonDocument.Parse(line).RootElement.GetProperty("user").GetGuid()));
        (await ada.GetAsync($"{Own}/export?format=xml")).Refuses(HttpStatusCode.UnprocessableEntity, "field.not_allowed", "format");
    }

    [Fact]
    public async Task What_is_young_stays_whoever_wants_it_gone()
    {
        var now = server.Clock.GetUtcNow();
        await server.LookAsync("INSERT INTO security.events (id, at, name) VALUES (gen_random_uuid(), now() - interval '401 days', 'user_deleted'), (gen_random_uuid(), now() - interval '29 days', 'user_deleted')");
        var db = server.Get<Db>();
        // A clock that runs ahead, and a caller who would keep nothing.
        Assert.Equal(1, await db.System.FirstAsync<long>($"SELECT security.forget({TimeSpan.Zero}, {now.AddYears(9)})"));
        Assert.Equal(["1"], await server.LookAsync("SELECT count(*) FROM security.events WHERE name = 'user_deleted'"));
    }

    private static string NameOf(JsonElement one) => one.GetProperty("name").GetString()!;

    private static string Change(JsonElement one)
    {
        var details = one.GetProperty("details");
        string Word(string name) => details.TryGetProperty(name, out var word) ? word.GetString()! : "";
        return $"{Word("change")} {Word("from")} {Word("to")}";
    }

    private static async Task<IReadOnlyList<JsonElement>> EventsAsync(TestBrowser person, string path) =>
        [.. (await person.GetAsync(path)).Is(HttpStatusCode.OK).Json.GetProperty("events").EnumerateArray()];
}
