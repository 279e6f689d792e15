using System.Net;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class CommentTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_comment_is_its_author_s_and_a_moderator_removes_it()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        var customer = await CustomerAsync(ada);
        var (adas, bobs) = (await MemberAsync(ada, "owner"), await MemberAsync(ada, "member"));
        (await bob.WriteAsync(Comment(customer, adas), workspace: workspace)).Refuses(HttpStatusCode.Forbidden, "comment.not_yours", "author");
        var id = Guid.CreateVersion7();
        (await bob.WriteAsync(Comment(customer, bobs, id), workspace: workspace)).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Set(id, "text", "Not what he said"))).Refuses(HttpStatusCode.Forbidden, "comment.not_yours", "author");
        (await bob.WriteAsync(Set(id, "author", adas), workspace: workspace)).Refuses(HttpStatusCode.Forbidden, "comment.not_yours", "author");
        (await bob.WriteAsync(Set(id, "text", "Better said"), workspace: workspace)).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Delete(id))).Is(HttpStatusCode.OK);
        // Whoever removed it does not bring it back as his own.
        (await ada.WriteAsync(new { op = "restore", type = "platform.comment", id })).Refuses(HttpStatusCode.Forbidden, "comment.not_yours", "author");
        (await bob.WriteAsync(new { op = "restore", type = "platform.comment", id }, workspace: workspace)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_comment_is_about_a_record_that_there_is_and_stays_with_it()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (customer, author, id) = (await CustomerAsync(ada), await MemberAsync(ada, "owner"), Guid.CreateVersion7());
        (await ada.WriteAsync(Comment(Guid.CreateVersion7(), author))).Refuses(HttpStatusCode.UnprocessableEntity, "reference.not_found", "record");
        (await ada.WriteAsync(Comment(customer, author, type: "solo.project"))).Refuses(HttpStatusCode.UnprocessableEntity, "reference.not_found", "record");
        (await ada.WriteAsync(Comment(customer, author, type: "no.such"))).Refuses(HttpStatusCode.UnprocessableEntity, "reference.not_found", "record");
        (await ada.WriteAsync(Comment(customer, author, id))).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Set(id, "record", await CustomerAsync(ada)))).Refuses(HttpStatusCode.UnprocessableEntity, "comment.moved", "record");
        // It does not keep the record, and is there when that comes back.
        (await ada.WriteAsync(new { op = "delete", type = "solo.customer", id = customer })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Set(id, "text", "Still here"))).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "restore", type = "solo.customer", id = customer })).Is(HttpStatusCode.OK);
        Assert.Single((await ada.ListAsync("platform.comment", $"query=record:{customer}")).Is(HttpStatusCode.OK).Json.GetProperty("records").EnumerateArray());
    }

    [Fact]
    public async Task Who_does_not_read_a_type_reads_no_comment_on_it()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        var (workspace, customer, role) = (await ada.WorkspaceAsync(), await CustomerAsync(ada), Guid.CreateVersion7());
        var (adas, bobs, id) = (await MemberAsync(ada, "owner"), await MemberAsync(ada, "member"), Guid.CreateVersion7());
        (await ada.WriteAsync(Comment(customer, adas, id))).Is(HttpStatusCode.OK);
        Assert.Single(await SeenAsync(bob, workspace));
        using var socket = await SyncClient.ConnectAsync(bob, workspace: workspace, scopes: ["platform.comments"]);
        Assert.Equal(1, (await socket.NextAsync("subOk")).GetProperty("records").GetArrayLength());

        string[] rights = ["platform.comment.read.topic", "platform.comment.create", "platform.comment.update", "solo.project.read", "access.member.read"];
        (await ada.WriteAsync(new { op = "create", type = "access.role", id = role, values = new { name = "Builder", permissions = rights } })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "set", type = "access.member", id = bobs, field = "customRole", value = role })).Is(HttpStatusCode.OK);
        Assert.Empty(await SeenAsync(bob, workspace));
        Assert.Contains(id.ToString(), (await socket.NextAsync("revoke")).GetRawText(), StringComparison.Ordinal);
        (await bob.WriteAsync(Comment(customer, bobs), workspace: workspace)).Refuses(HttpStatusCode.UnprocessableEntity, "reference.not_found", "record");
        (await bob.WriteAsync(Set(id, "text", "Mine"), workspace: workspace)).Refuses(HttpStatusCode.NotFound, "record.not_found", "id");

        var project = Guid.CreateVersion7();
        (await ada.WriteAsync(new { op = "create", type = "solo.project", id = project, values = new { name = "Website" } })).Is(HttpStatusCode.OK);
        (await bob.WriteAsync(Comment(project, bobs, type: "solo.project"), workspace: workspace)).Is(HttpStatusCode.OK);
        Assert.Single(await SeenAsync(bob, workspace));
    }

    private static object Comment(Guid record, Guid author, Guid? id = null, string type = "solo.customer") =>
        new { op = "create", type = "platform.comment", id = id ?? Guid.CreateVersion7(), values = new { recordType = type, record, author, text = "He called." } };

    private static object Set(Guid id, string field, object value) => new { op = "set", type = "platform.comment", id, field, value };

    private static object Delete(Guid id) => new { op = "delete", type = "platform.comment", id };

    private static async Task<Guid> CustomerAsync(TestBrowser person)
    {
        var id = Guid.CreateVersion7();
        (await person.WriteAsync(SyncClient.Create(id, new { name = "Okafor Legal" }))).Is(HttpStatusCode.OK);
        return id;
    }

    private static async Task<Guid> MemberAsync(TestBrowser person, string role) =>
        (await person.ListAsync("access.member", $"query=role:{role}")).Is(HttpStatusCode.OK).Json.GetProperty("records")[0].GetProperty("id").GetGuid();

    private static async Task<IReadOnlyList<System.Text.Json.JsonElement>> SeenAsync(TestBrowser person, Guid workspace) =>
        [.. (await person.ListAsync("platform.comment", "", workspace)).Is(HttpStatusCode.OK).Json.GetProperty("records").EnumerateArray()];
}
