namespace Holdfast.Engine.Operations;

/// <summary>A transaction that waits to be written.</summary>
/// <param name="Line">Of its workspace.</param>
/// <param name="Transaction">What is to be written.</param>
internal sealed record Waiting(WorkspaceLine Line, Transaction Transaction)
{
    private readonly TaskCompletionSource<Outcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<Outcome> Answer => _answer.Task;

    /// <summary>Whether it is written in a database transaction of its own.</summary>
    internal bool IsAlone => Transaction.Companions.Count > 0 || Transaction.Erasures.Count > 0 || Transaction.Compaction is not null;

    internal void Set(Outcome outcome) => _answer.TrySetResult(outcome);
}

/// <summary>The transactions of one workspace that wait, in the order of their calls. They stay in line until they have their answers.</summary>
internal sealed class WorkspaceLine(Guid workspace)
{
    internal Guid Workspace => workspace;

    internal Queue<Waiting> Waiting { get; } = new();

    /// <summary>Whether another process was found writing the workspace. Until nobody waits, it is written by itself, where waiting for a lock holds nobody up.</summary>
    internal bool IsContended { get; set; }

    /// <summary>Whether the next transaction shares its group with no other workspace.</summary>
    internal bool IsByItself => IsContended || Waiting.Peek().IsAlone;
}

/// <summary>What is written together. Transactions of the same workspace stand together, in their order.</summary>
/// <param name="Waiting">At least one.</param>
/// <param name="ByItself">Whether it is of one workspace, which shares with no other.</param>
internal sealed record Turn(IReadOnlyList<Waiting> Waiting, bool ByItself);

/// <summary>
/// Says whose turn it is. While one turn is written, all others wait and so make up the next: another begins beside it
/// only where a whole turn waits, or where the first takes long. A workspace is in one turn at a time. Those that wait
/// longest come first, and after its turn a workspace goes to the end, so that nobody waits for more than one of a busy one.
/// </summary>
internal sealed class WriteQueue
{
    private const int MostTransactions = 64;

    // An import fills a turn with fewer transactions, so that others do not wait long for it.
    private const int EnoughOperations = 1000;

    // Of each kind, at once. Together they leave the writer some connections.
    private const int MostTurns = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, WorkspaceLine> _lines = [];
    private readonly Queue<WorkspaceLine> _sharing = new();
    private readonly Queue<WorkspaceLine> _byThemselves = new();
    private int _turnsOfOne;
    private int _turnsOfMany;
    private bool _starting;

    /// <summary>The turn for whose end the others wait.</summary>
    private Turn? _current;

    internal Task<Outcome> Add(Guid workspace, Transaction transaction)
    {
        lock (_lock)
        {
            var isNew = !_lines.TryGetValue(workspace, out var line);
            if (line is null)
                _lines[workspace] = line = new WorkspaceLine(workspace);
            var waiting = new Waiting(line, transaction);
            line.Waiting.Enqueue(waiting);
            if (isNew)
                Queue(line);
            return waiting.Answer;
        }
    }

    /// <summary>Whether someone is to call <see cref="Next"/>, which the caller then sees to.</summary>
    internal bool Start()
    {
        lock (_lock)
        {
            if (_starting || (!MayOneStart && !MayManyStart))
                return false;
            return _starting = true;
        }
    }

    /// <summary>The next turn; null where none may begin.</summary>
    internal Turn? Next()
    {
        lock (_lock)
        {
            _starting = false;
            if (MayOneStart)
            {
                _turnsOfOne++;
                return new Turn(Take(_byThemselves, mostLines: 1), ByItself: true);
            }

            if (!MayManyStart)
                return null;
            _turnsOfMany++;
            return _current = new Turn(Take(_sharing, mostLines: MostTransactions), ByItself: false);
        }
    }

    /// <summary>Lets the others go on beside the turn that they wait for, because it takes long.</summary>
    internal void WaitNoLonger()
    {
        lock (_lock)
            _current = null;
    }

    /// <summary>Ends a turn. Who got no answer keeps his place in line.</summary>
    internal void End(Turn turn)
    {
        lock (_lock)
        {
            if (turn.ByItself)
                _turnsOfOne--;
            else
                _turnsOfMany--;
            if (_current == turn)
                _current = null;
            foreach (var line in turn.Waiting.Select(waiting => waiting.Line).Distinct())
            {
                while (line.Waiting.TryPeek(out var waiting) && waiting.Answer.IsCompleted)
                    line.Waiting.Dequeue();
                if (line.Waiting.Count > 0)
                    Queue(line);
                else
                    _lines.Remove(line.Workspace);
            }
        }
    }

    private bool MayOneStart => _byThemselves.Count > 0 && _turnsOfOne < MostTurns;

    private bool MayManyStart => _sharing.Count > 0 && _turnsOfMany < MostTurns && (_current is null || IsWholeTurnWaiting());

    private void Queue(WorkspaceLine line) => (line.IsByItself ? _byThemselves : _sharing).Enqueue(line);

    private bool IsWholeTurnWaiting()
    {
        var count = 0;
        foreach (var line in _sharing)
        {
            count += line.Waiting.Count;
            if (count >= MostTransactions)
                return true;
        }

        return false;
    }

    private static List<Waiting> Take(Queue<WorkspaceLine> lines, int mostLines)
    {
        var taken = new List<Waiting>();
        var operations = 0;
        for (; mostLines > 0 && taken.Count < MostTransactions && operations < EnoughOperations && lines.TryDequeue(out var line); mostLines--)
        {
            foreach (var waiting in line.Waiting)
            {
                if (taken.Count == MostTransactions || operations >= EnoughOperations || (waiting.IsAlone && taken.Count > 0))
                    break;
                taken.Add(waiting);
                operations += waiting.Transaction.Operations.Count;
                if (waiting.IsAlone)
                    break;
            }
        }

        return taken;
    }
}
