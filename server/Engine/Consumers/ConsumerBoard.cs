using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Consumers;

/// <summary>How a consumer stands, in all workspaces together.</summary>
public sealed record ConsumerSum
{
    public string Consumer { get; init; } = "";

    public bool IsPaused { get; init; }

    /// <summary>See <see cref="Consumer.CanRebuild"/>.</summary>
    public bool CanRebuild { get; init; }

    /// <summary>How many workspaces there are.</summary>
    public int Workspaces { get; init; }

    /// <summary>In how many of them there is something to read.</summary>
    public int Dirty { get; init; }

    /// <summary>In how many an entry fails.</summary>
    public int Failing { get; init; }

    /// <summary>Entries that are yet to be handled.</summary>
    public long Lag { get; init; }

    /// <summary>How many seconds ago the oldest of those was written; null where none is left.</summary>
    public double? Oldest { get; init; }
}

/// <summary>Where a consumer stands in one workspace.</summary>
public sealed record ConsumerState
{
    public string Consumer { get; init; } = "";

    public Guid WorkspaceId { get; init; }

    /// <summary>The last entry that it has handled; 0 before the first.</summary>
    public long Seq { get; init; }

    /// <summary>The entry that it handles next; null where there is none.</summary>
    public long? Next { get; init; }

    /// <summary>The newest entry of the log.</summary>
    public long Head { get; init; }

    public bool IsPaused { get; init; }

    /// <summary>How often the next entry has failed; 0 where it has not.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it failed the last time.</summary>
    public string? Error { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When it is tried again.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>How the consumers of the whole instance stand, for whoever runs it.</summary>
public sealed class ConsumerBoard
{
    private readonly Db _db;
    private readonly ConsumerRegistry _registry;

    internal ConsumerBoard(Db db, ConsumerRegistry registry) => (_db, _registry) = (db, registry);

    private string[] Names => [.. _registry.All.Select(consumer => consumer.Name).Order(StringComparer.Ordinal)];

    /// <summary>Whether there is such a consumer in this version.</summary>
    public bool Knows(string consumer) => Names.Contains(consumer, StringComparer.Ordinal);

    /// <summary>See <see cref="Consumer.CanRebuild"/>; of one that there is.</summary>
    public bool CanRebuild(string consumer) => _registry.Of(consumer).CanRebuild;

    /// <summary>Each consumer in all workspaces together, by name.</summary>
    public async Task<IReadOnlyList<ConsumerSum>> SumsAsync(CancellationToken cancel)
    {
        var sums = await _db.System.QueryAsync<ConsumerSum>(
            $"""
            WITH places AS (
              SELECT named.consumer, w.workspace_id, coalesce(c.seq, 0) AS seq, coalesce(head.seq, 0) AS head, c.error IS NOT NULL AS fails
              FROM unnest({Names}) AS named(consumer)
              CROSS JOIN engine.workspaces w
              LEFT JOIN LATERAL (SELECT seq FROM engine.log WHERE workspace_id = w.workspace_id ORDER BY seq DESC LIMIT 1) AS head ON true
              LEFT JOIN engine.consumers c ON c.workspace_id = w.workspace_id AND c.consumer = named.consumer
            )
            SELECT named.consumer, EXISTS (SELECT FROM engine.paused_consumers WHERE consumer = named.consumer) AS is_paused,
              count(p.workspace_id)::int AS workspaces, count(*) FILTER (WHERE p.head > p.seq)::int AS dirty, count(*) FILTER (WHERE p.fails)::int AS failing,
              coalesce(sum(p.head - p.seq), 0)::bigint AS lag, extract(epoch FROM clock_timestamp() - min(next.at))::double precision AS oldest
            FROM unnest({Names}) AS named(consumer)
            LEFT JOIN places p ON p.consumer = named.consumer
            LEFT JOIN LATERAL (SELECT at FROM engine.log WHERE workspace_id = p.workspace_id AND seq > p.seq AND p.head > p.seq ORDER BY seq LIMIT 1) AS next ON true
            GROUP BY named.consumer ORDER BY named.consumer
            """, cancel);
        return [.. sums.Select(sum => sum with { CanRebuild = CanRebuild(sum.Consumer) })];
    }

    /// <summary>All consumers in all workspaces, those that fail first, then those that lag most.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="cancel">Stops the reading.</param>
    public Task<IReadOnlyList<ConsumerState>> StatesAsync(int most, CancellationToken cancel) => _db.System.QueryAsync<ConsumerState>(
        $"""
        SELECT state.*, (SELECT seq FROM engine.log WHERE workspace_id = state.workspace_id AND seq > state.seq ORDER BY seq LIMIT 1) AS next
        FROM (
          SELECT named.consumer, w.workspace_id, coalesce(c.seq, 0) AS seq, coalesce(head.seq, 0) AS head, p.consumer IS NOT NULL AS is_paused,
            coalesce(c.attempts, 0) AS attempts, c.error, c.failing_since, c.retry_at
          FROM engine.workspaces w
          CROSS JOIN unnest({Names}) AS named(consumer)
          LEFT JOIN LATERAL (SELECT seq FROM engine.log WHERE workspace_id = w.workspace_id ORDER BY seq DESC LIMIT 1) AS head ON true
          LEFT JOIN engine.consumers c ON c.workspace_id = w.workspace_id AND c.consumer = named.consumer
          LEFT JOIN engine.paused_consumers p ON p.consumer = named.consumer
          ORDER BY c.error IS NULL, coalesce(head.seq, 0) - coalesce(c.seq, 0) DESC, named.consumer, w.workspace_id LIMIT {most}
        ) AS state
        ORDER BY error IS NULL, head - seq DESC, consumer, workspace_id
        """, cancel);
}
