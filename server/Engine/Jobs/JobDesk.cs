using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Jobs;

/// <summary>What people and modules do with jobs, beside asking for them in a transaction of the write path.</summary>
public sealed class JobDesk
{
    private readonly Db _db;
    private readonly JobRegistry _registry;
    private readonly JobBell _bell;
    private readonly TimeProvider _clock;

    internal JobDesk(Db db, JobRegistry registry, JobBell bell, TimeProvider clock)
    {
        _db = db;
        _registry = registry;
        _bell = bell;
        _clock = clock;
    }

    /// <summary>Asks for jobs by themselves. What belongs to a change of records is asked for in its transaction instead.</summary>
    /// <param name="workspace">Whose they are; empty for the instance's own.</param>
    /// <param name="actor">With whose rights they act.</param>
    /// <param name="jobs">The jobs, all or none.</param>
    public async Task EnqueueAsync(Guid workspace, Actor actor, params NewJob[] jobs)
    {
        if (jobs.Any(job => job.IsShown))
            throw new ArgumentException("A job that is shown is asked for in a transaction of the write path.", nameof(jobs));
        var now = _clock.GetUtcNow();
        var door = workspace == Guid.Empty ? _db.System : _db.In(workspace);
        await door.ExecuteAsync([.. JobStore.Insert(_registry, [.. jobs.Select(job => (workspace, actor, job))], now)]);
        _bell.Ring(workspace, jobs, now);
    }

    /// <summary>
    /// The same of one job of the instance, in the transaction of what it belongs to: a statement for whoever runs that by
    /// <c>db.In(Guid.Empty)</c>. The worker finds it within a second.
    /// </summary>
    /// <param name="actor">With whose rights it acts.</param>
    /// <param name="job">The job.</param>
    /// <param name="when">Whether it is asked for, as the statements before have left things.</param>
    public Sql Ask(Actor actor, NewJob job, Sql when) => JobStore.InsertIf(_registry, $"SELECT 1 WHERE {when}", Guid.Empty, actor, job, _clock.GetUtcNow());

    /// <summary>Cancels a job. One that runs is told to stop; of one that is shown, a worker notes the end in its record.</summary>
    public Task CancelAsync(Guid workspace, Guid job) => _db.System.ExecuteAsync(
        $"""
        WITH gone AS (DELETE FROM engine.jobs WHERE id = {job} AND workspace_id = {workspace} AND worker_id IS NULL AND NOT is_shown)
        UPDATE engine.jobs SET cancelled = true, place = coalesce(place, nextval('engine.job_places')) WHERE id = {job} AND workspace_id = {workspace} AND (worker_id IS NOT NULL OR is_shown)
        """);

    /// <summary>Starts no more jobs of a queue, in any process, until <see cref="ResumeAsync"/>. Those that run go on.</summary>
    public Task PauseAsync(string queue) => SetPausedAsync(queue, paused: true);

    public Task ResumeAsync(string queue) => SetPausedAsync(queue, paused: false);

    /// <summary>Tries again what failed for good.</summary>
    /// <param name="ends">Which; all where null.</param>
    /// <returns>How many.</returns>
    public async Task<int> RedriveAsync(Guid[]? ends = null)
    {
        var again = await _db.System.QueryAsync<Guid>(
            $"""
            WITH gone AS (DELETE FROM engine.job_ends WHERE outcome = 'failed' AND ({ends is null} OR id = ANY({ends ?? []})) RETURNING id, workspace_id, job)
            INSERT INTO engine.jobs (id, workspace_id, queue, priority, place, due_at, kind, payload, group_key, is_system, user_id, cause, depth, is_shown, enqueued_at, error)
            SELECT id, workspace_id, job ->> 'queue', (job ->> 'priority')::smallint, nextval('engine.job_places'), clock_timestamp(), job ->> 'kind', job -> 'payload', job ->> 'groupKey',
              (job ->> 'isSystem')::boolean, (job ->> 'user')::uuid, (job ->> 'cause')::bigint, (job ->> 'depth')::int, (job ->> 'isShown')::boolean, clock_timestamp(), job ->> 'error'
            FROM gone RETURNING id
            """);
        return again.Count;
    }

    private async Task SetPausedAsync(string queue, bool paused)
    {
        if (_registry.FindQueue(queue) is null)
            throw new ArgumentException($"There is no queue '{queue}'.", nameof(queue));
        await _db.System.ExecuteAsync($"INSERT INTO engine.queues (queue, paused) VALUES ({queue}, {paused}) ON CONFLICT (queue) DO UPDATE SET paused = excluded.paused");
    }
}
