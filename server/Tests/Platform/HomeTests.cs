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

    private static async Task<Guid> MemberAsync(TestBrowser person, Guid workspace) =>
        (await person.ListAsync("access.member", $"query=email:\"{person.Email}\"", workspace)).Is(HttpStatusCode.OK).Json.GetProperty("records")[0].GetProperty("id").GetGuid();

    private static async Task<int> CountAsync(TestBrowser person, Guid workspace) =>
        (await person.ListAsync("platform.home", "query=", workspace)).Is(HttpStatusCode.OK).Json.GetProperty("records").GetArrayLength();
}
