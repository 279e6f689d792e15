using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Queries;

/// <summary>
/// Says who may read a list or a history now. What one costs is up to whoever asks, so a person has few at once, and so
/// have all of a workspace together. The others wait a little, in the order in which they came: a page that asks for three
/// things at once gets them one after the other, and none is refused.
/// </summary>
internal sealed class QueryTurns(TimeProvider clock)
{
    internal const int MostOfPerson = 2;
    internal const int MostOfWorkspace = 4;

    /// <summary>How long one waits. It holds no connection meanwhile.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private readonly List<QueryTurn> _running = new(Db.MostQueries);
    private readonly List<QueryTurn> _waiting = [];

    /// <summary>Asks for a turn. It ends, or is given up, when it is disposed of.</summary>
    internal QueryTurn Ask(Guid workspace, Guid person)
    {
        var turn = new QueryTurn(this, clock, workspace, person);
        lock (_lock)
        {
            _waiting.Add(turn);
            Begin();
        }

        return turn;
    }

    internal void End(QueryTurn turn)
    {
        lock (_lock)
        {
            if (!_running.Remove(turn))
                _waiting.Remove(turn);
            Begin();
        }
    }

    private void Begin()
    {
        for (var i = 0; i < _waiting.Count && _running.Count < Db.MostQueries; i++)
        {
            var next = _waiting[i];
            if (_running.Count(other => other.Person == next.Person) >= MostOfPerson || _running.Count(other => other.Workspace == next.Workspace) >= MostOfWorkspace)
                continue;
            _waiting.RemoveAt(i--);
            _running.Add(next);
            next.Come();
        }
    }
}

/// <summary>A turn that was asked for.</summary>
internal sealed class QueryTurn(QueryTurns turns, TimeProvider clock, Guid workspace, Guid person) : IDisposable
{
    private readonly TaskCompletionSource _come = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Guid Workspace => workspace;

    internal Guid Person => person;

    /// <returns>False where it did not come for so long that it is given up.</returns>
    internal async Task<bool> CameAsync(CancellationToken cancel)
    {
        try
        {
            await _come.Task.WaitAsync(QueryTurns.Patience, clock, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    internal void Come() => _come.SetResult();

    public void Dispose() => turns.End(this);
}
