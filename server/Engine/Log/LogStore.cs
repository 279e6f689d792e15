using System.Text;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>Where a log stands: its newest entry. Seq 0 and no transaction before the first.</summary>
public sealed record LogHead(long Seq, Guid? Transaction);

/// <summary>Reads and appends entries of the log.</summary>
public sealed class LogStore(Db db, RecordRegistry registry)
{
    internal static Sql SelectHead(Guid workspace) =>
        $"""
        SELECT w.epoch, coalesce(l.seq, 0) AS seq, l.transaction_id AS transaction
        FROM engine.workspaces w
        LEFT JOIN LATERAL (SELECT seq, transaction_id FROM engine.log WHERE workspace_id = {workspace} ORDER BY seq DESC LIMIT 1) l ON true
        WHERE w.workspace_id = {workspace}
        """;

    /// <summary>Of several workspaces: which it is, the sequence number, transaction and digest of its newest entry.</summary>
    internal static Sql SelectHeads(Guid[] workspaces) =>
        $"""
        SELECT w.workspace_id, coalesce(l.seq, 0) AS seq, l.transaction_id, l.digest
        FROM unnest({workspaces}) AS named(id)
        JOIN engine.workspaces w ON w.workspace_id = named.id
        LEFT JOIN LATERAL (SELECT seq, transaction_id, digest FROM engine.log WHERE workspace_id = named.id ORDER BY seq DESC LIMIT 1) l ON true
        """;

    /// <summary>The transaction at a place of the log.</summary>
    internal static Sql SelectTransactionAt(Guid workspace, long seq) =>
        $"SELECT transaction_id FROM engine.log WHERE workspace_id = {workspace} AND seq = {seq}";

    /// <summary>The entries after a place up to another one, within a snapshot, as far as this process knows what is in them.</summary>
    internal async Task<IReadOnlyList<LogEntry>> BetweenAsync(DbTransaction database, Guid workspace, long after, long upTo, int limit, CancellationToken cancel)
    {
        var rows = await database.QueryAsync<StoredEntry>(
            $"SELECT {StoredEntry.Columns} FROM engine.log WHERE workspace_id = {workspace} AND seq > {after} AND seq <= {upTo} ORDER BY seq LIMIT {limit}", cancel);
        return [.. rows.Select(row => row.ToEntry(registry)).Select(entry => entry with { Changes = [.. entry.Changes.Select(change => change.WithoutUnknown())] })];
    }

    /// <summary>The entries after <paramref name="seq"/>, in order, at most <paramref name="limit"/> of them.</summary>
    public async Task<IReadOnlyList<LogEntry>> AfterAsync(Guid workspace, long seq, int limit, CancellationToken cancel)
    {
        var rows = await db.In(workspace).QueryAsync<StoredEntry>(
            $"SELECT {StoredEntry.Columns} FROM engine.log WHERE workspace_id = {workspace} AND seq > {seq} ORDER BY seq LIMIT {limit}", cancel);
        return [.. rows.Select(row => row.ToEntry(registry))];
    }

    /// <summary>The entries after a place in each of several logs, in order within each, at most <paramref name="limit"/> of each.</summary>
    internal Task<IReadOnlyList<OwnedEntry>> AfterAsync(Guid[] workspaces, long[] seqs, int limit, CancellationToken cancel) => db.System.QueryAsync<OwnedEntry>(
        $"""
        SELECT named.id AS workspace_id, l.* FROM unnest({workspaces}, {seqs}) AS named(id, after)
        CROSS JOIN LATERAL (SELECT {StoredEntry.Columns} FROM engine.log WHERE workspace_id = named.id AND seq > named.after ORDER BY seq LIMIT {limit}) AS l
        ORDER BY l.seq
        """, cancel);

    /// <summary>The same of one log, each with its digest; null for an entry from before there were digests.</summary>
    public async Task<IReadOnlyList<(LogEntry Entry, string? Digest)>> WithDigestsAfterAsync(Guid workspace, long seq, int limit, CancellationToken cancel)
    {
        var rows = await SealedAfterAsync(workspace, seq, limit, cancel);
        return [.. rows.Select(row => (row.ToEntry(registry), row.Digest is null ? null : Convert.ToHexStringLower(row.Digest)))];
    }

    /// <summary>The first entry that must have a digest.</summary>
    internal async Task<long> SealedFromAsync(Guid workspace, CancellationToken cancel) =>
        (await db.In(workspace).QueryAsync<long>($"SELECT sealed_from FROM engine.workspaces WHERE workspace_id = {workspace}", cancel)).Single();

    /// <summary>The entries after a place with what proves them.</summary>
    internal Task<IReadOnlyList<StoredEntry>> SealedAfterAsync(Guid workspace, long seq, int limit, CancellationToken cancel) =>
        db.In(workspace).QueryAsync<StoredEntry>(
            $"SELECT {StoredEntry.SealedColumns} FROM engine.log WHERE workspace_id = {workspace} AND seq > {seq} ORDER BY seq LIMIT {limit}", cancel);

    /// <summary>Up to where the log was compacted, 0 where it never was, and what the entry says that tells of it.</summary>
    internal async Task<(long Seq, LogBase? Base)> BaseAsync(Guid workspace, CancellationToken cancel) =>
        await db.In(workspace).FirstAsync<BaseRow>(SelectBase(workspace), cancel) is { } row ? (row.Seq, LogBase.Read(row.Base)) : (0, null);

    internal static Sql SelectBase(Guid workspace) =>
        $"SELECT b.seq, l.base::text AS base FROM engine.bases b LEFT JOIN engine.log l ON l.workspace_id = {workspace} AND l.seq = b.entry WHERE b.workspace_id = {workspace}";

    /// <summary>The newest sequence number of a workspace; 0 before the first.</summary>
    public async Task<long> HeadAsync(Guid workspace, CancellationToken cancel) =>
        (await db.In(workspace).QueryAsync<long>($"SELECT coalesce(max(seq), 0) FROM engine.log WHERE workspace_id = {workspace}", cancel)).Single();

    /// <summary>The newest sequence number of each of the given workspaces.</summary>
    internal Task<IReadOnlyList<WorkspaceHead>> HeadsAsync(Guid[] workspaces, CancellationToken cancel) => db.System.QueryAsync<WorkspaceHead>(
        $"""
        SELECT w.id AS workspace, l.seq FROM unnest({workspaces}) AS w(id)
        CROSS JOIN LATERAL (SELECT seq FROM engine.log WHERE workspace_id = w.id ORDER BY seq DESC LIMIT 1) l
        """, cancel);

    /// <param name="registry">Says the schema.</param>
    /// <param name="tails">Of each workspace the digest of its head, null where it has none, and the entries that follow it, in order.</param>
    internal static Sql Append(RecordRegistry registry, IEnumerable<(Guid Workspace, byte[]? Head, IReadOnlyList<LogEntry> Entries)> tails)
    {
        var rows = tails.SelectMany(tail => Seal(registry, tail.Workspace, tail.Head, tail.Entries)).ToArray();
        return $"""
            INSERT INTO engine.log (workspace_id, seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, cause, depth, schema, erasures, base, changes, salts, digest)
            SELECT workspace_id, seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, cause, depth, {registry.Schema}, erasures::jsonb, base::jsonb, changes::jsonb, salts, digest
            FROM unnest(
              {Column(row => row.Workspace)}, {Column(row => row.Entry.Seq)}, {Column(row => row.Entry.TransactionId)}, {Column(row => row.Entry.At)},
              {Column(row => row.Entry.IsSystem)}, {Column(row => row.Entry.Via)}, {Column(row => row.Entry.UserId)}, {Column(row => row.Entry.SessionId)},
              {Column(row => row.Entry.BrowserId)}, {Column(row => row.Entry.Mutation)}, {Column(row => row.Entry.Cause)}, {Column(row => row.Entry.Depth)},
              {Column(row => row.Entry.Erasures)}, {Column(row => row.Entry.Base)}, {Column(row => Encoding.UTF8.GetString(row.Entry.Changes))}, {Column(row => row.Entry.Salts)}, {Column(row => row.Entry.Digest)}
            ) AS row(workspace_id, seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, cause, depth, erasures, base, changes, salts, digest)
            """;

        T[] Column<T>(Func<(Guid Workspace, StoredEntry Entry), T> value) => Array.ConvertAll(rows, row => value(row));
    }

    private static IEnumerable<(Guid Workspace, StoredEntry Entry)> Seal(RecordRegistry registry, Guid workspace, byte[]? head, IReadOnlyList<LogEntry> entries)
    {
        var sealer = new LogSealer(workspace);
        var previous = head ?? LogSealer.NoDigest;
        foreach (var entry in entries)
        {
            var row = sealer.Seal(StoredEntry.From(entry, registry.Schema), previous);
            previous = row.Digest!;
            yield return (workspace, row);
        }
    }
}

/// <summary>A row of <see cref="LogStore.SelectBase"/>.</summary>
internal sealed record BaseRow
{
    public long Seq { get; init; }

    public string? Base { get; init; }
}

internal sealed record WorkspaceHead
{
    public Guid Workspace { get; init; }

    public long Seq { get; init; }
}
