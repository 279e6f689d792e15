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
        SELECT w.epoch, coalesce(l.seq, 0) AS seq, l.transaction_id AS transaction, l.digest
        FROM engine.workspaces w
        LEFT JOIN LATERAL (SELECT seq, transaction_id, digest FROM engine.log WHERE workspace_id = {workspace} ORDER BY seq DESC LIMIT 1) l ON true
        WHERE w.workspace_id = {workspace}
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

    /// <summary>The same with what proves them.</summary>
    internal Task<IReadOnlyList<StoredEntry>> SealedAfterAsync(Guid workspace, long seq, int limit, CancellationToken cancel) =>
        db.In(workspace).QueryAsync<StoredEntry>(
            $"SELECT {StoredEntry.SealedColumns} FROM engine.log WHERE workspace_id = {workspace} AND seq > {seq} ORDER BY seq LIMIT {limit}", cancel);

    /// <summary>The newest sequence number of each of the given workspaces.</summary>
    internal Task<IReadOnlyList<WorkspaceHead>> HeadsAsync(Guid[] workspaces, CancellationToken cancel) => db.System.QueryAsync<WorkspaceHead>(
        $"""
        SELECT w.id AS workspace, l.seq FROM unnest({workspaces}) AS w(id)
        CROSS JOIN LATERAL (SELECT seq FROM engine.log WHERE workspace_id = w.id ORDER BY seq DESC LIMIT 1) l
        """, cancel);

    /// <param name="registry">Says the schema.</param>
    /// <param name="workspace">Whose log.</param>
    /// <param name="entries">In order, those that follow the head.</param>
    /// <param name="head">The digest of the head; null where it has none.</param>
    internal static Sql Append(RecordRegistry registry, Guid workspace, IReadOnlyCollection<LogEntry> entries, byte[]? head)
    {
        var sealer = new LogSealer(workspace);
        var previous = head ?? LogSealer.NoDigest;
        var rows = new SqlJson(JsonText.Text(json =>
        {
            json.WriteStartArray();
            foreach (var entry in entries)
            {
                var row = sealer.Seal(StoredEntry.From(entry, registry.Schema), previous);
                row.WriteRow(json);
                previous = row.Digest!;
            }

            json.WriteEndArray();
        }));
        return $"""
            INSERT INTO engine.log (workspace_id, seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, cause, depth, schema, erasures, changes, salts, digest)
            SELECT {workspace}, seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, cause, depth, schema, erasures, changes, decode(salts, 'base64'), decode(digest, 'base64')
            FROM jsonb_to_recordset({rows}) AS row(
              seq bigint, transaction_id uuid, at timestamptz, is_system boolean, via text,
              user_id uuid, session_id uuid, browser_id uuid, mutation bigint, cause bigint, depth int, schema int,
              erasures jsonb, changes jsonb, salts text, digest text)
            """;
    }
}

internal sealed record WorkspaceHead
{
    public Guid Workspace { get; init; }

    public long Seq { get; init; }
}
