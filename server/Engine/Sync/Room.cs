using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>
/// The sockets of one workspace. Delivers the log in order, entry n only after n-1, whoever wrote it: what comes
/// with a gap before it waits until the gap has been read from the log.
/// </summary>
internal sealed class Room(Guid workspace, LogStore log, RecordRegistry registry, Policy policy, Action<Exception> catchUpFailed)
{
    private const int CatchUpPage = 500;

    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly Lock _gate = new();
    private readonly List<SyncConnection> _connections = [];
    private LogHead? _delivered;
    private bool _catchingUp;
    private bool _catchUpAgain;
    private bool _presenceChanged;

    internal Guid Workspace { get; } = workspace;

    /// <summary>Where delivery stands; null before the first connection has read the head.</summary>
    internal LogHead? Delivered
    {
        get
        {
            lock (_gate)
                return _delivered;
        }
    }

    /// <summary>Takes the connection in. From here on entries reach it, held back until its snapshots are sent.</summary>
    /// <param name="connection">A connection that holds entries back.</param>
    /// <param name="head">A head read before; delivery starts there in a new room.</param>
    internal void Enter(SyncConnection connection, LogHead head)
    {
        lock (_gate)
        {
            _connections.Add(connection);
            _delivered ??= head;
        }
    }

    /// <returns>Whether the room is empty now.</returns>
    internal bool Leave(SyncConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            _presenceChanged |= connection.Looks is not null;
            return _connections.Count == 0;
        }
    }

    /// <summary>Sends what was held back while snapshots were read, then lets entries through.</summary>
    internal void Release(SyncConnection connection)
    {
        // Under the lock of delivery, so that nothing overtakes what was held.
        lock (_gate)
        {
            foreach (var entry in connection.Release())
                new DeltaFrames(entry).SendTo(connection);
        }
    }

    internal void Deliver(IReadOnlyList<LogEntry> entries)
    {
        lock (_gate)
        {
            if (_delivered is null)
                return;
            foreach (var entry in entries)
            {
                if (entry.Seq <= _delivered.Seq)
                    continue;
                if (entry.Seq > _delivered.Seq + 1)
                {
                    StartCatchUpLocked();
                    return;
                }

                DeliverLocked(entry);
            }
        }
    }

    /// <summary>Says that the log has grown to <paramref name="head"/>; what is missing is read and delivered.</summary>
    internal void Hint(long head)
    {
        lock (_gate)
        {
            if (_delivered is not null && head > _delivered.Seq)
                StartCatchUpLocked();
        }
    }

    internal void Look(SyncConnection connection, (RecordType Type, Guid Id)? record)
    {
        lock (_gate)
        {
            connection.Looks = record;
            _presenceChanged = true;
        }
    }

    /// <summary>Tells everyone who is where, if that changed since the last call.</summary>
    internal void SendPresence()
    {
        lock (_gate)
        {
            if (!_presenceChanged)
                return;
            _presenceChanged = false;
            var looking = _connections.Where(connection => connection.Looks is not null).ToArray();
            foreach (var connection in _connections)
                SendPresence(connection, looking);
        }
    }

    internal void SendPresenceTo(SyncConnection connection)
    {
        lock (_gate)
            SendPresence(connection, _connections.Where(other => other.Looks is not null));
    }

    private static void SendPresence(SyncConnection connection, IEnumerable<SyncConnection> looking) =>
        connection.Post(ServerFrame.Presence(looking.Where(other =>
            other.Browser != connection.Browser && connection.Access!.Can(other.Looks!.Value.Type.Permission("read")))));

    internal void Nudge()
    {
        lock (_gate)
        {
            if (_delivered is null)
                return;
            var frame = ServerFrame.Nudge(_delivered);
            // Not to those from whom entries are still held back: they would take the head for read.
            foreach (var connection in _connections.Where(connection => !connection.IsHolding))
                connection.Post(frame);
        }
    }

    private void StartCatchUpLocked()
    {
        _catchUpAgain = true;
        if (_catchingUp)
            return;
        _catchingUp = true;
        _ = Task.Run(CatchUpAsync);
    }

    private async Task CatchUpAsync()
    {
        while (true)
        {
            long from;
            lock (_gate)
            {
                if (!_catchUpAgain)
                {
                    _catchingUp = false;
                    return;
                }

                _catchUpAgain = false;
                from = _delivered!.Seq;
            }

            IReadOnlyList<LogEntry> entries;
            try
            {
                entries = await log.AfterAsync(Workspace, from, CatchUpPage, CancellationToken.None);
            }
            catch (Exception e)
            {
                // Most likely the database is away. The poll of the hub hints again; until then nothing is delivered out of turn.
                lock (_gate)
                    _catchingUp = false;
                catchUpFailed(e);
                return;
            }

            lock (_gate)
            {
                _catchUpAgain |= entries.Count == CatchUpPage;
                foreach (var entry in entries.Where(entry => entry.Seq == _delivered!.Seq + 1))
                    DeliverLocked(entry);
            }
        }
    }

    private void DeliverLocked(LogEntry entry)
    {
        _delivered = new LogHead(entry.Seq, entry.Transaction);
        // First what someone may do, then what he gets: authorised at delivery, not only at subscription.
        foreach (var change in entry.Changes.Where(change => change.Type == _memberType))
            Reauthorise(change);
        var frames = new DeltaFrames(entry);
        foreach (var connection in _connections)
        {
            if (!connection.TryHold(entry))
                frames.SendTo(connection);
        }
    }

    private void Reauthorise(RecordChange change)
    {
        foreach (var connection in _connections.Where(connection => connection.Access?.Member == change.Id).ToArray())
        {
            if (change.Kind == "delete")
            {
                connection.Access = connection.Access!.Without();
                connection.Post(ServerFrame.Revoke(connection.Scopes.Keys.Select(type => type.Scope), connection.Access));
                connection.Close(CloseCode.NotMember, "no longer a member");
            }
            else if (RoleIn(change) is { } role)
            {
                var access = policy.AccessOf(connection.User.Actor, change.Id, role);
                connection.Access = access;
                var lost = connection.Scopes.Keys.Where(type => !access.Can(type.Permission("read"))).ToArray();
                foreach (var type in lost)
                    connection.Scopes.TryRemove(type, out _);
                connection.Post(lost.Length > 0 ? ServerFrame.Revoke(lost.Select(type => type.Scope), access) : ServerFrame.Me(access));
            }
        }
    }

    private static string? RoleIn(RecordChange change)
    {
        using var set = JsonDocument.Parse(change.Set);
        return set.RootElement.TryGetProperty("role", out var role) ? role.GetString() : null;
    }
}
