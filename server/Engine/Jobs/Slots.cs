using System.Threading.Channels;

namespace Holdfast.Engine.Jobs;

/// <summary>How the slots of a process are shared.</summary>
internal static class Slots
{
    /// <summary>Of what the others leave, a workspace takes three quarters: whoever comes next finds room, however long its jobs run.</summary>
    internal static int ShareOf(int free) => free - (free / 4);
}

/// <summary>
/// Who runs next in this process. What runs cannot be taken back, so a workspace never has all slots; and a slot that becomes
/// free goes to whoever has the fewest of those that wait.
/// </summary>
/// <typeparam name="T">What runs.</typeparam>
/// <param name="count">How many run at once.</param>
internal sealed class Slots<T>(int count)
{
    private readonly Lock _gate = new();
    private readonly Channel<T> _started = Channel.CreateUnbounded<T>();
    private readonly Dictionary<Guid, Queue<T>> _waiting = [];
    private readonly LinkedList<Guid> _turns = new();
    private readonly Dictionary<Guid, int> _running = [];
    private int _busy;
    private bool _isClosed;

    /// <summary>Whether a workspace of which nothing is here would find a slot, after all others of which nothing runs yet.</summary>
    internal bool HasRoomForAnother
    {
        get
        {
            lock (_gate)
                return _busy + _turns.Count(workspace => !_running.ContainsKey(workspace)) < count;
        }
    }

    /// <summary>How much of a workspace waits or runs here.</summary>
    internal int HeldOf(Guid workspace)
    {
        lock (_gate)
            return RunningOf(workspace) + (_waiting.TryGetValue(workspace, out var own) ? own.Count : 0);
    }

    internal void Add(IEnumerable<(Guid Workspace, T Work)> claimed)
    {
        lock (_gate)
        {
            foreach (var (workspace, work) in claimed)
            {
                if (!_waiting.TryGetValue(workspace, out var own))
                {
                    _waiting[workspace] = own = new Queue<T>();
                    _turns.AddLast(workspace);
                }

                own.Enqueue(work);
            }

            Start();
        }
    }

    /// <summary>What may run, as it may; each one's slot is to be freed.</summary>
    internal IAsyncEnumerable<T> ReadAllAsync() => _started.Reader.ReadAllAsync(CancellationToken.None);

    internal void Free(Guid workspace)
    {
        lock (_gate)
        {
            _busy--;
            if (--_running[workspace] == 0)
                _running.Remove(workspace);
            Start();
        }
    }

    /// <summary>Lets everything out that still waits, for it to be given back.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Start();
            _started.Writer.TryComplete();
        }
    }

    private void Start()
    {
        while ((_busy < count || _isClosed) && Next() is { } turn)
        {
            var own = _waiting[turn.Value];
            _started.Writer.TryWrite(own.Dequeue());
            _busy++;
            _running[turn.Value] = RunningOf(turn.Value) + 1;
            _turns.Remove(turn);
            if (own.Count > 0)
                _turns.AddLast(turn);
            else
                _waiting.Remove(turn.Value);
        }
    }

    /// <summary>Of those that wait and have not got their share whoever runs least, in turns; null where there is none.</summary>
    private LinkedListNode<Guid>? Next()
    {
        LinkedListNode<Guid>? least = null;
        for (var node = _turns.First; node is not null; node = node.Next)
        {
            var own = RunningOf(node.Value);
            if ((_isClosed || own < Slots.ShareOf(count - (_busy - own))) && (least is null || own < RunningOf(least.Value)))
                least = node;
            if (own == 0 && least == node)
                break;
        }

        return least;
    }

    private int RunningOf(Guid workspace) => _running.GetValueOrDefault(workspace);
}
