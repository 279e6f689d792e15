using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Consumers;

/// <summary>Where a consumer stands in a workspace that this process has claimed.</summary>
internal sealed record ConsumerCursor
{
    public Guid WorkspaceId { get; init; }

    public long Seq { get; init; }

    /// <summary>How often the entry after it has failed.</summary>
    public int Attempts { get; init; }
}

/// <summary>How far a claimed log was handled, and what stopped it.</summary>
/// <param name="Cursor">As it was claimed.</param>
/// <param name="Seq">Up to where it was handled.</param>
/// <param name="Error">Why the entry after it failed; null where none did.</param>
/// <param name="Keeps">Whether the claim goes on.</param>
internal sealed record ConsumerAdvance(ConsumerCursor Cursor, long Seq, string? Error, bool Keeps = false)
{
    public string? Error { get; } = StoredText.Of(Error);

    /// <summary>How often the entry at which it stands has failed now.</summary>
    internal int Attempts => Error is null ? 0 : Seq > Cursor.Seq ? 1 : Cursor.Attempts + 1;
}

/// <summary>Something to read, as a look over all workspaces finds it.</summary>
internal sealed record ConsumerLag
{
    public string Consumer { get; init; } = "";

    public Guid WorkspaceId { get; init; }

    /// <summary>How many entries are yet to be handled.</summary>
    public long Entries { get; init; }

    public bool IsFailing { get; init; }

    /// <summary>Whether somebody reads it, or it waits for its next attempt.</summary>
    public bool IsTaken { get; init; }
}

/// <summary>The statements on the cursors.</summary>
internal sealed class ConsumerStore(Db db)
{
    // An advance that a crash undoes is made again. What commits together with effects is durable.
    private static Sql NotAtOnce => $"SET LOCAL synchronous_commit = off";

    /// <summary>Claims those of the workspaces that nobody else reads.</summary>
    internal Task<IReadOnlyList<ConsumerCursor>> ClaimAsync(Consumer consumer, Guid worker, TimeSpan lease, Guid[] workspaces, CancellationToken cancel) =>
        db.System.QueryAsync<ConsumerCursor>(
            [NotAtOnce],
            $"""
            WITH free AS (
              SELECT workspace_id FROM engine.consumers
              WHERE workspace_id = ANY({workspaces}) AND consumer = {consumer.Name} AND (worker_id IS NULL OR worker_id = {worker} OR lease_until < clock_timestamp())
                AND (retry_at IS NULL OR retry_at <= clock_timestamp()) AND NOT EXISTS (SELECT FROM engine.paused_consumers WHERE consumer = {consumer.Name})
              FOR UPDATE SKIP LOCKED
            )
            UPDATE engine.consumers AS c SET worker_id = {worker}, lease_until = clock_timestamp() + {lease}
            FROM free WHERE c.workspace_id = free.workspace_id AND c.consumer = {consumer.Name}
            RETURNING c.workspace_id, c.seq, c.attempts
            """,
            cancel);

    /// <summary>Makes the cursors of workspaces that have none. One that was deleted meanwhile gets none; where it goes at this very moment, the next attempt finds it gone.</summary>
    internal Task EnterAsync(Consumer consumer, IEnumerable<Guid> workspaces) => db.System.ExecuteAsync(
        $"""
        INSERT INTO engine.consumers (workspace_id, consumer, seq)
        SELECT workspace_id, {consumer.Name}, 0 FROM engine.workspaces WHERE workspace_id = ANY({workspaces.ToArray()}) ORDER BY workspace_id ON CONFLICT DO NOTHING
        """);

    /// <summary>Moves the cursors and gives the claims back. What another one has claimed meanwhile stays as it is.</summary>
    internal Task AdvanceAsync(Consumer consumer, Guid worker, IReadOnlyCollection<ConsumerAdvance> advances) =>
        db.System.ExecuteAsync(NotAtOnce, Advance(consumer, worker, advances));

    /// <summary>The same for one workspace together with what was done there.</summary>
    /// <returns>False where another one has claimed it meanwhile, so that none of it holds.</returns>
    internal async Task<bool> AdvanceAsync(Consumer consumer, Guid worker, ConsumerAdvance advance, IReadOnlyCollection<Sql> effects)
    {
        await using var database = await db.BeginAsync(advance.Cursor.WorkspaceId, CancellationToken.None);
        var changed = await database.ExecuteAsync([Advance(consumer, worker, [advance]), .. effects], CancellationToken.None);
        if (changed[0] != 1)
            return false;
        await database.CommitAsync([], CancellationToken.None);
        return true;
    }

    private static Sql Advance(Consumer consumer, Guid worker, IReadOnlyCollection<ConsumerAdvance> advances) =>
        $"""
        UPDATE engine.consumers AS c SET worker_id = CASE WHEN row.keeps THEN c.worker_id END, lease_until = CASE WHEN row.keeps THEN c.lease_until END, seq = row.seq, attempts = row.attempts, error = row.error,
          failing_since = CASE WHEN row.error IS NULL THEN NULL WHEN row.attempts > 1 THEN c.failing_since ELSE clock_timestamp() END,
          retry_at = clock_timestamp() + row.pause
        FROM unnest(
          {advances.Select(advance => advance.Cursor.WorkspaceId).ToArray()}, {advances.Select(advance => advance.Cursor.Seq).ToArray()}, {advances.Select(advance => advance.Seq).ToArray()},
          {advances.Select(advance => advance.Attempts).ToArray()}, {advances.Select(advance => advance.Error).ToArray()},
          {advances.Select(advance => advance.Error is null ? (TimeSpan?)null : consumer.PauseAfter(advance.Attempts)).ToArray()},
          {advances.Select(advance => advance.Keeps).ToArray()}
        ) AS row(workspace_id, from_seq, seq, attempts, error, pause, keeps)
        WHERE c.workspace_id = row.workspace_id AND c.consumer = {consumer.Name} AND c.worker_id = {worker} AND c.seq = row.from_seq
        """;

    /// <summary>Keeps the claims of a process for another while.</summary>
    internal Task RenewAsync(Guid worker, TimeSpan lease) =>
        db.SignsOfLife.ExecuteAsync(NotAtOnce, $"UPDATE engine.consumers SET lease_until = clock_timestamp() + {lease} WHERE worker_id = {worker}");

    /// <summary>Gives all claims of a process back.</summary>
    internal Task ReleaseAsync(Guid worker) => db.System.ExecuteAsync($"UPDATE engine.consumers SET worker_id = NULL, lease_until = NULL WHERE worker_id = {worker}");

    /// <summary>Where there is something to read, or something that fails.</summary>
    internal Task<IReadOnlyList<ConsumerLag>> LookAsync(string[] consumers, CancellationToken cancel) => db.System.QueryAsync<ConsumerLag>(
        $"""
        SELECT named.consumer, w.workspace_id, head.seq - coalesce(c.seq, 0) AS entries, c.error IS NOT NULL AS is_failing,
          coalesce(c.lease_until > clock_timestamp(), false) OR coalesce(c.retry_at > clock_timestamp(), false) AS is_taken
        FROM engine.workspaces w
        CROSS JOIN LATERAL (SELECT seq FROM engine.log WHERE workspace_id = w.workspace_id ORDER BY seq DESC LIMIT 1) AS head
        CROSS JOIN unnest({consumers}) AS named(consumer)
        LEFT JOIN engine.consumers c ON c.workspace_id = w.workspace_id AND c.consumer = named.consumer
        WHERE head.seq > coalesce(c.seq, 0)
        """, cancel);
}
