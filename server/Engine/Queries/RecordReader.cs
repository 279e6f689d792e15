using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;

namespace Holdfast.Engine.Queries;

/// <summary>
/// Answers people who ask for records one request at a time. What is read and what may be read are of one moment. What
/// may not be read is not there: the answers are the same.
/// </summary>
public sealed class RecordReader(Db db, RecordRegistry registry, AccessReader accesses, History history, TimeProvider clock)
{
    /// <summary>One page of the records of a type, as JSON: <c>{"records":[…],"next":token or null,"count":{"exact":n}}</c>.</summary>
    public async Task<(byte[]? Json, Failure? Failure)> ListAsync(Guid workspace, Actor person, string type, ListRequest request, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        if (await AccessAsync(database, workspace, person, cancel) is not { } access)
            return (null, NoWorkspace());
        if (Readable(type, access) is not { } known)
            return (null, SyncFailures.ScopeUnknown.With("There are no such records, or you may not read them."));
        var custom = await CustomAsync(database, workspace, known, cancel);
        if (RecordList.Read(registry, known, access, custom, request, clock.GetUtcNow(), out var list) is { } failure)
            return (null, failure);
        return (await list!.ReadAsync(database, workspace, cancel), null);
    }

    /// <summary>One record as it is now, as JSON.</summary>
    public async Task<(byte[]? Json, Failure? Failure)> FindAsync(Guid workspace, Actor person, string type, Guid id, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        if (await AccessAsync(database, workspace, person, cancel) is not { } access)
            return (null, NoWorkspace());
        return Readable(type, access) is { } known && await FindAsync(database, workspace, known, id, access, cancel) is { } record
            ? (JsonText.Bytes(json => known.Write(json, record, Seen(known, access))), null)
            : (null, NotFound());
    }

    /// <summary>One record as it was right after an entry of the log, as JSON, for whoever may read it today.</summary>
    public async Task<(byte[]? Json, Failure? Failure)> FindAtAsync(Guid workspace, Actor person, string type, Guid id, long seq, CancellationToken cancel)
    {
        var (known, access, failure) = await EnterPastAsync(workspace, person, type, id, cancel);
        if (failure is not null)
            return (null, failure);
        // Asked for afterwards, so that nothing is compacted in between without being noticed.
        var past = await history.AtAsync(workspace, known!, id, seq, cancel);
        if (await history.CompactedAsync(workspace, cancel) is var compacted && seq < compacted)
            return (null, LogBase.Refuse(compacted, "at"));
        return past is not null
            ? (JsonText.Bytes(json => past.Write(json, Seen(known!, access!))), null)
            : (null, NotFound());
    }

    /// <summary>What happened to one record, newest first, as JSON, for whoever may read it today: see <see cref="RecordHistory"/>.</summary>
    /// <param name="workspace">Whose.</param>
    /// <param name="person">Who asks.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="id">The record, live or deleted.</param>
    /// <param name="from">The version to begin with: the <c>next</c> of the page before. Null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<(byte[]? Json, Failure? Failure)> HistoryAsync(
        Guid workspace, Actor person, string type, Guid id, long? from, int limit, CancellationToken cancel)
    {
        if (limit is < 1 or > ListRequest.MaxLimit)
            return (null, ListRequest.BadLimit());
        var (known, access, failure) = await EnterPastAsync(workspace, person, type, id, cancel);
        if (failure is not null)
            return (null, failure);
        var versions = await history.OfAsync(workspace, known!, id, from, limit, cancel);
        if (versions.Count == 0 && await history.CompactedAsync(workspace, cancel) is var compacted && from < compacted)
            return (null, LogBase.Refuse(compacted, "from"));
        return (JsonText.Bytes(json => RecordHistory.Write(json, versions, Seen(known!, access!))), null);
    }

    private async Task<IReadOnlyList<CustomField>> CustomAsync(DbTransaction database, Guid workspace, RecordType type, CancellationToken cancel)
    {
        if (!type.TakesCustomFields)
            return [];
        var definitions = registry.Of<CustomField>();
        var found = new List<CustomField>();
        await using var reader = await database.ReadAsync([definitions.Sql.SelectWhere(workspace, $"record_type = {type.Name}")], cancel);
        while (await reader.ReadAsync(cancel))
            found.Add((CustomField)definitions.Sql.Read(reader));
        return found;
    }

    /// <summary>Whether the person may read the record today: by the keys that it has, or had when it was deleted.</summary>
    private async Task<(RecordType? Type, Access? Access, Failure? Failure)> EnterPastAsync(
        Guid workspace, Actor person, string type, Guid id, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        if (await AccessAsync(database, workspace, person, cancel) is not { } access)
            return (null, null, NoWorkspace());
        return Readable(type, access) is { } known
            && (await FindAsync(database, workspace, known, id, access, cancel) is not null || await WasReadableAsync(database, workspace, known, id, access, cancel))
            ? (known, access, null)
            : (null, null, NotFound());
    }

    private static async Task<Record?> FindAsync(DbTransaction database, Guid workspace, RecordType type, Guid id, Access access, CancellationToken cancel)
    {
        await using var reader = await database.ReadAsync([type.Sql.SelectWhere(workspace, $"id = {id} AND ({Reading.Where(type, access)})")], cancel);
        return await reader.ReadAsync(cancel) ? type.Sql.Read(reader) : null;
    }

    private static async Task<bool> WasReadableAsync(DbTransaction database, Guid workspace, RecordType type, Guid id, Access access, CancellationToken cancel)
    {
        await using var reader = await database.ReadAsync(
            [$"SELECT before::text FROM engine.tombstones WHERE workspace_id = {workspace} AND type = {type.Name} AND record_id = {id}"], cancel);
        return await reader.ReadAsync(cancel) && Reading.Allows(type, access, type.KeysIn(id, reader.GetString(0)));
    }

    private Task<Access?> AccessAsync(DbTransaction database, Guid workspace, Actor person, CancellationToken cancel) =>
        accesses.ReadAsync(database, workspace, person, person.User!.Value, cancel);

    /// <summary>The type, where it exists and holds anything that could be read.</summary>
    private RecordType? Readable(string name, Access access) =>
        registry.Find(name) is { } type && Reading.AllowsSome(type, access) ? type : null;

    private static Func<Field, bool> Seen(RecordType type, Access access) => field => Reading.Sees(type, access, field);

    private static Failure NoWorkspace() => WriteFailures.NoWorkspace.With("There is no such workspace, or you are not in it.");

    private static Failure NotFound() => WriteFailures.NotFound.With("There is no such record, or you may not read it.");
}
