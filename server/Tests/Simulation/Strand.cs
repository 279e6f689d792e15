namespace Holdfast.Tests.Simulation;

/// <summary>
/// Where all code of one node runs: nothing of it goes on until the simulator says so, and then one piece, from one
/// await to the next. A node that dies stops between two of them.
/// </summary>
internal sealed class Strand(DatabaseLine line) : TaskScheduler
{
    private readonly Lock _gate = new();
    private readonly List<(Task Piece, bool Reads)> _ready = [];
    private readonly Queue<Task> _midway = new();
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

    /// <summary>How many of those that are ready begin to read an answer of the database.</summary>
    public int Readers
    {
        get
        {
            lock (_gate)
                return _ready.Count(ready => ready.Reads);
        }
    }

    /// <summary>Whether someone was in the middle of an answer, and can go on.</summary>
    public bool IsMidway
    {
        get
        {
            lock (_gate)
                return _midway.Count > 0;
        }
    }

    /// <summary>
    /// Lets him go on who was in the middle of an answer. Whether its rest was there already is the machine's affair, so
    /// this is nothing for the seed to choose.
    /// </summary>
    public void GoOn()
    {
        Task next;
        lock (_gate)
            next = _midway.Dequeue();
        TryExecuteTask(next);
    }

    /// <summary>Runs one piece that is ready.</summary>
    public void Run(int index)
    {
        Task next;
        lock (_gate)
        {
            next = _ready[index].Piece;
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
            _midway.Clear();
        }
    }

    protected override void QueueTask(Task task)
    {
        // The rest of a long answer comes by another thread: the database's, which the simulator waits for.
        var isElsewhere = Environment.CurrentManagedThreadId != _simulator;
        lock (_gate)
        {
            if (_dead)
                return;
            if (isElsewhere)
                _midway.Enqueue(task);
            else
                _ready.Add((task, line.HandsOver));
        }

        if (isElsewhere)
            line.Ring();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        Current == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
            return [.. _ready.Select(ready => ready.Piece)];
    }
}
