using System.Net;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class InviteTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_colleague_signs_up_by_a_link_and_is_in_with_its_role()
    {
        using var owner = await server.NewBrowser().SignUpAsync("Ada", "Analytical Engines");
        var token = await owner.InviteAsync("viewer");
        using var colleague = server.NewBrowser();
        var look = (await colleague.PostAsync("/api/invites/look", new { token })).Is(HttpStatusCode.OK).Json;
        Assert.Equal(
            ("Analytical Engines", "viewer", "Ada"),
            (look.GetProperty("workspace").GetProperty("name").GetString(), look.GetProperty("role").GetString(), look.GetProperty("invitedBy").GetString()));
        Assert.False(look.GetProperty("forOneAddress").GetBoolean());
        (await SignUpByAsync(colleague, token)).Is(HttpStatusCode.Created);
        Assert.Equal([(await owner.WorkspaceAsync(), "viewer")], await colleague.WorkspacesAsync());
    }

    [Fact]
    public async Task The_link_leads_to_the_public_address_and_keeps_its_secret_behind_the_hash_sign()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/workspaces/{await owner.WorkspaceAsync()}/invites")
        {
            Content = new StringContent("{\"role\":\"member\"}", null, "application/json"),
        };
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("Forwarded", "host=evil.example");
        request.Headers.Host = $"127.0.0.1:{owner.Address.Port}";
        var made = (await owner.SendAsync(request)).Is(HttpStatusCode.Created).Json;
        Assert.Matches($"^{server.Address}join#[A-Za-z0-9_-]{{64}}$", made.GetProperty("link").GetString());
        Assert.Equal(7, (made.GetProperty("expiresAt").GetDateTime() - server.Clock.GetUtcNow().UtcDateTime).TotalDays, 0.1);
        var row = Assert.Single(await server.LookAsync($"SELECT to_jsonb(i)::text FROM workspaces.invites i WHERE id = '{made.GetProperty("id").GetGuid()}'"))!;
        Assert.DoesNotContain(made.GetProperty("link").GetString()!.Split('#')[1], row, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("asvs", "2.3.4")]
    public async Task Of_twenty_people_with_one_link_exactly_one_gets_in()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var people = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.NewBrowser().SignUpAsync("P", "Own")));
        var token = await owner.InviteAsync();
        var answers = await Task.WhenAll(people.Select(person => person.PostAsync("/api/invites/accept", new { token })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => answer.Refuses(HttpStatusCode.NotFound, "invite.not_valid", "token"));
        Assert.Equal(["2"], await server.LookAsync($"SELECT count(*)::text FROM access.members WHERE workspace_id = '{await owner.WorkspaceAsync()}'"));
    }

    [Fact]
    [Trait("asvs", "2.3.4")]
    public async Task Of_many_who_sign_up_by_one_link_the_others_leave_nothing_behind()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var token = await owner.InviteAsync();
        var people = Enumerable.Range(0, 8).Select(_ => server.NewBrowser()).ToArray();
        var name = $"Racer {Guid.CreateVersion7()}";
        var answers = await Task.WhenAll(people.Select(person => SignUpByAsync(person, token, name)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(["1"], await server.LookAsync($"SELECT count(*)::text FROM identity.users WHERE name = '{name}'"));
    }

    [Fact]
    public async Task Whoever_is_in_already_hears_so_and_the_link_stays_good()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var token = await owner.InviteAsync("viewer");
        var answer = (await owner.PostAsync("/api/invites/accept", new { token })).Refuses(HttpStatusCode.Conflict, "invite.already_member");
        Assert.Equal(await owner.WorkspaceAsync(), answer.Param("workspace").GetGuid());
        using var other = await server.NewBrowser().SignUpAsync();
        (await other.PostAsync("/api/invites/accept", new { token })).Is(HttpStatusCode.OK);
        (await other.PostAsync("/api/invites/accept", new { token })).Refuses(HttpStatusCode.Conflict, "invite.already_member");
    }

    [Fact]
    public async Task One_person_with_many_links_at_once_becomes_one_member()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var person = await server.NewBrowser().SignUpAsync();
        var tokens = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => owner.InviteAsync()));
        var answers = await Task.WhenAll(tokens.Select(token => person.PostAsync("/api/invites/accept", new { token })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => answer.Refuses(HttpStatusCode.Conflict, "invite.already_member"));
        // What came to nothing has used nothing up.
        Assert.Equal(["5"], await server.LookAsync($"SELECT count(*)::text FROM workspaces.invites WHERE used_at IS NULL AND workspace_id = '{await owner.WorkspaceAsync()}'"));
    }

    [Fact]
    public async Task A_link_works_for_a_week()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var token = await owner.InviteAsync();
        server.Clock.Forward(TimeSpan.FromDays(6.9));
        (await owner.PostAsync("/api/invites/look", new { token })).Is(HttpStatusCode.OK);
        server.Clock.Forward(TimeSpan.FromDays(0.2));
        await AssertDeadAsync(token);
    }

    [Fact]
    public async Task A_revoked_link_is_dead_and_off_the_list()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var invites = $"/api/workspaces/{await owner.WorkspaceAsync()}/invites";
        var token = await owner.InviteAsync();
        var listed = Assert.Single((await owner.GetAsync(invites)).Is(HttpStatusCode.OK).Json.GetProperty("invites").EnumerateArray());
        Assert.False(listed.TryGetProperty("link", out _));
        var address = $"{invites}/{listed.GetProperty("id").GetGuid()}";
        (await owner.DeleteAsync(address)).Is(HttpStatusCode.NoContent);
        (await owner.DeleteAsync(address)).Refuses(HttpStatusCode.NotFound, "invite.not_valid");
        await AssertDeadAsync(token);
        Assert.Empty((await owner.GetAsync(invites)).Json.GetProperty("invites").EnumerateArray());
    }

    [Fact]
    [Trait("asvs", "8.2.1")]
    public async Task Members_viewers_and_guests_do_not_invite()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var invites = $"/api/workspaces/{await owner.WorkspaceAsync()}/invites";
        using var stranger = await server.NewBrowser().SignUpAsync();
        var invite = (await owner.PostAsync(invites, new { role = "member" })).Is(HttpStatusCode.Created).Json.GetProperty("id").GetGuid();
        foreach (var role in new[] { "member", "viewer", "guest" })
        {
            using var insider = role == "guest" ? await server.JoinAsGuestAsync(owner, Guid.CreateVersion7()) : await server.JoinAsync(owner, role);
            foreach (var refused in await TryAllAsync(insider))
                refused.Refuses(HttpStatusCode.Forbidden, "permission.denied");
        }

        foreach (var refused in await TryAllAsync(stranger))
            refused.Refuses(HttpStatusCode.NotFound, "workspace.not_found");
        // It is there: the owner takes it back.
        (await owner.DeleteAsync($"{invites}/{invite}")).Is(HttpStatusCode.NoContent);

        async Task<Answer[]> TryAllAsync(TestBrowser browser) =>
        [
            await browser.PostAsync(invites, new { role = "owner" }),
            await browser.GetAsync(invites),
            await browser.DeleteAsync($"{invites}/{invite}"),
        ];
    }

    [Fact]
    public async Task An_invite_of_another_workspace_cannot_be_revoked_from_mine()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var attacker = await server.NewBrowser().SignUpAsync();
        var token = await owner.InviteAsync();
        var invite = (await server.LookAsync($"SELECT id::text FROM workspaces.invites WHERE workspace_id = '{await owner.WorkspaceAsync()}'"))[0];
        (await attacker.DeleteAsync($"/api/workspaces/{await attacker.WorkspaceAsync()}/invites/{invite}")).Refuses(HttpStatusCode.NotFound, "invite.not_valid");
        (await attacker.PostAsync("/api/invites/look", new { token })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nobody_invites_beyond_his_own_rights_whatever_his_role_is_called()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var admin = server.NewBrowser();
        (await SignUpByAsync(admin, await owner.InviteAsync("admin"))).Is(HttpStatusCode.Created);
        var invites = $"/api/workspaces/{await owner.WorkspaceAsync()}/invites";
        (await admin.PostAsync(invites, new { role = "owner" })).Refuses(HttpStatusCode.Forbidden, "member.beyond_yours", "role");
        (await admin.PostAsync(invites, new { role = "admin" })).Is(HttpStatusCode.Created);
        var (ofAdmin, ofOwner) = (await admin.InviteAsync("viewer"), await owner.InviteAsync("viewer"));

        // An owner in name, with fewer rights: rules forbid to make one, so that the table is changed here.
        await RestrictAsync("{access.member.read,access.member.update}");
        (await owner.GetAsync(invites)).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await owner.PostAsync(invites, new { role = "viewer" })).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        await AssertDeadAsync(ofOwner);
        await RestrictAsync("{access.member.invite}");
        (await owner.PostAsync(invites, new { role = "owner" })).Refuses(HttpStatusCode.Forbidden, "member.beyond_yours", "role");
        (await owner.PostAsync(invites, new { role = "viewer" })).Refuses(HttpStatusCode.Forbidden, "member.beyond_yours", "role");
        await AssertDeadAsync(ofOwner);
        using var person = server.NewBrowser();
        (await SignUpByAsync(person, ofAdmin)).Is(HttpStatusCode.Created);

        async Task RestrictAsync(string permissions)
        {
            var workspace = await owner.WorkspaceAsync();
            await server.LookAsync($"""
                WITH made AS (INSERT INTO access.roles (workspace_id, id, version, created_at, updated_at, name, permissions)
                  VALUES ('{workspace}', gen_random_uuid(), 1, now(), now(), gen_random_uuid()::text, '{permissions}') RETURNING id)
                SELECT id FROM made
                """);
            await server.LookAsync($"""
                UPDATE access.members SET custom_role = (SELECT id FROM access.roles WHERE workspace_id = '{workspace}' AND permissions = '{permissions}')
                WHERE workspace_id = '{workspace}' AND role = 'owner' RETURNING 1
                """);
        }
    }

    [Fact]
    public async Task An_invite_falls_with_the_ownership_of_whoever_made_it()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        var token = await owner.InviteAsync("owner");
        await server.LookAsync($"UPDATE access.members SET role = 'viewer' WHERE workspace_id = '{await owner.WorkspaceAsync()}' RETURNING 1");
        await AssertDeadAsync(token);
    }

    [Fact]
    public async Task An_invite_falls_even_while_it_is_being_accepted()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var colleague = await server.NewBrowser().SignUpAsync();
        var (workspace, token) = (await owner.WorkspaceAsync(), await owner.InviteAsync());

        // Holds the workspace's lock until the acceptance waits for it, and takes the ownership away meanwhile.
        const string locks = "SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE datname = current_database() AND locktype = 'advisory' AND mode = 'ExclusiveLock'";
        var demoting = server.LookAsync($"""
            DO $$ BEGIN
              PERFORM pg_advisory_xact_lock({BitConverter.ToInt64(workspace.ToByteArray(), 8)});
              WHILE NOT EXISTS ({locks} AND NOT granted) LOOP PERFORM pg_sleep(0.01); END LOOP;
              UPDATE access.members SET role = 'member' WHERE workspace_id = '{workspace}';
            END $$
            """);
        await Eventually.HoldsAsync("the lock is held", async () => (await server.LookAsync($"{locks} AND granted")).Count > 0);
        (await colleague.PostAsync("/api/invites/accept", new { token })).Refuses(HttpStatusCode.NotFound, "invite.not_valid", "token");
        await demoting;
        Assert.Equal(["1"], await server.LookAsync($"SELECT count(*)::text FROM access.members WHERE workspace_id = '{workspace}'"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task What_is_no_token_opens_nothing(string token)
    {
        using var browser = await server.NewBrowser().SignUpAsync();
        foreach (var path in new[] { "/api/invites/look", "/api/invites/accept" })
        {
            var answer = await browser.PostAsync(path, new { token });
            Assert.Contains(answer.Code, new[] { "invite.not_valid", "field.required" });
            Assert.Equal("token", answer.Field);
        }
    }

    [Theory]
    [InlineData("{\"role\":\"guest\"}", "field.not_allowed")]
    [InlineData("{\"role\":\"Owner\"}", "field.not_allowed")]
    [InlineData("{\"role\":1}", "field.wrong_kind")]
    [InlineData("{}", "field.required")]
    public async Task A_role_is_one_of_four(string body, string code)
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        (await owner.PostTextAsync($"/api/workspaces/{await owner.WorkspaceAsync()}/invites", body)).Refuses(HttpStatusCode.UnprocessableEntity, code, "role");
    }

    [Fact]
    public async Task A_workspace_has_a_hundred_open_invites_at_most()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        for (var invite = 0; invite < 100; invite++)
            await owner.InviteAsync();
        var answer = (await owner.PostAsync($"/api/workspaces/{await owner.WorkspaceAsync()}/invites", new { role = "member" }))
            .Refuses(HttpStatusCode.UnprocessableEntity, "list.too_many");
        Assert.Equal(100, answer.Param("max").GetInt32());
    }

    private static Task<Answer> SignUpByAsync(TestBrowser browser, string invite, string name = "Colleague") =>
        browser.PostAsync("/api/sign-up", new { email = $"c{Guid.CreateVersion7():n}@example.org", password = TestBrowser.Password, name, invite });

    private async Task AssertDeadAsync(string token)
    {
        using var person = await server.NewBrowser().SignUpAsync();
        (await person.PostAsync("/api/invites/look", new { token })).Refuses(HttpStatusCode.NotFound, "invite.not_valid", "token");
        (await person.PostAsync("/api/invites/accept", new { token })).Refuses(HttpStatusCode.NotFound, "invite.not_valid", "token");
    }
}
