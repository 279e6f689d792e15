using System.Net;
using Holdfast.Tests.Platform.Records;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class HomeTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Everyone_arranges_a_home_of_their_own_and_nobody_sees_another_s()
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var viewer = await server.JoinAsync(owner, "viewer");
        var workspace = await owner.WorkspaceAsync();
        var home = Guid.CreateVersion7();
        var member = await MemberAsync(viewer, workspace);
        (await viewer.WriteAsync(new { op = "create", type = "platform.home", id = home, values = new { member, main = new[] { "solo.projects" }, tour = "open" } }, workspace: workspace)).Is(HttpStatusCode.OK);
        (await viewer.WriteAsync(new { op = "listInsert", type = "platform.home", id = home, field = "hidden", value = "solo.projects" }, workspace: workspace)).Is(HttpStatusCode.OK);
        Assert.Equal(1, await CountAsync(viewer, workspace));

        Assert.Equal(0, await CountAsync(owner, workspace));
        (await owner.WriteAsync(new { op = "set", type = "platform.home", id = home, field = "tour", value = "done" })).Refuses(HttpStatusCode.NotFound, "record.not_found", "id");
        (await owner.WriteAsync(new { op = "create", type = "platform.home", id = Guid.CreateVersion7(), values = new { member } })).Refuses(HttpStatusCode.Forbidden, "permission.out_of_reach");
    }

    [Theory]
    [InlineData("home", 5)]
    [InlineData("view", 200)]
    public async Task Nobody_fills_a_workspace_with_homes_and_views(string kind, int most)
    {
        using var owner = await server.NewBrowser().SignUpAsync();
        using var guest = await server.JoinAsync(owner, "viewer");
        var workspace = await owner.WorkspaceAsync();
        var (mine, theirs) = (await MemberAsync(owner, workspace), await MemberAsync(guest, workspace));
        object Make(Guid id, Guid member) => new { op = "create", type = $"platform.{kind}", id, values = kind == "home" ? (object)new { member } : new { member, recordType = "solo.customer", name = "A" } };
        var ids = Enumerable.Range(0, most).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var chunk in ids.Chunk(100))
            (await guest.PostAsync($"/api/workspaces/{workspace}/transactions", new { id = Guid.CreateVersion7(), schema = server.Registry.Schema, operations = chunk.Select(id => Make(id, theirs)) })).Is(HttpStatusCode.OK);
        (await guest.WriteAsync(Make(Guid.CreateVersion7(), theirs), workspace: workspace)).Refuses(HttpStatusCode.UnprocessableEntity, "view.too_many", "member");
        (await owner.WriteAsync(Make(Guid.CreateVersion7(), mine))).Is(HttpStatusCode.OK);
        (await guest.WriteAsync(new { op = "delete", type = $"platform.{kind}", id = ids[0] }, workspace: workspace)).Is(HttpStatusCode.OK);
        (await guest.WriteAsync(Make(Guid.CreateVersion7(), theirs), workspace: workspace)).Is(HttpStatusCode.OK);
    }

    private static async Task<Guid> MemberAsync(TestBrowser person, Guid workspace) =>
        (await person.ListAsync("access.member", $"query=email:\"{person.Email}\"", workspace)).Is(HttpStatusCode.OK).Json.GetProperty("records")[0].GetProperty("id").GetGuid();

    private static async Task<int> CountAsync(TestBrowser person, Guid workspace) =>
        (await person.ListAsync("platform.home", "query=", workspace)).Is(HttpStatusCode.OK).Json.GetProperty("records").GetArrayLength();
}
