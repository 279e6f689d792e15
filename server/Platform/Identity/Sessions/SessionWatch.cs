namespace Holdfast.Platform.Identity;

/// <summary>The sessions that have something open, and what to do when one of them ends.</summary>
internal sealed class SessionWatch
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<Watching>> _watched = [];

    /// <summary>The sessions watched now.</summary>
    internal IReadOnlyCollection<Guid> Sessions
    {
        get
        {
            lock (_gate)
                return [.. _watched.Keys];
        }
    }

    /// <param name="session">A session that lives.</param>
    /// <param name="ended">Called once at most, within a second of its end on any node. Must be quick.</param>
    /// <returns>To be disposed when nobody needs to know any more.</returns>
    internal IDisposable Watch(Guid session, Action ended)
    {
        var watching = new Watching(this, session, ended);
        lock (_gate)
        {
            if (!_watched.TryGetValue(session, out var list))
                _watched.Add(session, list = []);
            list.Add(watching);
        }

        return watching;
    }

    /// <summary>Tells whoever watches these sessions that they have ended.</summary>
    internal void Ended(IEnumerable<Guid> sessions)
    {
        var tell = new List<Watching>();
        lock (_gate)
        {
            foreach (var session in sessions)
            {
                if (_watched.Remove(session, out var list))
                    tell.AddRange(list);
            }
        }

        foreach (var watching in tell)
            watching.Tell();
    }

    private void Leave(Watching watching)
    {
        lock (_gate)
        {
            if (_watched.TryGetValue(watching.Session, out var list) && list.Remove(watching) && list.Count == 0)
                _watched.Remove(watching.Session);
        }
    }

    private sealed class Watching(SessionWatch watch, Guid session, Action ended) : IDisposable
    {
        internal Guid Session => session;

        internal void Tell() => ended();

        public void Dispose() => watch.Leave(this);
    }
}
