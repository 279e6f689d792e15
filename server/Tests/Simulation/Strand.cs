namespace Holdfast.Tests.Simulation;

/// <summary>
/// Where all code of one node runs: nothing of it goes on until the simulator says so, and then one piece, from one
/// await to the next. A node that dies stops between two of them.
/// </summary>
internal sealed class Strand : TaskScheduler
{
    private readonly Lock _gate = new();
    private readonly List<Task> _ready = [];
    private readonly int _simulator = Environment.CurrentManagedThreadId;
    private bool _dead;

    public int Ready
    {
        get
        {
            lock (_gate)
                return _ready.Count;
        }
    }

    /// <summary>Whether something went on by a thread of the machine's, so that no run is like another.</summary>
    public bool HasStrayed { get; private set; }

    /// <summary>Runs one piece that is ready.</summary>
    public void Run(int index)
    {
        Task next;
        lock (_gate)
        {
            next = _ready[index];
            _ready.RemoveAt(index);
        }

        TryExecuteTask(next);
    }

    /// <summary>Begins something on this node.</summary>
    public Task Start(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Whatever was going on never goes on.</summary>
    public void Die()
    {
        lock (_gate)
        {
            _dead = true;
            _ready.Clear();
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            if (_dead)
                return;
            HasStrayed |= Environment.CurrentManagedThreadId != _simulator;
            _ready.Add(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        Current == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
            return [.. _ready];
    }
}
