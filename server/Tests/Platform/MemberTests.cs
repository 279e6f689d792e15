using System.Net;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Coming, going, and who may send whom.</summary>
public sealed class MemberTests(TestServer server) : IClassFixture<TestServer>
{
    /// <summary>A line for each role that acts, a column for each role that he makes of a viewer, and for removing him.</summary>
    private const string Rights =
        """
                   owner                admin                moderator            member               guest                remove
        owner      ok                   ok                   ok                   ok                   ok                   ok
        admin      member.beyond_yours  ok                   ok                   ok                   ok                   ok
        moderator  permission.denied    permission.denied    permission.denied    permission.denied    permission.denied    permission.denied
        member     permission.denied    permission.denied    permission.denied    permission.denied    permission.denied    permission.denied
        viewer     permission.denied    permission.denied    permission.denied    permission.denied    permission.denied    permission.denied
        guest      record.not_found     record.not_found     record.not_found     record.not_found     record.not_found     record.not_found
        """;

    public static TheoryData<string> Roles { get; } = [.. Tables.Read(Rights).Keys];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Each_role_gets_the_answer_of_the_table(string role)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var actor = await InRoleAsync(ada, role);
        foreach (var (asked, expected) in Tables.Read(Rights)[role])
        {
            using var victim = await server.JoinAsync(ada, "viewer");
            var id = await MemberAsync(ada, victim);
            var answer = asked == "remove"
                ? await actor.WriteAsync(new { op = "delete", type = "access.member", id }, workspace: await ada.WorkspaceAsync())
                : await actor.WriteAsync(new { op = "set", type = "access.member", id, field = "role", value = asked }, workspace: await ada.WorkspaceAsync());
            Assert.True(expected == (answer.Status == HttpStatusCode.OK ? "ok" : answer.Code), $"{role} {asked}: {answer.Text}");
        }
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("moderator")]
    [InlineData("member")]
    [InlineData("viewer")]
    [InlineData("guest")]
    public async Task Whoever_wants_to_go_goes(string role)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await InRoleAsync(ada, role);
        var workspace = await ada.WorkspaceAsync();
        (await bob.PostAsync($"/api/workspaces/{workspace}/leave")).Is(HttpStatusCode.OK);
        Assert.Single(await bob.WorkspacesAsync());
        (await bob.GetAsync($"/api/workspaces/{workspace}/records/solo.customer")).Refuses(HttpStatusCode.NotFound, "workspace.not_found");
        (await bob.PostAsync($"/api/workspaces/{workspace}/leave")).Refuses(HttpStatusCode.NotFound, "workspace.not_found");
    }

    [Fact]
    public async Task The_last_owner_goes_when_someone_else_owns_it()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        (await ada.PostAsync($"/api/workspaces/{workspace}/leave")).Refuses(HttpStatusCode.UnprocessableEntity, "member.last_owner", "role");
        (await ada.WriteAsync(Role(await MemberAsync(ada, ada), "admin"))).Refuses(HttpStatusCode.UnprocessableEntity, "member.last_owner", "role");
        // Handing it over is one transaction.
        (await ada.PostAsync($"/api/workspaces/{workspace}/transactions", new
        {
            id = Guid.CreateVersion7(),
            schema = 1,
            operations = new[] { Role(await MemberAsync(ada, bob), "owner"), Role(await MemberAsync(ada, ada), "member") },
        })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Role(await MemberAsync(ada, ada), "owner"))).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await ada.PostAsync($"/api/workspaces/{workspace}/leave")).Is(HttpStatusCode.OK);
        Assert.Contains((workspace, "owner"), await bob.WorkspacesAsync());
    }

    [Fact]
    public async Task A_link_for_one_address_lets_nobody_else_in()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.NewBrowser().SignUpAsync();
        using var eve = await server.NewBrowser().SignUpAsync();
        // As he might have written it: in capitals, one of them from another keyboard.
        var written = bob.Email.ToUpperInvariant().Replace("EXAMPLE", "\uFF25XAMPLE", StringComparison.Ordinal);
        var made = (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/invites", new { role = "moderator", email = written })).Is(HttpStatusCode.Created).Json;
        Assert.Equal(written, made.GetProperty("email").GetString());
        var token = made.GetProperty("link").GetString()!.Split('#')[1];
        var look = (await eve.PostAsync("/api/invites/look", new { token })).Is(HttpStatusCode.OK).Json;
        Assert.True(look.GetProperty("forOneAddress").GetBoolean());
        var refused = (await eve.PostAsync("/api/invites/accept", new { token })).Refuses(HttpStatusCode.Forbidden, "invite.other_address", "email");
        // Whoever found the link does not learn from it which address to give.
        Assert.All([look, refused.Json], answer => Assert.DoesNotContain(bob.Email.Split('@')[0], answer.ToString(), StringComparison.OrdinalIgnoreCase));
        using var stranger = server.NewBrowser();
        (await stranger.PostAsync("/api/sign-up", new { email = $"x{Guid.CreateVersion7():n}@example.org", password = TestBrowser.Password, name = "X", invite = token }))
            .Refuses(HttpStatusCode.Forbidden, "invite.other_address", "email");
        (await bob.PostAsync("/api/invites/accept", new { token })).Is(HttpStatusCode.OK);
        Assert.Contains((await ada.WorkspaceAsync(), "moderator"), await bob.WorkspacesAsync());
    }

    [Fact]
    public async Task One_person_is_in_many_workspaces_with_a_role_in_each()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "viewer");
        var founded = (await bob.PostAsync("/api/workspaces", new { name = "A third" })).Is(HttpStatusCode.Created).Json.GetProperty("id").GetGuid();
        var all = await bob.WorkspacesAsync();
        Assert.Equal(["owner", "owner", "viewer"], all.Select(workspace => workspace.Role).Order());
        (await bob.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = "Mine" }), workspace: founded)).Is(HttpStatusCode.OK);
        (await bob.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = "Not mine" }), workspace: await ada.WorkspaceAsync())).Refuses(HttpStatusCode.Forbidden, "permission.denied");
    }

    private async Task<TestBrowser> InRoleAsync(TestBrowser owner, string role) => role switch
    {
        "owner" => owner.Elsewhere(),
        "guest" => await server.JoinAsGuestAsync(owner, Guid.CreateVersion7()),
        _ => await server.JoinAsync(owner, role),
    };

    private static object Role(Guid id, string value) => new { op = "set", type = "access.member", id, field = "role", value };

    private static async Task<Guid> MemberAsync(TestBrowser owner, TestBrowser person)
    {
        var members = (await owner.GetAsync($"/api/workspaces/{await owner.WorkspaceAsync()}/records/access.member")).Is(HttpStatusCode.OK).Json.GetProperty("records");
        return members.EnumerateArray().Single(member => member.GetProperty("values").GetProperty("email").GetString() == person.Email).GetProperty("id").GetGuid();
    }
}
