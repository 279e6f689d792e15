namespace Holdfast.Engine.Jobs;

/// <summary>Says that jobs were committed, to the worker of this process. That of another one looks by itself, every second.</summary>
internal sealed class JobBell
{
    /// <summary>Called with where jobs wait, and for how long yet.</summary>
    internal event Action<IReadOnlyCollection<(Lane Lane, TimeSpan Delay)>>? Rang;

    internal void Ring(IReadOnlyCollection<(Lane Lane, TimeSpan Delay)> jobs) => Rang?.Invoke(jobs);
}
