using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Jobs;

/// <summary>How a queue stands.</summary>
public sealed record QueueState
{
    public string Queue { get; init; } = "";

    public bool Paused { get; init; }

    /// <summary>Jobs whose time has come and that nobody does yet. Counted up to <see cref="JobBoard.Most"/>, which says "or more".</summary>
    public int Waiting { get; init; }

    /// <summary>For how many seconds the one that waits longest could have run; null where none waits.</summary>
    public double? Oldest { get; init; }

    public int Running { get; init; }

    /// <summary>Jobs that wait for their time.</summary>
    public int Later { get; init; }

    /// <summary>Jobs that failed for good and can be tried again.</summary>
    public int Failed { get; init; }
}

/// <summary>A process that works.</summary>
public sealed record WorkerState
{
    public Guid Id { get; init; }

    public string Host { get; init; } = "";

    public DateTime StartedAt { get; init; }

    /// <summary>Seconds since its last sign of life.</summary>
    public double Silence { get; init; }

    public int Running { get; init; }
}

/// <summary>What recurs, and when it comes next.</summary>
public sealed record ScheduleState
{
    public string Name { get; init; } = "";

    public string Expression { get; init; } = "";

    public string Zone { get; init; } = "";

    public DateTime NextAt { get; init; }
}

/// <summary>A job that failed for good.</summary>
public sealed record FailedJob
{
    public Guid Id { get; init; }

    /// <summary>Whose it is; empty for the instance's own.</summary>
    public Guid Workspace { get; init; }

    /// <summary>What that is called; null for the instance's own, and where it is gone.</summary>
    public string? WorkspaceName { get; init; }

    public string Kind { get; init; } = "";

    public string Queue { get; init; } = "";

    public int Attempts { get; init; }

    public string? Error { get; init; }

    public DateTime EndedAt { get; init; }

    /// <summary>Until when it is remembered (<see cref="JobKind.KeepFailed"/>), and can be tried again.</summary>
    public DateTime ForgetAt { get; init; }
}

/// <summary>All of it at one moment; of what failed the newest, which may be fewer than the queues count.</summary>
public sealed record JobsState(
    IReadOnlyList<QueueState> Queues, IReadOnlyList<WorkerState> Workers, IReadOnlyList<ScheduleState> Schedules, IReadOnlyList<FailedJob> Failed);

/// <summary>
/// How the jobs of the whole instance stand, for whoever runs it. What waits and what has ended is counted by indexes and up to
/// <see cref="Most"/>; what runs, by one pass over the table of jobs, for a claim writes no index (see <c>0011_jobs.sql</c>).
/// </summary>
public sealed class JobBoard
{
    /// <summary>So far is counted.</summary>
    public const int Most = 10_000;

    private const int MostFailed = 100;
    private readonly Db _db;
    private readonly JobRegistry _registry;

    internal JobBoard(Db db, JobRegistry registry)
    {
        _db = db;
        _registry = registry;
    }

    public async Task<JobsState> ReadAsync(CancellationToken cancel)
    {
        string[] names = [.. _registry.Queues.Select(queue => queue.Name).Order(StringComparer.Ordinal)];
        var running = await _db.System.QueryAsync<Running>($"SELECT queue, worker_id, count(*)::int AS jobs FROM engine.jobs WHERE worker_id IS NOT NULL GROUP BY 1, 2", cancel);
        var queues = await _db.System.QueryAsync<QueueState>(
            $"""
            SELECT name AS queue, coalesce(state.paused, false) AS paused, waiting.count::int AS waiting, later.count::int AS later, failed.count::int AS failed,
              extract(epoch FROM clock_timestamp() - waiting.oldest)::double precision AS oldest
            FROM unnest({names}) AS name LEFT JOIN engine.queues AS state ON state.queue = name
            CROSS JOIN LATERAL (SELECT count(*), min(due_at) AS oldest FROM (
              SELECT due_at FROM engine.jobs WHERE queue = name AND place IS NOT NULL AND worker_id IS NULL LIMIT {Most}) AS counted) AS waiting
            CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM engine.jobs WHERE queue = name AND place IS NULL LIMIT {Most}) AS counted) AS later
            CROSS JOIN LATERAL (SELECT count(*) FROM (SELECT FROM engine.job_ends WHERE outcome = 'failed' AND job ->> 'queue' = name LIMIT {Most}) AS counted) AS failed
            ORDER BY name
            """, cancel);
        var workers = await _db.System.QueryAsync<WorkerState>(
            $"SELECT id, host, started_at, extract(epoch FROM clock_timestamp() - beat_at)::double precision AS silence FROM engine.workers ORDER BY started_at", cancel);
        var schedules = await _db.System.QueryAsync<ScheduleState>($"SELECT name, expression, zone, next_at FROM engine.schedules ORDER BY next_at", cancel);
        var failed = await _db.System.QueryAsync<FailedJob>(
            $"""
            SELECT ended.id, ended.workspace_id AS workspace, w.name AS workspace_name, job ->> 'kind' AS kind, job ->> 'queue' AS queue, (job ->> 'attempt')::int AS attempts,
              job ->> 'error' AS error, ended_at, forget_at
            FROM engine.job_ends AS ended LEFT JOIN access.workspaces AS w ON w.workspace_id = ended.workspace_id AND w.id = ended.workspace_id
            WHERE outcome = 'failed' ORDER BY ended_at DESC LIMIT {MostFailed}
            """, cancel);
        return new JobsState(
            [.. queues.Select(queue => queue with { Running = running.Where(own => own.Queue == queue.Queue).Sum(own => own.Jobs) })],
            [.. workers.Select(worker => worker with { Running = running.Where(own => own.WorkerId == worker.Id).Sum(own => own.Jobs) })],
            schedules,
            failed);
    }

    private sealed record Running
    {
        public string Queue { get; init; } = "";

        public Guid WorkerId { get; init; }

        public int Jobs { get; init; }
    }

    /// <summary>Whether there is such a queue in this version.</summary>
    public bool Knows(string queue) => _registry.FindQueue(queue) is not null;
}
