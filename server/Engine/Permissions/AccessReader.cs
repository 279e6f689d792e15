using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Permissions;

/// <summary>A snapshot of a workspace, and what a person may do there at that moment.</summary>
internal sealed record Visit(DbTransaction Database, Access Access) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

/// <summary>Reads from the tables what a person may do in a workspace.</summary>
public sealed class AccessReader(Db db, RecordRegistry registry, Policy policy)
{
    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly RecordType _roleType = registry.Of<Role>();

    /// <returns>Null where the person is not a member, or there is no such workspace.</returns>
    public async Task<Access?> ReadAsync(Guid workspace, Actor actor, CancellationToken cancel)
    {
        if (actor.User is null)
            return policy.AccessOf(actor);
        await using var visit = await EnterAsync(workspace, actor, cancel);
        return visit?.Access;
    }

    /// <summary>Begins a snapshot of a workspace (<see cref="Db.BeginSnapshotAsync"/>) and reads in it what the person may do there.</summary>
    /// <returns>Null where the person is not a member, or there is no such workspace.</returns>
    internal async Task<Visit?> EnterAsync(Guid workspace, Actor person, CancellationToken cancel)
    {
        var database = await db.BeginSnapshotAsync(workspace, cancel);
        try
        {
            if (await ReadAsync(database, workspace, person, person.User!.Value, cancel) is { } access)
                return new Visit(database, access);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }

        await database.DisposeAsync();
        return null;
    }

    /// <summary>The same within a snapshot, so that what is read there and what may be read are of one moment.</summary>
    internal async Task<Access?> ReadAsync(DbTransaction database, Guid workspace, Actor actor, Guid user, CancellationToken cancel)
    {
        Sql custom = $"id = (SELECT custom_role FROM access.members WHERE workspace_id = {workspace} AND user_id = {user})";
        await using var reader = await database.ReadAsync(
            [
                _memberType.Sql.Select(workspace, [user], "user_id"),
                _roleType.Sql.SelectWhere(workspace, custom),
                .. registry.Grants.Select(type => SelectKeys(type, workspace, user)),
            ],
            cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        var member = (Member)_memberType.Sql.Read(reader);
        await reader.NextResultAsync(cancel);
        var role = await reader.ReadAsync(cancel) ? (Role)_roleType.Sql.Read(reader) : null;
        var granted = new List<(string, Guid)>();
        var since = Math.Max(member.Version, role?.Version ?? 0);
        foreach (var type in registry.Grants)
        {
            await reader.NextResultAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                granted.Add((type.Grant!.Kind, reader.GetGuid(0)));
                since = Math.Max(since, reader.GetInt64(1));
            }
        }

        return policy.AccessOf(actor, member, role, granted, since);
    }

    private static Sql SelectKeys(RecordType type, Guid workspace, Guid user) =>
        $"""
        SELECT {new SqlName(type.Grant!.Key.Column)}, version FROM {type.Table} WHERE workspace_id = {workspace} AND {new SqlName(type.Grant.Member.Column)}
          = (SELECT id FROM access.members WHERE workspace_id = {workspace} AND user_id = {user})
        """;
}
