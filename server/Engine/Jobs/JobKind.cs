using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Jobs;

/// <summary>Does the jobs of one kind. Runs at least once for each; <see cref="Job.Id"/> is the same each time.</summary>
/// <typeparam name="TPayload">What the jobs carry.</typeparam>
public interface IJobHandler<in TPayload>
{
    /// <param name="job">The job.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="cancel">When the job is cancelled, its lease is lost, or the server stops and cannot wait longer.</param>
    /// <exception cref="JobFailedException">It makes no sense to try again.</exception>
    Task RunAsync(Job job, TPayload payload, CancellationToken cancel);
}

/// <summary>Ends a job for good: to try it again would not help. Whatever else a handler throws is tried again.</summary>
public sealed class JobFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What whoever asked for the job can be told; null for what is nobody's business but the operator's.</summary>
    public Failure? Failure { get; init; }
}

/// <summary>Puts a job off without calling it failed: what it needs is not there yet.</summary>
public sealed class JobPutOffException(TimeSpan delay) : Exception("put off")
{
    public TimeSpan Delay { get; } = delay;
}

/// <summary>What holds for all jobs of one kind.</summary>
/// <param name="Name"><c>module.noun</c>.</param>
public abstract record JobKind(string Name)
{
    /// <summary>Where they wait.</summary>
    public string Queue { get; init; } = JobQueue.Default;

    /// <summary>How often they are tried before they count as failed.</summary>
    public int MaxAttempts { get; init; } = 12;

    /// <summary>The pause after the first failure; each later one is twice as long, up to <see cref="LongestPause"/>, and up to half as long again by chance.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long those that went well are remembered; not at all by default.</summary>
    public TimeSpan KeepDone { get; init; } = TimeSpan.Zero;

    /// <summary>How long those that failed for good can be looked at and tried again.</summary>
    public TimeSpan KeepFailed { get; init; } = TimeSpan.FromDays(30);

    /// <param name="attempt">How many have failed, from 1.</param>
    /// <param name="chance">From 0 to 1.</param>
    internal TimeSpan PauseAfter(int attempt, double chance) => Pauses.After(attempt, FirstPause, LongestPause) * (1 + (chance / 2));

    internal abstract Task RunAsync(IServiceProvider services, Job job, CancellationToken cancel);
}

/// <inheritdoc cref="JobKind"/>
public sealed record JobKind<TPayload>(string Name, Func<IServiceProvider, IJobHandler<TPayload>> Handler) : JobKind(Name)
{
    internal override Task RunAsync(IServiceProvider services, Job job, CancellationToken cancel)
    {
        TPayload? payload;
        try
        {
            payload = job.Payload.Deserialize<TPayload>(JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new JobFailedException("The payload does not fit the handler.", e);
        }

        return payload is null ? throw new JobFailedException("There is no payload.") : Handler(services).RunAsync(job, payload, cancel);
    }
}

/// <summary>A queue and its bounds. All processes together keep them.</summary>
/// <param name="Name">As <see cref="JobKind.Queue"/> names it.</param>
public sealed record JobQueue(string Name)
{
    public const string Default = "default";

    /// <summary>How many of its jobs run at once; as many as the workers can where null.</summary>
    public int? Concurrency { get; init; }

    /// <summary>How many of its jobs with the same <see cref="NewJob.GroupKey"/> in one workspace run at once.</summary>
    public int? ConcurrencyPerKey { get; init; }

    /// <summary>How many of its jobs are started in a minute, evenly.</summary>
    public int? PerMinute { get; init; }

    internal bool IsBounded => Concurrency is not null || ConcurrencyPerKey is not null || PerMinute is not null;
}
