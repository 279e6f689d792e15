using System.Text.Json;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Jobs;

/// <summary>How a job ended.</summary>
/// <param name="Job">The job.</param>
/// <param name="Kind">As it stands in <c>engine.job_ends</c>, or <c>again</c> where it is to be tried again.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Pause">After which it is tried again.</param>
/// <param name="Counts">Whether the attempt counts.</param>
/// <param name="Keep">How long it is remembered.</param>
internal sealed record JobEnd(Job Job, string Kind, string? Error = null, TimeSpan Pause = default, bool Counts = true, TimeSpan Keep = default)
{
    public string? Error { get; } = StoredText.Of(Error);

    /// <summary>The code of what whoever asked for it is told; null for nothing.</summary>
    internal string? Why { get; init; }
}

/// <summary>The statements on the tables of jobs.</summary>
internal sealed class JobStore(Db db, JobRegistry registry)
{
    private const int Burst = 10;

    /// <summary>The place of what goes back, behind all others. Whoever was asked for once more, for later, waits for that time first.</summary>
    private static readonly SqlName LastPlace = new("CASE WHEN again AND due_at > clock_timestamp() THEN NULL ELSE nextval('engine.job_places') END");

    private const string Columns = "job.id, job.workspace_id, queue, priority, place, kind, payload::text AS payload, group_key, is_system, user_id, cause, depth, attempt, is_shown, cancelled, " +
        "NOT is_system AND job.workspace_id <> '00000000-0000-0000-0000-000000000000' AND NOT EXISTS (SELECT FROM access.members AS member WHERE member.workspace_id = job.workspace_id AND member.user_id = job.user_id) AS has_left";

    // A type with a setter for each column: Dapper fills it.
    private sealed record Row
    {
        public Guid Id { get; init; }

        public Guid WorkspaceId { get; init; }

        public string Queue { get; init; } = "";

        public short Priority { get; init; }

        public long Place { get; init; }

        public string Kind { get; init; } = "";

        public string Payload { get; init; } = "";

        public string? GroupKey { get; init; }

        public bool IsSystem { get; init; }

        public Guid? UserId { get; init; }

        public long? Cause { get; init; }

        public int Depth { get; init; }

        public int Attempt { get; init; }

        public bool IsShown { get; init; }

        public bool Cancelled { get; init; }

        public bool HasLeft { get; init; }

        internal Job ToJob() => new(Id, WorkspaceId, Kind, new Actor(IsSystem, UserId, Session: null, $"job {Kind}"), JsonSerializer.Deserialize<JsonElement>(Payload), Attempt)
        {
            Cause = Cause is { } seq ? (seq, Depth) : null,
            Queue = Queue,
            Priority = (JobPriority)Priority,
            Place = Place,
            GroupKey = GroupKey,
            IsShown = IsShown,
            IsCancelled = Cancelled,
            HasLeft = HasLeft,
        };
    }

    internal sealed record LaneRow
    {
        public string Queue { get; init; } = "";

        public short Priority { get; init; }

        public Guid WorkspaceId { get; init; }

        public long Place { get; init; }

        internal Lane Lane => new(Queue, (JobPriority)Priority, WorkspaceId);
    }

    /// <summary>Puts jobs into the table, in whatever transaction the statements run in.</summary>
    internal static IEnumerable<Sql> Insert(JobRegistry registry, IReadOnlyCollection<(Guid Workspace, Actor Actor, NewJob Job)> jobs, DateTimeOffset now) =>
        jobs.GroupBy(asked => asked.Job.Once).OrderBy(mode => mode.Key).Select(mode => Insert(registry, [.. mode], mode.Key, now, null));

    /// <summary>The same of one job, where <paramref name="first"/> gives a row: a statement with <c>RETURNING</c>, or a question.</summary>
    internal static Sql InsertIf(JobRegistry registry, Sql first, Guid workspace, Actor actor, NewJob job, DateTimeOffset now) =>
        Insert(registry, [(workspace, actor, job)], job.Once, now, first);

    private static Sql Insert(JobRegistry registry, IReadOnlyCollection<(Guid Workspace, Actor Actor, NewJob Job)> jobs, OnceMode mode, DateTimeOffset now, Sql? first)
    {
        Sql with = first is null ? Sql.Trusted("") : $"WITH first AS ({first})";
        Sql where = first is null ? Sql.Trusted("") : $"WHERE EXISTS (SELECT FROM first)";
        // No statement touches a row twice: of those with the same key the one that counts.
        var keyed = jobs.Where(asked => asked.Job.OnceKey is not null).GroupBy(asked => (asked.Workspace, asked.Job.Kind, OnceKey(asked.Actor, asked.Job)))
            .Select(same => mode == OnceMode.Keep ? same.First() : same.Last());
        var rows = new SqlJson(JsonSerializer.Serialize(
            jobs.Where(asked => asked.Job.OnceKey is null).Concat(keyed).Select(asked => new
            {
                id = asked.Job.Id,
                workspace_id = asked.Workspace,
                queue = registry.Of(asked.Job.Kind).Queue,
                priority = (int)asked.Job.Priority,
                due_at = asked.Job.DueAt,
                kind = asked.Job.Kind,
                payload = asked.Job.Payload,
                once_key = OnceKey(asked.Actor, asked.Job),
                group_key = asked.Job.GroupKey,
                is_system = asked.Actor.IsSystem,
                user_id = asked.Actor.User,
                cause = asked.Job.Cause?.Seq,
                depth = asked.Job.Cause?.Depth ?? 0,
                is_shown = asked.Job.IsShown,
            }),
            JsonSerializerOptions.Web));
        return $"""
            {with}
            INSERT INTO engine.jobs AS job (id, workspace_id, queue, priority, place, due_at, kind, payload, once_key, group_key, is_system, user_id, cause, depth, is_shown, enqueued_at)
            SELECT id, workspace_id, queue, priority, CASE WHEN due_at IS NULL OR due_at <= {now} THEN nextval('engine.job_places') END, coalesce(due_at, {now}), kind, payload, once_key, group_key,
              is_system, user_id, cause, depth, is_shown, {now}
            FROM jsonb_to_recordset({rows}) AS row(id uuid, workspace_id uuid, queue text, priority smallint, due_at timestamptz, kind text, payload jsonb, once_key text, group_key text,
              is_system boolean, user_id uuid, cause bigint, depth int, is_shown boolean)
            {where}
            ON CONFLICT (workspace_id, kind, once_key) WHERE once_key IS NOT NULL DO UPDATE SET again = job.worker_id IS NOT NULL{Replacing(mode)}
            """;
    }

    /// <summary>Whoever asks is part of the key: else what one person asks for would be carried out, or refused, with another's rights.</summary>
    private static string? OnceKey(Actor actor, NewJob job) =>
        job.OnceKey is { } key ? $"{(actor.IsSystem ? "system" : "person")} {actor.User} {key}" : null;

    private static SqlName Replacing(OnceMode mode) => new(mode == OnceMode.Keep ? "" : """
        , cause = excluded.cause, depth = excluded.depth, payload = excluded.payload, due_at = excluded.due_at, place = CASE WHEN job.worker_id IS NULL THEN excluded.place ELSE job.place END
        """);

    /// <summary>Takes from each lane as many jobs as there is room for its workspace.</summary>
    internal Task<IReadOnlyList<Job>> ClaimAsync(Guid worker, IReadOnlyList<Turn> lanes, CancellationToken cancel) => JobsAsync(
        [],
        $"""
        WITH picked AS MATERIALIZED (
          SELECT job.place_id FROM {Unnest(lanes)}
          CROSS JOIN LATERAL (
            SELECT ctid AS place_id FROM engine.jobs
            WHERE queue = lane.queue AND priority = lane.priority AND workspace_id = lane.workspace_id AND place > lane.after AND worker_id IS NULL
            ORDER BY place LIMIT lane.room FOR UPDATE SKIP LOCKED
          ) AS job
        )
        UPDATE engine.jobs AS job SET worker_id = {worker}, started_at = clock_timestamp(), attempt = attempt + 1
        WHERE ctid = ANY(ARRAY(SELECT place_id FROM picked))
        RETURNING {new SqlName(Columns)}
        """,
        cancel);

    /// <summary>The same for a queue with bounds, which all processes look at one after the other.</summary>
    internal async Task<IReadOnlyList<Job>> ClaimAsync(Guid worker, JobQueue queue, IReadOnlyList<Turn> lanes, CancellationToken cancel)
    {
        var most = lanes.Sum(lane => lane.Room);
        var burst = Math.Max(1, Math.Min(Burst, queue.PerMinute ?? Burst));
        return await JobsAsync(
            [
                // The statement that follows sees what was committed while this one waited for the lock.
                $"""
                INSERT INTO engine.queues AS queue (queue, tokens, tokens_at)
                SELECT {queue.Name}, {burst}, clock_timestamp() FROM (SELECT pg_advisory_xact_lock(hashtextextended('job queue ' || {queue.Name}, 0))) AS locked
                ON CONFLICT (queue) DO UPDATE SET tokens_at = clock_timestamp(),
                  tokens = least({burst}, coalesce(queue.tokens, {burst}) + extract(epoch FROM clock_timestamp() - coalesce(queue.tokens_at, clock_timestamp())) * {queue.PerMinute ?? 0} / 60.0)
                """,
            ],
            $"""
                WITH free AS (
                  SELECT greatest(0, least({most}, {queue.Concurrency ?? int.MaxValue} - (SELECT count(*) FROM engine.job_claims WHERE queue = {queue.Name}),
                    CASE WHEN {queue.PerMinute is not null} THEN floor(tokens)::bigint ELSE {most} END)) AS jobs
                  FROM engine.queues WHERE queue = {queue.Name}
                ), full_keys AS MATERIALIZED (
                  SELECT workspace_id, group_key FROM engine.job_claims WHERE queue = {queue.Name} AND group_key IS NOT NULL
                  GROUP BY 1, 2 HAVING count(*) >= {queue.ConcurrencyPerKey ?? int.MaxValue}
                ), waiting AS (
                  SELECT job.*, lane.room, row_number() OVER (PARTITION BY job.workspace_id, group_key ORDER BY place) AS nth,
                    row_number() OVER (PARTITION BY job.workspace_id ORDER BY place) AS turn
                  FROM {Unnest(lanes)}
                  CROSS JOIN LATERAL (
                    SELECT ctid AS place_id, workspace_id, group_key, place FROM engine.jobs AS job
                    WHERE queue = lane.queue AND priority = lane.priority AND workspace_id = lane.workspace_id AND worker_id IS NULL AND place IS NOT NULL
                      AND (group_key IS NULL OR (workspace_id, group_key) NOT IN (SELECT * FROM full_keys))
                    ORDER BY place LIMIT {most * 4}
                  ) AS job
                ), picked AS (
                  SELECT place_id FROM waiting
                  WHERE turn <= room AND (group_key IS NULL OR nth <= {queue.ConcurrencyPerKey ?? int.MaxValue} - (
                    SELECT count(*) FROM engine.job_claims AS running
                    WHERE running.queue = {queue.Name} AND running.group_key = waiting.group_key AND running.workspace_id = waiting.workspace_id))
                  ORDER BY turn, place LIMIT (SELECT jobs FROM free)
                ), claimed AS (
                  UPDATE engine.jobs SET worker_id = {worker}, started_at = clock_timestamp(), attempt = attempt + 1
                  WHERE ctid = ANY(ARRAY(SELECT place_id FROM picked)) AND worker_id IS NULL
                  RETURNING *
                ), noted AS (
                  INSERT INTO engine.job_claims (job_id, workspace_id, queue, group_key, worker_id) SELECT id, workspace_id, queue, group_key, worker_id FROM claimed
                ), paid AS (
                  UPDATE engine.queues SET tokens = tokens - (SELECT count(*) FROM claimed) WHERE queue = {queue.Name} AND {queue.PerMinute is not null}
                )
                SELECT {new SqlName(Columns)} FROM claimed AS job
                """,
            cancel);
    }

    /// <summary>
    /// Writes down how jobs ended, once more where the answer got lost. What another worker has taken over meanwhile stays as it is, and
    /// so does what this one has begun again.
    /// </summary>
    internal Task EndAsync(Guid worker, IReadOnlyCollection<JobEnd> ends)
    {
        var statements = new List<Sql>();
        var done = ends.Where(end => end.Kind != "again").ToArray();
        if (done.Length > 0)
        {
            Guid[] ids = [.. done.Select(end => end.Job.Id)];
            statements.Add($"""
                UPDATE engine.jobs SET again = false, worker_id = NULL, started_at = NULL, attempt = 0, error = NULL, enqueued_at = clock_timestamp(),
                  place = CASE WHEN due_at <= clock_timestamp() THEN nextval('engine.job_places') END
                WHERE id = ANY({ids}) AND worker_id = {worker} AND again
                """);
        }

        Guid[] forgotten = [.. done.Where(end => end.Keep == TimeSpan.Zero).Select(end => end.Job.Id)];
        if (forgotten.Length > 0)
            statements.Add($"DELETE FROM engine.jobs WHERE id = ANY({forgotten}) AND worker_id = {worker}");
        var kept = done.Where(end => end.Keep > TimeSpan.Zero).ToArray();
        if (kept.Length > 0)
        {
            statements.Add($"""
                WITH over AS (
                  SELECT * FROM unnest({kept.Select(end => end.Job.Id).ToArray()}, {kept.Select(end => end.Kind).ToArray()}, {kept.Select(end => end.Error).ToArray()}, {kept.Select(end => end.Keep).ToArray()}) AS over(id, outcome, error, keep)
                ), gone AS (
                  DELETE FROM engine.jobs AS job USING over WHERE job.id = over.id AND worker_id = {worker} RETURNING job.*, over.outcome, over.error AS last_error, over.keep
                )
                INSERT INTO engine.job_ends (id, workspace_id, outcome, job, ended_at, forget_at)
                SELECT id, workspace_id, outcome, jsonb_build_object('queue', queue, 'priority', priority, 'kind', kind, 'payload', payload, 'groupKey', group_key, 'isSystem', is_system,
                  'user', user_id, 'cause', cause, 'depth', depth, 'isShown', is_shown, 'attempt', attempt, 'error', last_error, 'enqueuedAt', enqueued_at, 'startedAt', started_at),
                  statement_timestamp(), statement_timestamp() + keep
                FROM gone
                ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, job = excluded.job, ended_at = excluded.ended_at, forget_at = excluded.forget_at
                """);
        }

        var again = ends.Where(end => end.Kind == "again").ToArray();
        if (again.Length > 0)
        {
            statements.Add($"""
                UPDATE engine.jobs AS job SET worker_id = NULL, started_at = NULL, again = false, error = row.error,
                  due_at = greatest(clock_timestamp() + row.pause, CASE WHEN again THEN due_at END),
                  attempt = job.attempt - CASE WHEN row.counts THEN 0 ELSE 1 END,
                  place = CASE WHEN row.pause <= interval '0' THEN {LastPlace} END
                FROM unnest({again.Select(end => end.Job.Id).ToArray()}, {again.Select(end => end.Job.Attempt).ToArray()}, {again.Select(end => end.Error).ToArray()}, {again.Select(end => end.Pause).ToArray()}, {again.Select(end => end.Counts).ToArray()})
                  AS row(id, attempt, error, pause, counts)
                WHERE job.id = row.id AND worker_id = {worker} AND job.attempt = row.attempt
                """);
        }

        Guid[] bounded = [.. ends.Where(end => registry.FindQueue(end.Job.Queue)?.IsBounded == true).Select(end => end.Job.Id)];
        if (bounded.Length > 0)
            statements.Add($"DELETE FROM engine.job_claims WHERE job_id = ANY({bounded}) AND worker_id = {worker}");
        return db.System.ExecuteAsync([.. statements]);
    }

    internal Task EnterAsync(Guid worker) => db.SignsOfLife.ExecuteAsync(
        $"INSERT INTO engine.workers (id, host, started_at, beat_at) VALUES ({worker}, {Environment.MachineName}, clock_timestamp(), clock_timestamp()) ON CONFLICT DO NOTHING");

    /// <summary>A sign of life.</summary>
    /// <returns>False where the others have given the worker up.</returns>
    internal async Task<bool> BeatAsync(Guid worker) => await db.SignsOfLife.ExecuteAsync($"UPDATE engine.workers SET beat_at = clock_timestamp() WHERE id = {worker}") == 1;

    /// <summary>Leaves in order, all that it held being written down; what it claimed without hearing of it goes back.</summary>
    internal Task LeaveAsync(Guid worker) => db.System.ExecuteAsync([.. PutBack(worker, []), $"DELETE FROM engine.workers WHERE id = {worker}"]);

    /// <summary>Puts back what a worker has claimed without hearing of it, as if it had not.</summary>
    /// <param name="worker">Who claims nothing meanwhile.</param>
    /// <param name="held">What it knows to be its own.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Where that waits now.</returns>
    internal Task<IReadOnlyList<LaneRow>> PutBackAsync(Guid worker, Guid[] held, CancellationToken cancel)
    {
        var back = PutBack(worker, held);
        return db.System.QueryAsync<LaneRow>(back[..^1], back[^1], cancel);
    }

    private static Sql[] PutBack(Guid worker, Guid[] held) =>
    [
        $"DELETE FROM engine.job_claims WHERE worker_id = {worker} AND job_id <> ALL({held})",
        $"""
        WITH back AS (
          UPDATE engine.jobs SET worker_id = NULL, started_at = NULL, again = false, attempt = attempt - 1, place = {LastPlace}
          WHERE worker_id = {worker} AND id <> ALL({held})
          RETURNING queue, priority, workspace_id, place
        )
        SELECT queue, priority, workspace_id, min(place) AS place FROM back WHERE place IS NOT NULL GROUP BY 1, 2, 3
        """,
    ];

    /// <summary>Which of these jobs someone has cancelled.</summary>
    internal Task<IReadOnlyList<Guid>> CancelledAsync(Guid[] jobs) =>
        db.System.QueryAsync<Guid>($"SELECT id FROM engine.jobs WHERE id = ANY({jobs}) AND cancelled");

    /// <summary>Gives up workers that show no sign of life, and puts back what they had claimed.</summary>
    /// <param name="lease">How long a sign of life counts.</param>
    /// <param name="isThorough">Look for claims of workers long gone as well, which reads the whole table.</param>
    /// <returns>How many jobs are to be done again.</returns>
    internal async Task<int> TakeOverAsync(TimeSpan lease, bool isThorough)
    {
        if (!isThorough && !await db.System.FirstAsync<bool>($"SELECT EXISTS (SELECT FROM engine.workers WHERE beat_at < clock_timestamp() - {lease})"))
            return 0;
        return await db.System.ExecuteAsync(
            $"DELETE FROM engine.workers WHERE beat_at < clock_timestamp() - {lease}",
            $"DELETE FROM engine.job_claims AS claim WHERE NOT EXISTS (SELECT FROM engine.workers WHERE id = claim.worker_id)",
            $"""
            UPDATE engine.jobs AS job SET worker_id = NULL, started_at = NULL, again = false, place = {LastPlace}, error = 'Its worker stopped in the middle.'
            WHERE worker_id IS NOT NULL AND NOT EXISTS (SELECT FROM engine.workers WHERE id = job.worker_id)
            """);
    }

    /// <summary>Gives a place to those whose time has come.</summary>
    /// <returns>Where they wait now.</returns>
    internal Task<IReadOnlyList<LaneRow>> PromoteAsync(int most, CancellationToken cancel) => db.System.QueryAsync<LaneRow>(
        $"""
        WITH due AS MATERIALIZED (
          SELECT ctid AS at FROM engine.jobs WHERE place IS NULL AND due_at <= clock_timestamp() ORDER BY due_at LIMIT {most} FOR UPDATE SKIP LOCKED
        ), placed AS (
          UPDATE engine.jobs SET place = nextval('engine.job_places') WHERE ctid = ANY(ARRAY(SELECT at FROM due)) RETURNING queue, priority, workspace_id, place
        )
        SELECT queue, priority, workspace_id, min(place) AS place FROM placed GROUP BY 1, 2, 3
        """, cancel);

    /// <summary>How long it is until the next one's time comes.</summary>
    internal Task<TimeSpan?> NextDueAsync(CancellationToken cancel) => db.System.FirstAsync<TimeSpan?>(
        $"SELECT due_at - clock_timestamp() FROM engine.jobs WHERE place IS NULL ORDER BY due_at LIMIT 1", cancel);

    /// <summary>All lanes in which something waits, with the first of it: from lane to lane, not from job to job.</summary>
    internal Task<IReadOnlyList<LaneRow>> ScanAsync(CancellationToken cancel) => db.System.QueryAsync<LaneRow>(
        $"""
        WITH RECURSIVE lane AS (
          (SELECT queue, priority, workspace_id, place FROM engine.jobs WHERE place IS NOT NULL AND worker_id IS NULL
           ORDER BY queue, priority, workspace_id, place LIMIT 1)
          UNION ALL
          SELECT next.* FROM lane CROSS JOIN LATERAL (
            SELECT queue, priority, workspace_id, place FROM engine.jobs AS job
            WHERE place IS NOT NULL AND worker_id IS NULL AND (job.queue, job.priority, job.workspace_id) > (lane.queue, lane.priority, lane.workspace_id)
            ORDER BY queue, priority, workspace_id, place LIMIT 1
          ) AS next
        )
        SELECT * FROM lane
        """, cancel);

    internal Task<IReadOnlyList<string>> PausedAsync(CancellationToken cancel) => db.System.QueryAsync<string>($"SELECT queue FROM engine.queues WHERE paused", cancel);

    /// <summary>Forgets what need not be remembered any longer, a little at a time.</summary>
    internal Task<int> ForgetAsync(int most) => db.System.ExecuteAsync(
        $"DELETE FROM engine.job_ends WHERE id = ANY(ARRAY(SELECT id FROM engine.job_ends WHERE forget_at < clock_timestamp() ORDER BY forget_at LIMIT {most}))");

    private static Sql Unnest(IReadOnlyList<Turn> lanes) =>
        $"""
        unnest({lanes.Select(lane => lane.Lane.Queue).ToArray()}, {lanes.Select(lane => (short)lane.Lane.Priority).ToArray()}, {lanes.Select(lane => lane.Lane.Workspace).ToArray()},
          {lanes.Select(lane => lane.After).ToArray()}, {lanes.Select(lane => lane.Room).ToArray()}) AS lane(queue, priority, workspace_id, after, room)
        """;

    private async Task<IReadOnlyList<Job>> JobsAsync(IEnumerable<Sql> before, Sql claim, CancellationToken cancel) =>
        [.. (await db.System.QueryAsync<Row>(before, claim, cancel)).Select(row => row.ToJob())];
}
