using System.Buffers.Binary;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>How jobs write.</summary>
public static class JobWrites
{
    /// <summary>
    /// Writes what a job changes: with the rights of whoever asked for it, as they are now, and under an id that is the same
    /// at each attempt. So it is applied once, however often the job runs.
    /// </summary>
    /// <param name="writes">The write path.</param>
    /// <param name="job">Composes it.</param>
    /// <param name="operations">The changes.</param>
    /// <param name="step">Tells the transactions of one job from one another.</param>
    /// <param name="jobs">Work that is asked for with them.</param>
    /// <exception cref="JobFailedException">It was refused: another attempt would get the same answer.</exception>
    /// <exception cref="TimeoutException">The database is away; the job is to be tried again.</exception>
    public static async Task WriteAsync(this WritePath writes, Job job, IReadOnlyList<Operation> operations, int step = 0, IReadOnlyList<NewJob>? jobs = null)
    {
        var outcome = await writes.WriteAsync(
            job.Workspace, new Transaction { Id = IdOf(job.Id, step), Actor = job.Actor, Cause = job.Cause?.Seq, Operations = operations, Jobs = jobs ?? [] });
        if (outcome.Kind == OutcomeKind.Retry)
            throw new TimeoutException("Nothing was written: the database is away.");
        if (!outcome.Succeeded)
            throw new JobFailedException($"The change was refused: {Why(outcome)}") { Failure = outcome.Failure };
    }

    /// <summary>Without the values that a conflict names: this is read by whoever runs the server, and stands in its logs.</summary>
    private static string Why(Outcome outcome) =>
        outcome.Failure?.Detail ?? JsonText.Parse(outcome.Answer!).GetProperty("error").GetProperty("detail").GetString()!;

    /// <summary>How a worker writes into the records of its jobs: as the server, and not against an attempt that came later.</summary>
    internal static WriteRun WriteRunsOf(this WritePath writes, RecordRegistry registry)
    {
        var type = registry.Of<JobRun>();
        Field Named(string name) => type.Fields.Single(field => field.Name == name);
        var (state, percent, step, count, attempt) = (Named("state"), Named("percent"), Named("step"), Named("count"), Named("attempt"));
        return async (job, told) =>
        {
            Guard[] guards = told.IsFirst ? [] : [new FieldGuard(attempt, (long)job.Attempt)];
            List<Operation> operations =
            [
                new SetOperation(type, job.Id, state, told.State) { Guards = guards },
                new SetOperation(type, job.Id, step, told.Step),
                new SetOperation(type, job.Id, count, told.Count),
            ];
            if (told.Percent is { } percents)
                operations.Add(new SetOperation(type, job.Id, percent, (long)percents));
            if (told.IsFirst)
                operations.Add(new SetOperation(type, job.Id, attempt, (long)job.Attempt));
            var outcome = await writes.WriteAsync(
                job.Workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server($"job {job.Kind}", job.Actor.User), Operations = operations });
            return outcome.Kind != OutcomeKind.Retry;
        };
    }

    /// <summary>The id of a transaction of a job, known before it runs.</summary>
    internal static Guid IdOf(Guid job, int step = 0)
    {
        Span<byte> source = stackalloc byte[20];
        job.TryWriteBytes(source, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], step);
        return StableId.Of(source);
    }
}
