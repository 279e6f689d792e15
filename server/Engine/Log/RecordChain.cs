using System.Text.Json;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>One entry of the log as far as it is about one record.</summary>
/// <param name="Seq">The entry, and so the version that it gave the record.</param>
/// <param name="Transaction">The transaction's id.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who, through what.</param>
/// <param name="Cause">The entry that led to it.</param>
/// <param name="Change">What happened to the record.</param>
public sealed record RecordVersion(long Seq, Guid Transaction, DateTimeOffset At, Actor Actor, long? Cause, RecordChange Change);

/// <summary>Where the chain of a record begins: its version, live or deleted.</summary>
internal sealed record ChainHead
{
    public Guid Id { get; init; }

    public long Version { get; init; }
}

/// <summary>
/// Follows records through the log, newest first. Each change names the version before it, so the log needs no index
/// by record: a record's history is a chain of look-ups by key. What lies below a version never changes, except that
/// values are erased, so a chain may be read in as many short statements as it takes.
/// </summary>
internal static class RecordChain
{
    /// <summary>Records of the type, live and deleted ones, in the order of their ids.</summary>
    internal static Sql SelectHeads(Guid workspace, RecordType type, Guid after, int limit) =>
        $"""
        (SELECT id, version FROM {type.Table} WHERE workspace_id = {workspace} AND id > {after} ORDER BY id LIMIT {limit})
        UNION ALL
        (SELECT record_id, version FROM engine.tombstones WHERE workspace_id = {workspace} AND type = {type.Name} AND record_id > {after} ORDER BY record_id LIMIT {limit})
        ORDER BY id LIMIT {limit}
        """;

    /// <summary>Which of the given records there are, live or deleted. One statement, so one that is just being deleted is seen as either.</summary>
    internal static Sql SelectHeads(Guid workspace, RecordType type, Guid[] ids) =>
        $"""
        SELECT id, version FROM {type.Table} WHERE workspace_id = {workspace} AND id = ANY({ids})
        UNION ALL
        SELECT record_id, version FROM engine.tombstones WHERE workspace_id = {workspace} AND type = {type.Name} AND record_id = ANY({ids})
        """;

    /// <summary>The versions of the given records from those named downwards, at most so many of each.</summary>
    /// <remarks>
    /// The number of the version before is a column of its own: taken from the document inside the join, it would not
    /// count as leakproof, and row security would keep the join from using the key.
    /// </remarks>
    internal static Sql Select(Guid workspace, RecordType type, IReadOnlyCollection<ChainHead> heads, int steps) =>
        $"""
        WITH RECURSIVE chain AS (
          SELECT h.id, h.version AS seq, (c.change ->> 'previous')::bigint AS previous, c.change, 1 AS step
          FROM unnest({heads.Select(head => head.Id).ToArray()}, {heads.Select(head => head.Version).ToArray()}) AS h(id, version)
          JOIN engine.log l ON l.workspace_id = {workspace} AND l.seq = h.version
          CROSS JOIN LATERAL jsonb_array_elements(l.changes) AS c(change)
          WHERE c.change ->> 'id' = h.id::text AND c.change ->> 'type' = {type.Name}
          UNION ALL
          SELECT chain.id, l.seq, (c.change ->> 'previous')::bigint, c.change, chain.step + 1
          FROM chain
          JOIN engine.log l ON l.workspace_id = {workspace} AND l.seq = chain.previous AND l.seq < chain.seq
          CROSS JOIN LATERAL jsonb_array_elements(l.changes) AS c(change)
          WHERE c.change ->> 'id' = chain.id::text AND c.change ->> 'type' = {type.Name} AND chain.step < {steps}
        )
        SELECT c.id AS record, l.seq, l.transaction_id, l.at, l.is_system, l.via, l.user_id, l.session_id, l.cause, l.schema, c.change::text AS change
        FROM chain c JOIN engine.log l ON l.workspace_id = {workspace} AND l.seq = c.seq
        ORDER BY c.step
        """;

    /// <summary>A row of <see cref="Select"/>.</summary>
    internal sealed record Row
    {
        public Guid Record { get; init; }

        public long Seq { get; init; }

        public Guid TransactionId { get; init; }

        public DateTimeOffset At { get; init; }

        public bool IsSystem { get; init; }

        public string Via { get; init; } = "";

        public Guid? UserId { get; init; }

        public Guid? SessionId { get; init; }

        public long? Cause { get; init; }

        public int Schema { get; init; }

        public string Change { get; init; } = "";

        internal RecordVersion ToVersion(RecordRegistry registry)
        {
            using var change = JsonDocument.Parse(Change);
            return new RecordVersion(
                Seq, TransactionId, At, new Actor(IsSystem, UserId, SessionId, Via), Cause, RecordChange.FromLog(registry, change.RootElement, Schema));
        }
    }
}
