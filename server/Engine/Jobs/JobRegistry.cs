namespace Holdfast.Engine.Jobs;

/// <summary>All kinds of jobs and all queues of this server. Made once at start; an unsound one stops the start.</summary>
public sealed class JobRegistry
{
    private readonly Dictionary<string, JobKind> _kinds;
    private readonly Dictionary<string, JobQueue> _queues;

    public JobRegistry(IEnumerable<JobKind> kinds, IEnumerable<JobQueue> queues)
    {
        _kinds = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
        _queues = queues.ToDictionary(queue => queue.Name, StringComparer.Ordinal);
        _queues.TryAdd(JobQueue.Default, new JobQueue(JobQueue.Default));
        if (_kinds.Values.FirstOrDefault(kind => !_queues.ContainsKey(kind.Queue)) is { } lost)
            throw new InvalidOperationException($"Jobs of the kind '{lost.Name}' wait in the queue '{lost.Queue}', which is not registered.");
    }

    internal IEnumerable<JobQueue> Queues => _queues.Values;

    /// <summary>Null for a kind that this process does not know, as while a new version rolls out.</summary>
    internal JobKind? Find(string kind) => _kinds.GetValueOrDefault(kind);

    internal JobKind Of(string kind) => Find(kind) ?? throw new InvalidOperationException($"There is no handler for jobs of the kind '{kind}'. Register it with AddJob.");

    internal JobQueue? FindQueue(string queue) => _queues.GetValueOrDefault(queue);
}
