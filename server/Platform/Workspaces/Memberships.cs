using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Workspaces;

/// <summary>One person's place in one workspace.</summary>
/// <param name="Id">The workspace.</param>
/// <param name="Name">The workspace's.</param>
/// <param name="Role">The person's.</param>
public sealed record Membership(Guid Id, string Name, string Role);

/// <summary>A person as workspaces know one.</summary>
public sealed record Person(Guid Id, string Name, string Email);

/// <summary>Who is where.</summary>
public sealed class Memberships(Db db)
{
    /// <summary>All workspaces of a person.</summary>
    public Task<IReadOnlyList<Membership>> OfAsync(Guid user, CancellationToken cancel) => db.System.QueryAsync<Membership>(
        $"""
        SELECT w.id, w.name, m.role
        FROM access.members m JOIN access.workspaces w ON w.workspace_id = m.workspace_id AND w.id = m.workspace_id
        WHERE m.user_id = {user} ORDER BY w.name, w.id
        """, cancel);

    /// <summary>A person's place in one workspace; null for a stranger, and where there is no such workspace.</summary>
    public Task<Membership?> InAsync(Guid workspace, Guid user, CancellationToken cancel) => db.In(workspace).FirstAsync<Membership>(
        $"""
        SELECT w.id, w.name, m.role
        FROM access.members m JOIN access.workspaces w ON w.workspace_id = m.workspace_id AND w.id = m.workspace_id
        WHERE m.workspace_id = {workspace} AND m.user_id = {user}
        """, cancel);
}
