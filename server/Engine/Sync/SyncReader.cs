using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Sync;

/// <summary>What the server knows when a browser says hello.</summary>
internal sealed record HelloAnswer(Guid Epoch, LogHead Head, long LastMutation, bool Reset);

/// <summary>Snapshots and catch-up, read from the tables and the log.</summary>
internal sealed class SyncReader(Db db, LogStore log, RecordRegistry registry, Policy policy, TimeProvider clock)
{
    /// <summary>Beyond this many missed entries new snapshots are cheaper.</summary>
    private const int MaxCatchUp = 2000;
    private const int MissedPage = 100;

    private readonly RecordType _memberType = registry.Of<Member>();

    internal async Task<Access?> AccessAsync(Guid workspace, SyncUser user, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        await using var reader = await database.ReadAsync([_memberType.Sql.Select(workspace, [user.User], "user_id")], cancel);
        return await reader.ReadAsync(cancel)
            ? policy.AccessOf(user.Actor, (Member)_memberType.Sql.Read(reader))
            : null;
    }

    /// <summary>Binds the browser to its user; null where it belongs to another one.</summary>
    internal Task<long?> RegisterAsync(Guid workspace, Guid browser, SyncUser user, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return db.In(workspace).FirstAsync<long?>(
            $"""
            INSERT INTO engine.browsers AS b (workspace_id, browser_id, user_id, session_id, seen_at)
            VALUES ({workspace}, {browser}, {user.User}, {user.Session}, {now})
            ON CONFLICT (workspace_id, browser_id) DO UPDATE SET session_id = excluded.session_id, seen_at = excluded.seen_at
            WHERE b.user_id = excluded.user_id RETURNING last_mutation
            """, cancel);
    }

    internal async Task<(Guid Epoch, LogHead Head)> HeadAsync(Guid workspace, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        await using var reader = await database.ReadAsync([LogStore.SelectHead(workspace)], cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetGuid(0), new LogHead(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetGuid(2)));
    }

    /// <summary>Whether a browser that has read up to its cursor has read this log, and may simply go on.</summary>
    internal async Task<bool> IsOnChainAsync(Guid workspace, HelloFrame hello, Guid epoch, LogHead head, CancellationToken cancel)
    {
        if (hello.Cursor is not { } cursor || hello.Epoch != epoch || cursor.Seq > head.Seq || head.Seq - cursor.Seq > MaxCatchUp)
            return false;
        return cursor.Seq == 0 || await log.TransactionAtAsync(workspace, cursor.Seq, cancel) == cursor.Transaction;
    }

    /// <summary>The next of the entries that a browser has missed.</summary>
    internal Task<IReadOnlyList<LogEntry>> MissedAsync(Guid workspace, long cursor, CancellationToken cancel) =>
        log.AfterAsync(workspace, cursor, MissedPage, cancel);

    /// <summary>All records of the given types, and the sequence number that they were read at.</summary>
    internal async Task<(long At, IReadOnlyList<(RecordType Type, IReadOnlyList<Record> Records)> Snapshots)> SnapshotAsync(
        Guid workspace, IReadOnlyList<RecordType> types, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        await using var reader = await database.ReadAsync([LogStore.SelectHead(workspace), .. types.Select(type => type.Sql.SelectAll(workspace))], cancel);
        await reader.ReadAsync(cancel);
        var at = reader.GetInt64(1);
        var snapshots = new List<(RecordType, IReadOnlyList<Record>)>();
        foreach (var type in types)
        {
            await reader.NextResultAsync(cancel);
            var records = new List<Record>();
            while (await reader.ReadAsync(cancel))
                records.Add(type.Sql.Read(reader));
            snapshots.Add((type, records));
        }

        return (at, snapshots);
    }
}
