using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;

namespace Holdfast.Engine.Queries;

/// <summary>
/// Answers whoever asks for records one request at a time. What is read and what may be read are of one moment. What may
/// not be read is not there: the answers are the same.
/// </summary>
public sealed class RecordReader(Db db, RecordRegistry registry, AccessReader accesses, TimeProvider clock)
{
    /// <summary>One page of the records of a type, as JSON: <c>{"records":[…],"next":token or null,"count":{"exact":n}}</c>.</summary>
    public async Task<(byte[]? Json, Failure? Failure)> ListAsync(Guid workspace, Actor actor, string type, ListRequest request, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        if (await accesses.ReadAsync(database, workspace, actor, actor.User!.Value, cancel) is not { } access)
            return (null, NoWorkspace());
        if (Readable(type, access) is not { } known)
            return (null, SyncFailures.ScopeUnknown.With("There are no such records, or you may not read them."));
        if (RecordList.Read(registry, known, access, request, clock.GetUtcNow(), out var list) is { } failure)
            return (null, failure);
        return (await list!.ReadAsync(database, workspace, cancel), null);
    }

    /// <summary>One record as it is now, as JSON.</summary>
    public async Task<(byte[]? Json, Failure? Failure)> FindAsync(Guid workspace, Actor actor, string type, Guid id, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        if (await accesses.ReadAsync(database, workspace, actor, actor.User!.Value, cancel) is not { } access)
            return (null, NoWorkspace());
        if (Readable(type, access) is not { } known)
            return (null, NotFound());
        await using var reader = await database.ReadAsync([known.Sql.SelectWhere(workspace, $"id = {id} AND ({Reading.Where(known, access)})")], cancel);
        if (!await reader.ReadAsync(cancel))
            return (null, NotFound());
        var record = known.Sql.Read(reader);
        return (JsonText.Bytes(json => known.Write(json, record, field => Reading.Sees(known, access, field))), null);
    }

    /// <summary>The type, where it exists and holds anything that could be read.</summary>
    private RecordType? Readable(string name, Access access) =>
        registry.Find(name) is { } type && Reading.AllowsSome(type, access) ? type : null;

    private static Failure NoWorkspace() => WriteFailures.NoWorkspace.With("There is no such workspace, or you are not in it.");

    private static Failure NotFound() => WriteFailures.NotFound.With("There is no such record, or you may not read it.");
}
