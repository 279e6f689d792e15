using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Sync;

/// <summary>What the server knows when a browser says hello.</summary>
internal sealed record HelloAnswer(Guid Epoch, LogHead Head, long LastMutation, bool Reset);

/// <summary>What holds in a workspace at one moment, for one person.</summary>
internal sealed record Moment(Guid Epoch, LogHead Head, Access Access);

/// <summary>The records of a scope.</summary>
/// <param name="Scope">Which.</param>
/// <param name="Records">The newest where there are more.</param>
/// <param name="More">Whether there are more than a browser gets at once; the rest is asked for in pages.</param>
internal sealed record ScopeRecords(Scope Scope, IReadOnlyList<Record> Records, bool More);

/// <summary>What became visible in a scope, and what is no longer.</summary>
internal sealed record ScopeChanges(Scope Scope, IReadOnlyList<Record> Changed, IReadOnlyList<Guid> Gone);

/// <summary>Snapshots and catch-up, read from the tables and the log.</summary>
internal sealed class SyncReader(Db db, LogStore log, AccessReader accessReader, TimeProvider clock)
{
    /// <summary>Beyond this many missed entries the records that changed are cheaper than the changes.</summary>
    internal const int MaxCatchUp = 2000;
    internal Task<Access?> AccessAsync(Guid workspace, SyncUser user, CancellationToken cancel) => accessReader.ReadAsync(workspace, user.Actor, cancel);

    /// <summary>Binds the browser to its user and to the tab that speaks for it.</summary>
    /// <returns>The browser's last number; or why it may not speak: it is another's, or a later tab speaks for it.</returns>
    internal async Task<(long LastMutation, Failure? Failure)> RegisterAsync(HelloFrame hello, SyncUser user, CancellationToken cancel)
    {
        var (workspace, browser, now) = (hello.Workspace, hello.Browser, clock.GetUtcNow());
        if (await db.In(workspace).FirstAsync<long?>(
            $"""
            INSERT INTO engine.browsers AS b (workspace_id, browser_id, user_id, session_id, leader, seen_at)
            VALUES ({workspace}, {browser}, {user.User}, {user.Session}, {hello.Leader}, {now})
            ON CONFLICT (workspace_id, browser_id) DO UPDATE SET session_id = excluded.session_id, leader = excluded.leader, seen_at = excluded.seen_at
            WHERE b.user_id = excluded.user_id AND b.leader <= excluded.leader RETURNING last_mutation
            """, cancel) is { } lastMutation)
            return (lastMutation, null);
        var owner = await db.In(workspace).FirstAsync<Guid?>($"SELECT user_id FROM engine.browsers WHERE workspace_id = {workspace} AND browser_id = {browser}", cancel);
        return (0, owner == user.User
            ? SyncFailures.LaterSpeaks
            : SyncFailures.BrowserTaken.With("Make a new browser id.", "browser"));
    }

    internal async Task<LogHead> HeadAsync(Guid workspace, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        return (await HeadAsync(database, workspace, cancel)).Head;
    }

    /// <summary>
    /// Opens a snapshot of the workspace: where the log stands, and what the person may do, of one moment with all that
    /// is read in it. Null where the person is not, or no longer, in the workspace. Nobody is waited for while it is open.
    /// </summary>
    internal async Task<Snapshot?> OpenAsync(Guid workspace, SyncUser user, CancellationToken cancel)
    {
        var database = await db.BeginSnapshotAsync(workspace, cancel);
        try
        {
            var (epoch, head) = await HeadAsync(database, workspace, cancel);
            if (await accessReader.ReadAsync(database, workspace, user.Actor, user.User, cancel) is { } access)
                return new Snapshot(database, log, workspace, new Moment(epoch, head, access));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }

        await database.DisposeAsync();
        return null;
    }

    /// <summary>Entries that another process wrote, with their records as they are now.</summary>
    internal async Task<IReadOnlyList<LogEntry>> AfterAsync(Guid workspace, long seq, int limit, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        var entries = await log.BetweenAsync(database, workspace, seq, long.MaxValue, limit, cancel);
        return await WithRecordsAsync(database, workspace, entries, change => change.KeysAfter is not null, cancel);
    }

    /// <summary>The record's keys, null where there is no such record; and where the log stood then.</summary>
    internal async Task<(IReadOnlyList<Guid?>? Keys, long At)> KeysAsync(Guid workspace, RecordType type, Guid id, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        var (_, head) = await HeadAsync(database, workspace, cancel);
        await using var reader = await database.ReadAsync([type.Sql.Select(workspace, [id])], cancel);
        return (await reader.ReadAsync(cancel) ? type.KeysOf(type.Sql.Read(reader)) : null, head.Seq);
    }

    internal Task NoteRevocationAsync(Guid workspace, Guid id, Guid browser, SyncUser user, long seq, string[] scopes, int records) =>
        db.In(workspace).ExecuteAsync($"""
            INSERT INTO engine.revocations (workspace_id, id, browser_id, user_id, seq, scopes, records, sent_at)
            VALUES ({workspace}, {id}, {browser}, {user.User}, {seq}, {scopes}, {records}, {clock.GetUtcNow()})
            """);

    internal Task AcknowledgeAsync(Guid workspace, Guid id, Guid browser) => db.In(workspace).ExecuteAsync($"""
        UPDATE engine.revocations SET acknowledged_at = {clock.GetUtcNow()}
        WHERE workspace_id = {workspace} AND id = {id} AND browser_id = {browser} AND acknowledged_at IS NULL
        """);

    private static async Task<(Guid Epoch, LogHead Head)> HeadAsync(DbTransaction database, Guid workspace, CancellationToken cancel)
    {
        await using var reader = await database.ReadAsync([LogStore.SelectHead(workspace)], cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetGuid(0), new LogHead(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetGuid(2)));
    }

    internal static async Task<IReadOnlyList<LogEntry>> WithRecordsAsync(
        DbTransaction database, Guid workspace, IReadOnlyList<LogEntry> entries, Func<RecordChange, bool> needed, CancellationToken cancel)
    {
        var wanted = entries.SelectMany(entry => entry.Changes).Where(needed).GroupBy(change => change.Type, change => change.Id)
            .Select(group => (Type: group.Key, Ids: group.Distinct().ToArray())).ToArray();
        if (wanted.Length == 0)
            return entries;
        var records = new Dictionary<(RecordType, Guid), Record>();
        await using (var reader = await database.ReadAsync(wanted.Select(group => group.Type.Sql.Select(workspace, group.Ids)), cancel))
        {
            foreach (var (type, _) in wanted)
            {
                foreach (var record in await ReadAllAsync(reader, type, cancel))
                    records.Add((type, record.Id), record);
                await reader.NextResultAsync(cancel);
            }
        }

        return
        [
            .. entries.Select(entry => entry with
            {
                Changes = [.. entry.Changes.Select(change => change with { After = records.GetValueOrDefault((change.Type, change.Id)) })],
            }),
        ];
    }

    internal static async Task<List<Record>> ReadAllAsync(NpgsqlDataReader reader, RecordType type, CancellationToken cancel)
    {
        var records = new List<Record>();
        while (await reader.ReadAsync(cancel))
            records.Add(type.Sql.Read(reader));
        return records;
    }
}

/// <summary>Where a reader stands who was away.</summary>
internal enum Standing
{
    /// <summary>He has read another log, or none.</summary>
    Elsewhere,

    /// <summary>Below a compaction: what he missed is no longer in the log, and what has changed is in the tables.</summary>
    Compacted,

    /// <summary>At an entry of the log.</summary>
    InLog,
}

/// <summary>One moment of a workspace, from which several things can be read. Short-lived: see <see cref="Db.BeginSnapshotAsync"/>.</summary>
internal sealed class Snapshot(DbTransaction database, LogStore log, Guid workspace, Moment moment) : IAsyncDisposable
{
    private const int MissedPage = 100;

    /// <summary>So many ids are named one by one; where more have gone, the scope is sent anew.</summary>
    internal const int MostGone = 10_000;

    internal Moment Moment { get; } = moment;

    /// <summary>
    /// Where a browser that has read up to its cursor stands in this log. From the start of the log nobody has read. Below a
    /// compaction the epoch alone says that it is this log: a restore, which could make it another, begins a new one.
    /// </summary>
    internal async Task<Standing> StandingAsync(HelloFrame hello, CancellationToken cancel)
    {
        if (hello.Cursor is not { Seq: > 0 } cursor || hello.Epoch != Moment.Epoch || cursor.Seq > Moment.Head.Seq)
            return Standing.Elsewhere;
        if (await database.QueryAsync<BaseRow>(LogStore.SelectBase(workspace), cancel) is [{ Seq: var compacted }] && cursor.Seq <= compacted)
            return Standing.Compacted;
        var there = await database.QueryAsync<Guid?>(LogStore.SelectTransactionAt(workspace, cursor.Seq), cancel);
        return there.Count == 1 && there[0] == cursor.Transaction ? Standing.InLog : Standing.Elsewhere;
    }

    /// <summary>The next of the entries that a browser has missed up to this moment, with the records whose keys say whether it may still have them.</summary>
    internal async Task<IReadOnlyList<LogEntry>> MissedAsync(long cursor, CancellationToken cancel) => await SyncReader.WithRecordsAsync(
        database, workspace, await log.BetweenAsync(database, workspace, cursor, Moment.Head.Seq, MissedPage, cancel), change => change.KeysAfter is { Count: > 0 }, cancel);

    internal async Task<ScopeRecords> ReadAsync(Scope scope, CancellationToken cancel)
    {
        var most = scope.Type.MostAtOnce;
        var records = await SelectAsync(
            scope.Type, scope.Type.Sql.SelectNewest(workspace, $"({scope.Where()}) AND ({Reading.Where(scope.Type, Moment.Access)})", most + 1), cancel);
        return records.Count > most ? new ScopeRecords(scope, records[..most], More: true) : new ScopeRecords(scope, records, More: false);
    }

    /// <summary>What a change of rights opened and closed, of what is there at this moment; null where that is more than is told one by one.</summary>
    internal async Task<ScopeChanges?> MovedAsync(Scope scope, Access before, CancellationToken cancel)
    {
        var (then, now) = (Reading.Where(scope.Type, before), Reading.Where(scope.Type, Moment.Access));
        var closed = await database.QueryAsync<Guid>(scope.Type.Sql.SelectIdsWhere(workspace, $"({scope.Where()}) AND ({then}) AND ({now}) IS NOT TRUE", MostGone + 1), cancel);
        return closed.Count <= MostGone && await SomeAsync(scope, $"({now}) AND ({then}) IS NOT TRUE", cancel) is { } opened ? new ScopeChanges(scope, opened, closed) : null;
    }

    /// <summary>What changed since a version, for someone who had the same rights then; null where that is more than is told one by one.</summary>
    internal async Task<ScopeChanges?> SinceAsync(Scope scope, long version, CancellationToken cancel)
    {
        if (await SomeAsync(scope, $"version > {version} AND ({Reading.Where(scope.Type, Moment.Access)})", cancel) is not { } changed)
            return null;
        var there = changed.Select(record => record.Id).ToHashSet();
        var gone = new HashSet<Guid>();
        var type = scope.Type;
        await using var reader = await database.ReadAsync(
            [
                $"SELECT record_id, before::text FROM engine.tombstones WHERE workspace_id = {workspace} AND type = {type.Name} AND version > {version} LIMIT {MostGone + 1}",
                $"SELECT record_id, keys::text FROM engine.moves WHERE workspace_id = {workspace} AND type = {type.Name} AND version > {version} LIMIT {MostGone + 1}",
            ],
            cancel);
        do
        {
            for (var rows = 1; await reader.ReadAsync(cancel); rows++)
            {
                if (rows > MostGone)
                    return null;
                var (id, keys) = (reader.GetGuid(0), type.KeysIn(reader.GetGuid(0), reader.GetString(1)));
                if (!there.Contains(id) && scope.Holds(type, keys) && Reading.Allows(type, Moment.Access, keys))
                    gone.Add(id);
            }
        }
        while (await reader.NextResultAsync(cancel));

        return new ScopeChanges(scope, changed, [.. gone]);
    }

    /// <summary>The records of a scope under a condition; null where there are more than a browser gets at once.</summary>
    private async Task<List<Record>?> SomeAsync(Scope scope, Sql condition, CancellationToken cancel)
    {
        var most = scope.Type.MostAtOnce;
        Sql select = $"{scope.Type.Sql.SelectWhere(workspace, $"({scope.Where()}) AND ({condition})")} LIMIT {most + 1}";
        var records = await SelectAsync(scope.Type, select, cancel);
        return records.Count <= most ? records : null;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task<List<Record>> SelectAsync(RecordType type, Sql select, CancellationToken cancel)
    {
        await using var reader = await database.ReadAsync([select], cancel);
        return await SyncReader.ReadAllAsync(reader, type, cancel);
    }
}
