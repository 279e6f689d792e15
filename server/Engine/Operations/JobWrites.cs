using System.Buffers.Binary;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>How jobs write.</summary>
public static class JobWrites
{
    /// <summary>
    /// Writes what a job changes: with the rights of whoever asked for it, as they are now, and under an id that is the same
    /// at each attempt. So it is applied once, however often the job runs. A refusal is not remembered: who redrives the job
    /// has it decided anew.
    /// </summary>
    /// <param name="writes">The write path.</param>
    /// <param name="job">Composes it.</param>
    /// <param name="operations">The changes.</param>
    /// <param name="step">Tells the transactions of one job from one another.</param>
    /// <param name="jobs">Work that is asked for with them.</param>
    /// <exception cref="JobFailedException">It was refused, and would be so again, until somebody mends what was wrong.</exception>
    /// <exception cref="TimeoutException">The database is away; the job is to be tried again.</exception>
    public static async Task WriteAsync(this WritePath writes, Job job, IReadOnlyList<Operation> operations, int step = 0, IReadOnlyList<NewJob>? jobs = null)
    {
        var outcome = await writes.WriteAsync(job.Workspace, new Transaction
        {
            Id = IdOf(job.Id, step),
            Actor = job.Actor,
            Cause = job.Cause?.Seq,
            Operations = operations,
            Jobs = jobs ?? [],
            KeepsRefusal = false,
        });
        if (outcome.Kind == OutcomeKind.Retry)
            throw new TimeoutException("Nothing was written: the database is away.");
        if (!outcome.Succeeded)
            throw new JobFailedException($"The change was refused: {Why(outcome)}") { Failure = outcome.Failure };
    }

    /// <summary>Without the values that a conflict names: this is read by whoever runs the server, and stands in its logs.</summary>
    private static string Why(Outcome outcome) =>
        // What was refused before refusals of jobs were no longer stored is answered as it was stored.
        outcome.Failure?.Detail ?? JsonText.Parse(outcome.Answer!).GetProperty("error").GetProperty("detail").GetString()!;

    /// <summary>How a worker writes into the records of its jobs: as the server, and not against an attempt that came later.</summary>
    internal static WriteRun WriteRunsOf(this WritePath writes, RecordRegistry registry) => async (job, told) =>
    {
        SetOperation Set(string property, object? value) => Compose.Set<JobRun>(registry, job.Id, property, value);
        var attempt = Set(nameof(JobRun.Attempt), (long)job.Attempt);
        List<Operation> operations =
        [
            Set(nameof(JobRun.State), told.State) with { Guards = told.Claim is null ? [new FieldGuard(attempt.Field, attempt.Value)] : [] },
            Set(nameof(JobRun.Step), told.Step),
            Set(nameof(JobRun.Count), told.Count),
        ];
        if (told.Percent is { } percents)
            operations.Add(Set(nameof(JobRun.Percent), (long)percents));
        if (told.Claim is not null)
            operations.Add(attempt);
        var outcome = await writes.WriteAsync(job.Workspace, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server($"job {job.Kind}", job.Actor.User),
            Operations = operations,
            Companions = told.Claim is { } worker ? [StillHas(worker, job)] : [],
        });
        return outcome.Kind != OutcomeKind.Retry;
    };

    /// <summary>Whoever was frozen before the first word, and whose job another has taken over meanwhile, must not begin after that one.</summary>
    private static Companion StillHas(Guid worker, Job job) => new(
        $"UPDATE engine.jobs SET is_shown = true WHERE workspace_id = {job.Workspace} AND id = {job.Id} AND worker_id = {worker}",
        WriteFailures.Changed.With("Another worker has taken the job over."));

    /// <summary>
    /// Refuses what asks for one more job, where so many of its kind wait or run: counted by the jobs themselves, under the lock of
    /// the workspace, so that of many who ask at once no more than that are heard.
    /// </summary>
    /// <param name="most">How many there may be.</param>
    /// <param name="workspace">Where.</param>
    /// <param name="kind">Of the jobs; they are shown.</param>
    /// <param name="otherwise">What is answered.</param>
    /// <param name="user">Whose jobs count; everyone's where null.</param>
    public static Companion AtMost(int most, Guid workspace, string kind, Failure otherwise, Guid? user = null) => new(
        // A job goes a moment after its record says that it is over; one that waits all the same is tried once more.
        $"""
        SELECT 1 FROM engine.jobs job LEFT JOIN jobs.runs run ON run.workspace_id = job.workspace_id AND run.id = job.id
        WHERE job.workspace_id = {workspace} AND job.kind = {kind} AND ({user is null} OR job.user_id = {user ?? Guid.Empty})
          AND (run.id IS NULL OR job.worker_id IS NULL OR run.state IN ({JobRun.Waiting}, {JobRun.Running}))
        HAVING count(*) < {most}
        """,
        otherwise);

    /// <summary>The id of a transaction of a job, known before it runs.</summary>
    internal static Guid IdOf(Guid job, int step = 0)
    {
        Span<byte> source = stackalloc byte[20];
        job.TryWriteBytes(source, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], step);
        return StableId.Of(source);
    }
}
