using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>
/// Takes a person out of a workspace for good: his member goes, and from the log what he was called; so do the records that are his alone,
/// such as saved views. What he made for the company stays, and bears an id that names nobody any more. Good to repeat.
/// </summary>
public sealed class Forgetting(Db db, RecordRegistry registry, WritePath writes)
{
    /// <summary>The key that a member alone holds.</summary>
    private const string OwnKey = "member";

    // The workspace waits for as long as it takes to erase so many.
    private const int Together = 50;

    private readonly RecordType _members = registry.Of<Member>();

    private sealed record Place(Guid Id, bool IsThere, bool IsNamed);

    private sealed record Own(RecordType Type, Guid Id, bool IsThere);

    /// <param name="workspace">Where he is, or was once.</param>
    /// <param name="user">The person.</param>
    /// <param name="cancel">Stops between two transactions.</param>
    /// <returns>Null, or why he has to stay: he is the last owner.</returns>
    /// <exception cref="TimeoutException">The database is away.</exception>
    public async Task<Failure?> ForgetAsync(Guid workspace, Guid user, CancellationToken cancel)
    {
        var places = await db.In(workspace).QueryAsync<Place>(
            $"""
            SELECT id, true AS is_there, true AS is_named FROM access.members WHERE workspace_id = {workspace} AND user_id = {user}
            UNION ALL
            SELECT record_id, false, before ->> 'name' IS NOT NULL OR before ->> 'email' IS NOT NULL FROM engine.tombstones
            WHERE workspace_id = {workspace} AND type = {_members.Name} AND before ->> 'user' = {user.ToString()}
            """, cancel);
        // The member last: by him a second attempt finds the rest.
        foreach (var some in (await OwnAsync(workspace, [.. places.Select(place => place.Id)], cancel)).Chunk(Together))
        {
            cancel.ThrowIfCancellationRequested();
            if (await WriteAsync(workspace, some.Where(own => own.IsThere).Select(own => new DeleteOperation(own.Type, own.Id)), [.. some.Where(own => WrittenByHim(own.Type)).Select(own => new Erasure(own.Type, own.Id))]) is { } refused)
                return refused;
        }

        string[] names = [_members.FieldOf(nameof(Member.Name)).Name, _members.FieldOf(nameof(Member.Email)).Name];
        return await WriteAsync(
            workspace, places.Where(place => place.IsThere).Select(place => new DeleteOperation(_members, place.Id)), [.. places.Where(place => place.IsNamed).Select(place => new Erasure(_members, place.Id, names))]);
    }

    /// <summary>What nobody but these members reads, as it stands or as it was deleted.</summary>
    private async Task<IReadOnlyList<Own>> OwnAsync(Guid workspace, Guid[] members, CancellationToken cancel)
    {
        var found = new List<Own>();
        foreach (var type in registry.All)
        {
            foreach (var key in type.Keys.Where(key => key.Kind == OwnKey))
            {
                var there = await db.In(workspace).QueryAsync<Guid>(
                    $"SELECT id FROM {type.Table} WHERE workspace_id = {workspace} AND {new SqlName(key.Column)} = ANY({members})", cancel);
                found.AddRange(there.Select(id => new Own(type, id, IsThere: true)));
                if (!WrittenByHim(type))
                    continue;
                var gone = await db.In(workspace).QueryAsync<Guid>(
                    $"SELECT record_id FROM engine.tombstones WHERE workspace_id = {workspace} AND type = {type.Name} AND before ->> {key.Name} = ANY({members.Select(id => id.ToString()).ToArray()})", cancel);
                found.AddRange(gone.Select(id => new Own(type, id, IsThere: false)));
            }
        }

        return found;
    }

    /// <summary>Whether people make such records. What the server alone makes, such as how far a job is, has no words of theirs.</summary>
    private static bool WrittenByHim(RecordType type) => type.Verbs.Contains("create");

    private async Task<Failure?> WriteAsync(Guid workspace, IEnumerable<DeleteOperation> deletes, Erasure[] erasures)
    {
        var transaction = new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("ForgetPerson"), Operations = [.. deletes], Erasures = erasures };
        if (transaction.Operations.Count == 0 && erasures.Length == 0)
            return null;
        var outcome = await writes.WriteAsync(workspace, transaction);
        if (outcome.Succeeded || outcome.Failure?.Code == MemberFailures.LastOwner)
            return outcome.Failure;
        throw outcome.Failure is { } failure
            ? new InvalidOperationException($"Workspace {workspace} does not forget a person: {failure.Detail}")
            : new TimeoutException("Nothing was written: the database is away.");
    }
}
