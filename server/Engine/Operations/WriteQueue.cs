namespace Holdfast.Engine.Operations;

/// <summary>A transaction that waits to be written.</summary>
/// <param name="Line">Of its workspace.</param>
/// <param name="Transaction">What is to be written.</param>
internal sealed record Waiting(WorkspaceLine Line, Transaction Transaction)
{
    private readonly TaskCompletionSource<Outcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<Outcome> Answer => _answer.Task;

    /// <summary>Whether it is written in a database transaction of its own.</summary>
    internal bool IsAlone => Transaction.Companions.Count > 0 || Transaction.Erasures.Count > 0;

    internal void Set(Outcome outcome) => _answer.TrySetResult(outcome);
}

/// <summary>The transactions of one workspace that wait, in the order of their calls. Stays in line until they have their answers.</summary>
internal sealed class WorkspaceLine(Guid workspace)
{
    internal Guid Workspace => workspace;

    internal Queue<Waiting> Waiting { get; } = new();

    /// <summary>Whether another process was found writing the workspace. Until nobody waits, it is written by itself, where waiting for a lock holds nobody up.</summary>
    internal bool IsContended { get; set; }

    /// <summary>Whether the next transaction shares its group with no other workspace.</summary>
    internal bool IsByItself => IsContended || Waiting.Peek().IsAlone;
}

/// <summary>What one writer takes: transactions of the same workspace stand together, in their order.</summary>
/// <param name="ByItself">Of one workspace, which shares with no other.</param>
/// <param name="Waiting">At least one.</param>
internal sealed record Turn(bool ByItself, IReadOnlyList<Waiting> Waiting);

/// <summary>
/// Says whose turn it is. A workspace is in one turn at a time. Those that wait longest come first, and after its turn a
/// workspace goes to the end, so that nobody waits for more than one turn of a busy one.
/// </summary>
/// <param name="writers">How many turns, other than by themselves, go on at once.</param>
internal sealed class WriteQueue(int writers)
{
    private const int MostTransactions = 64;

    // An import fills a turn with fewer transactions, so that others do not wait long for it.
    private const int EnoughOperations = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, WorkspaceLine> _lines = [];
    private readonly Queue<WorkspaceLine> _ready = new();
    private int _shared;

    internal Task<Outcome> Add(Guid workspace, Transaction transaction)
    {
        lock (_lock)
        {
            if (!_lines.TryGetValue(workspace, out var line))
            {
                _lines[workspace] = line = new WorkspaceLine(workspace);
                _ready.Enqueue(line);
            }

            var waiting = new Waiting(line, transaction);
            line.Waiting.Enqueue(waiting);
            return waiting.Answer;
        }
    }

    /// <summary>The next turn; null where nobody waits or all writers are at work.</summary>
    internal Turn? Next()
    {
        lock (_lock)
        {
            if (!_ready.TryPeek(out var first) || (!first.IsByItself && _shared == writers))
                return null;
            var byItself = first.IsByItself;
            var taken = new List<Waiting>();
            var operations = 0;
            do
            {
                foreach (var waiting in _ready.Dequeue().Waiting)
                {
                    if (taken.Count == MostTransactions || operations >= EnoughOperations || (waiting.IsAlone && taken.Count > 0))
                        break;
                    taken.Add(waiting);
                    operations += waiting.Transaction.Operations.Count;
                    if (waiting.IsAlone)
                        break;
                }
            }
            while (!byItself && taken.Count < MostTransactions && operations < EnoughOperations && _ready.TryPeek(out var next) && !next.IsByItself);

            _shared += byItself ? 0 : 1;
            return new Turn(byItself, taken);
        }
    }

    /// <summary>Ends a turn. Who got no answer keeps his place in line.</summary>
    internal void End(Turn turn)
    {
        lock (_lock)
        {
            _shared -= turn.ByItself ? 0 : 1;
            foreach (var line in turn.Waiting.Select(waiting => waiting.Line).Distinct())
            {
                while (line.Waiting.TryPeek(out var waiting) && waiting.Answer.IsCompleted)
                    line.Waiting.Dequeue();
                if (line.Waiting.Count > 0)
                    _ready.Enqueue(line);
                else
                    _lines.Remove(line.Workspace);
            }
        }
    }
}
