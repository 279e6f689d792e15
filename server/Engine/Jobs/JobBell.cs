namespace Holdfast.Engine.Jobs;

/// <summary>Says that jobs were committed, to the worker of this process. That of another one looks by itself, every second.</summary>
internal sealed class JobBell(JobRegistry registry)
{
    /// <summary>Called with where jobs wait, and for how long yet.</summary>
    internal event Action<IReadOnlyCollection<(Lane Lane, TimeSpan Delay)>>? Rang;

    internal void Ring(Guid workspace, IEnumerable<NewJob> jobs, DateTimeOffset now) => Rang?.Invoke(
        [.. jobs.Select(job => (new Lane(registry.Of(job.Kind).Queue, job.Priority, workspace), job.DueAt is { } at ? at - now : TimeSpan.Zero)).Distinct()]);
}
