namespace Holdfast.Engine.Sync;

/// <summary>
/// How many snapshots of one person are in memory at once: made ready, and not yet with the network. Who opens many
/// sockets and reads none of them waits for himself, and for nobody else.
/// </summary>
internal sealed class SnapshotTurns
{
    internal const int AtOnce = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (SemaphoreSlim Turns, int Users)> _people = [];

    /// <summary>Returns when it is the person's turn.</summary>
    /// <returns>What gives the turn back.</returns>
    internal async Task<IDisposable> TakeAsync(Guid person)
    {
        SemaphoreSlim turns;
        lock (_gate)
        {
            var (known, users) = _people.GetValueOrDefault(person);
            turns = known ?? new SemaphoreSlim(AtOnce, AtOnce);
            _people[person] = (turns, users + 1);
        }

        await turns.WaitAsync();
        return new Turn(this, person, turns);
    }

    private void Leave(Guid person)
    {
        lock (_gate)
        {
            var (turns, users) = _people[person];
            if (users == 1)
                _people.Remove(person);
            else
                _people[person] = (turns, users - 1);
        }
    }

    private sealed class Turn(SnapshotTurns all, Guid person, SemaphoreSlim turns) : IDisposable
    {
        public void Dispose()
        {
            turns.Release();
            all.Leave(person);
        }
    }
}
