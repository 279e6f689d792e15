using System.Net;
using Holdfast.Tests.Platform.Records;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class SavedViewTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private readonly Guid _view = Guid.CreateVersion7();
    private TestBrowser _owner = null!;
    private TestBrowser _viewer = null!;
    private Guid _workspace;

    public async ValueTask InitializeAsync()
    {
        _owner = await server.NewBrowser().SignUpAsync();
        _viewer = await server.JoinAsync(_owner, "viewer");
        _workspace = await _owner.WorkspaceAsync();
    }

    public ValueTask DisposeAsync()
    {
        _owner.Dispose();
        _viewer.Dispose();
        return ValueTask.CompletedTask;
    }

    private static object Create(Guid id, Guid member) => new
    {
        op = "create",
        type = "platform.view",
        id,
        values = new { member, recordType = "solo.customer", name = "New ones", search = """{"status":["lead"]}""", columns = new[] { "name", "email" } },
    };

    private async Task<Guid> MemberAsync(TestBrowser person) =>
        (await person.ListAsync("access.member", $"query=email:\"{person.Email}\"", _workspace)).Is(HttpStatusCode.OK).Json.GetProperty("records")[0].GetProperty("id").GetGuid();

    private async Task<int> CountAsync(TestBrowser person) =>
        (await person.ListAsync("platform.view", "query=", _workspace)).Is(HttpStatusCode.OK).Json.GetProperty("records").GetArrayLength();

    [Fact]
    public async Task Who_may_only_read_keeps_views_of_his_own_all_the_same()
    {
        (await _viewer.WriteAsync(Create(_view, await MemberAsync(_viewer)), workspace: _workspace)).Is(HttpStatusCode.OK);
        (await _viewer.WriteAsync(new { op = "set", type = "platform.view", id = _view, field = "name", value = "To call" }, workspace: _workspace)).Is(HttpStatusCode.OK);
        Assert.Equal(1, await CountAsync(_viewer));
        (await _viewer.WriteAsync(new { op = "delete", type = "platform.view", id = _view }, workspace: _workspace)).Is(HttpStatusCode.OK);
        Assert.Equal(0, await CountAsync(_viewer));
    }

    [Fact]
    public async Task Nobody_else_sees_or_changes_a_view_not_even_the_owner_of_the_workspace()
    {
        (await _viewer.WriteAsync(Create(_view, await MemberAsync(_viewer)), workspace: _workspace)).Is(HttpStatusCode.OK);
        Assert.Equal(0, await CountAsync(_owner));
        (await _owner.WriteAsync(new { op = "set", type = "platform.view", id = _view, field = "name", value = "Mine" })).Refuses(HttpStatusCode.NotFound, "record.not_found", "id");
        (await _owner.WriteAsync(new { op = "delete", type = "platform.view", id = _view })).Refuses(HttpStatusCode.NotFound, "record.not_found", "id");
    }

    [Fact]
    public async Task A_view_is_made_for_oneself_and_given_to_nobody()
    {
        (await _owner.WriteAsync(Create(_view, await MemberAsync(_viewer)))).Refuses(HttpStatusCode.Forbidden, "permission.out_of_reach");
        (await _owner.WriteAsync(Create(_view, await MemberAsync(_owner)))).Is(HttpStatusCode.OK);
        (await _owner.WriteAsync(new { op = "set", type = "platform.view", id = _view, field = "member", value = await MemberAsync(_viewer) })).Refuses(HttpStatusCode.Forbidden, "permission.out_of_reach");
    }
}
