using System.Net;

namespace Holdfast.Tests.Platform.Records;

/// <summary>Goes through the doors to records, as several tests do.</summary>
internal static class Doors
{
    public static async Task<Answer> ListAsync(this TestBrowser person, string type, string asked, Guid? workspace = null) =>
        await person.GetAsync($"/api/workspaces/{workspace ?? await person.WorkspaceAsync()}/records/{type}?{asked}");

    public static async Task<Answer> WriteAsync(this TestBrowser person, object operation, Guid? id = null, Guid? workspace = null) => await person.PostAsync(
        $"/api/workspaces/{workspace ?? await person.WorkspaceAsync()}/transactions",
        new { id = id ?? Guid.CreateVersion7(), schema = 1, operations = new[] { operation } });

    /// <summary>Someone new in the owner's workspace, with a workspace of his own beside.</summary>
    public static async Task<TestBrowser> JoinAsync(this TestServer server, TestBrowser owner, string role)
    {
        var person = await server.NewBrowser().SignUpAsync(name: "Vera", workspace: "Elsewhere");
        (await person.PostAsync("/api/invites/accept", new { token = await owner.InviteAsync(role) })).Is(HttpStatusCode.OK);
        return person;
    }

    /// <summary>A guest in the owner's workspace, who reads what is his party's.</summary>
    public static async Task<TestBrowser> JoinAsGuestAsync(this TestServer server, TestBrowser owner, Guid party)
    {
        var person = await server.JoinAsync(owner, "viewer");
        var member = (await owner.ListAsync("access.member", "")).Is(HttpStatusCode.OK).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        (await owner.WriteAsync(new { op = "set", type = "access.member", id = member, field = "role", value = "guest" })).Is(HttpStatusCode.OK);
        (await owner.WriteAsync(new { op = "set", type = "access.member", id = member, field = "party", value = party })).Is(HttpStatusCode.OK);
        return person;
    }
}
