namespace Holdfast.Engine.Jobs;

/// <summary>
/// The jobs that a process holds: claimed, running, or ended and not yet written down. What bears the name of its worker in
/// the table and is not here was claimed by a statement whose answer got lost.
/// </summary>
internal sealed class HeldJobs
{
    private readonly Lock _gate = new();

    // Each claim by itself: a job may be claimed anew while its earlier end is only just written down.
    private readonly HashSet<Job> _jobs = new(ReferenceEqualityComparer.Instance);

    internal int Count
    {
        get
        {
            lock (_gate)
                return _jobs.Count;
        }
    }

    internal Guid[] Ids
    {
        get
        {
            lock (_gate)
                return [.. _jobs.Select(job => job.Id)];
        }
    }

    internal void Add(IEnumerable<Job> claimed)
    {
        lock (_gate)
            _jobs.UnionWith(claimed);
    }

    internal void Remove(IEnumerable<Job> ended)
    {
        lock (_gate)
            _jobs.ExceptWith(ended);
    }
}
