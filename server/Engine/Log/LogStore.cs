using System.Text.Json;
using Holdfast.Engine.Permissions;
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

    /// <summary>The transaction at a place of the log; null where there is no such entry.</summary>
    internal Task<Guid?> TransactionAtAsync(Guid workspace, long seq, CancellationToken cancel) => db.In(workspace).FirstAsync<Guid?>(
        $"SELECT transaction_id FROM engine.log WHERE workspace_id = {workspace} AND seq = {seq}", cancel);

    /// <summary>The entries after <paramref name="seq"/>, in order, at most <paramref name="limit"/> of them.</summary>
    public async Task<IReadOnlyList<LogEntry>> AfterAsync(Guid workspace, long seq, int limit, CancellationToken cancel)
    {
        var rows = await db.In(workspace).QueryAsync<Row>(
            $"""
            SELECT seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, changes::text AS changes
            FROM engine.log WHERE workspace_id = {workspace} AND seq > {seq} ORDER BY seq LIMIT {limit}
            """, cancel);
        return [.. rows.Select(Entry)];
    }

    /// <summary>The newest sequence number of each of the given workspaces.</summary>
    internal Task<IReadOnlyList<WorkspaceHead>> HeadsAsync(Guid[] workspaces, CancellationToken cancel) => db.System.QueryAsync<WorkspaceHead>(
        $"""
        SELECT w.id AS workspace, l.seq FROM unnest({workspaces}) AS w(id)
        CROSS JOIN LATERAL (SELECT seq FROM engine.log WHERE workspace_id = w.id ORDER BY seq DESC LIMIT 1) l
        """, cancel);

    internal static Sql Append(Guid workspace, IEnumerable<LogEntry> entries)
    {
        var rows = new SqlJson(JsonText.Text(json =>
        {
            json.WriteStartArray();
            foreach (var entry in entries)
                WriteRow(json, entry);
            json.WriteEndArray();
        }));
        return $"""
            INSERT INTO engine.log (workspace_id, seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, depth, schema, changes)
            SELECT {workspace}, seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, 0, {RecordRegistry.Schema}, changes
            FROM jsonb_to_recordset({rows}) AS row(
              seq bigint, transaction_id uuid, at timestamptz, is_system boolean, via text,
              user_id uuid, session_id uuid, browser_id uuid, mutation bigint, changes jsonb)
            """;
    }

    private static void WriteRow(Utf8JsonWriter json, LogEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", entry.Seq);
        json.WriteString("transaction_id", entry.Transaction);
        json.WriteString("at", entry.At);
        json.WriteBoolean("is_system", entry.Actor.IsSystem);
        json.WriteString("via", entry.Actor.Via);
        RecordType.WriteId(json, "user_id", entry.Actor.User);
        RecordType.WriteId(json, "session_id", entry.Actor.Session);
        RecordType.WriteId(json, "browser_id", entry.Origin?.Browser);
        if (entry.Origin is { } origin)
            json.WriteNumber("mutation", origin.Mutation);
        json.WriteStartArray("changes");
        foreach (var change in entry.Changes)
            change.WriteToLog(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private LogEntry Entry(Row row)
    {
        using var changes = JsonDocument.Parse(row.Changes);
        return new LogEntry(
            row.Seq,
            row.TransactionId,
            row.At,
            new Actor(row.IsSystem, row.UserId, row.SessionId, row.Via),
            row.BrowserId is { } browser ? (browser, row.Mutation!.Value) : null,
            [.. changes.RootElement.EnumerateArray().Select(change => RecordChange.FromLog(registry, change))]);
    }

    private sealed record Row
    {
        public long Seq { get; init; }
        public Guid TransactionId { get; init; }
        public DateTimeOffset At { get; init; }
        public bool IsSystem { get; init; }
        public string Via { get; init; } = "";
        public Guid? UserId { get; init; }
        public Guid? SessionId { get; init; }
        public Guid? BrowserId { get; init; }
        public long? Mutation { get; init; }
        public string Changes { get; init; } = "";
    }
}

internal sealed record WorkspaceHead
{
    public Guid Workspace { get; init; }

    public long Seq { get; init; }
}
