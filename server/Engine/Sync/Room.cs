using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>
/// The sockets of one workspace. Delivers the log in order, entry n only after n-1, whoever wrote it: what comes
/// with a gap before it waits until the gap has been read from the log.
/// </summary>
internal sealed class Room(Guid workspace, SyncReader reader, RecordRegistry registry, TimeProvider clock, Action<Exception> failed, Action<string> unknown)
{
    private const int CatchUpPage = 500;

    /// <summary>So much of what was held back is encoded while all others wait.</summary>
    internal const int ReleasePage = 50;
    private static readonly TimeSpan DeliveryTime = TimeSpan.FromSeconds(30);

    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly RecordType _roleType = registry.Of<Role>();
    private readonly Lock _gate = new();
    private readonly List<SyncConnection> _connections = [];
    private readonly HashSet<SyncConnection> _holding = [];
    private readonly Dictionary<Guid, HashSet<SyncConnection>> _byMember = [];
    private readonly Audience<SyncConnection> _audience = new(connection => connection.Reader!);
    private LogHead? _delivered;
    private bool _catchingUp;
    private bool _catchUpAgain;
    private readonly List<(long Seq, TaskCompletionSource Reached)> _awaited = [];
    private readonly Dictionary<SyncConnection, Guid> _memberOf = [];
    private readonly Lock _presence = new();
    private bool _presenceChanged;

    internal Guid Workspace { get; } = workspace;

    /// <summary>Takes the connection in. From here on entries reach it, held back until its snapshots are sent.</summary>
    /// <param name="connection">A connection without a reader.</param>
    /// <param name="head">A head read before; delivery starts there in a new room.</param>
    internal void Enter(SyncConnection connection, LogHead head)
    {
        lock (_gate)
        {
            _connections.Add(connection);
            HoldLocked(connection);
            _delivered ??= head;
        }
    }

    /// <returns>Whether the room is empty now.</returns>
    internal bool Leave(SyncConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            _holding.Remove(connection);
            _audience.Remove(connection);
            ForgetMemberLocked(connection);
            _presenceChanged |= connection.Looks is not null;
            return _connections.Count == 0;
        }
    }

    /// <summary>Holds entries back while a snapshot is read for the connection.</summary>
    internal void Hold(SyncConnection connection)
    {
        lock (_gate)
            HoldLocked(connection);
    }

    /// <summary>
    /// Sends what was held back, then lets entries through: unless one of them changes the person's rights, which have to
    /// be read first. What came before it waits as well: its records may be of after it.
    /// </summary>
    /// <param name="connection">With the rights and the subscriptions of its last snapshot.</param>
    /// <param name="readAt">Where its rights were read: nothing up to there changes them.</param>
    internal void Release(SyncConnection connection, long readAt)
    {
        while (TakeHeld(connection, readAt) is { } taken)
        {
            // The connection is still held, so what comes meanwhile queues up behind.
            foreach (var entry in taken)
                Send(connection, new DeltaFrames(entry));
        }

        if (connection.IsOwedPresence)
            SendPresence(connection);
    }

    /// <summary>The next of what is held back, to be sent; null when the last of it was sent, or waits for the person's rights.</summary>
    private List<LogEntry>? TakeHeld(SyncConnection connection, long readAt)
    {
        lock (_gate)
        {
            if (!_connections.Contains(connection))
                return null;
            UpdateLocked(connection);
            if (HoldsChangeOfRights(connection, readAt))
            {
                StartSettling(connection);
                return null;
            }

            var held = connection.Held!;
            var taken = held.GetRange(0, Math.Min(held.Count, ReleasePage));
            held.RemoveRange(0, taken.Count);
            if (held.Count > 0)
                return taken;
            // The last few under the lock of delivery, so that nothing overtakes them.
            foreach (var entry in taken)
                Send(connection, new DeltaFrames(entry));
            connection.Held = null;
            _holding.Remove(connection);
            return null;
        }
    }

    /// <summary>Whether an entry that is held back changes the person's rights after the moment at which they were read.</summary>
    private bool HoldsChangeOfRights(SyncConnection connection, long readAt)
    {
        lock (_gate)
            return connection.Held?.Any(entry => entry.Seq > readAt && Touches(entry, connection.Reader!.Access)) == true;
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

    internal void LookAway(SyncConnection connection)
    {
        lock (_gate)
        {
            connection.Looks = null;
            _presenceChanged = true;
        }
    }

    /// <summary>Notes what the person looks at.</summary>
    /// <param name="connection">His.</param>
    /// <param name="record">With the keys that it had.</param>
    /// <param name="at">Where the log stood when they were read.</param>
    /// <returns>False where more has been delivered since, which may have moved it: then they must be read again.</returns>
    internal bool TryLook(SyncConnection connection, (RecordType Type, Guid Id, IReadOnlyList<Guid?> Keys) record, long at)
    {
        lock (_gate)
        {
            if (_delivered is not null && _delivered.Seq > at)
                return false;
            connection.Looks = record;
            _presenceChanged = true;
            return true;
        }
    }

    /// <summary>Tells everyone who is where, if that changed since the last call.</summary>
    internal void SendPresence() => SendPresence(only: null);

    internal void SendPresenceTo(SyncConnection connection) => SendPresence(connection);

    /// <summary>One list after the other, so that nobody is left with an older one; but delivery does not wait for them to be written.</summary>
    private void SendPresence(SyncConnection? only)
    {
        lock (_presence)
        {
            (SyncConnection Connection, Access Access)[] readers;
            Looking[] looking;
            lock (_gate)
            {
                if (only is null && !_presenceChanged)
                    return;
                if (only is null)
                    _presenceChanged = false;
                var asked = _connections.Where(connection => connection.Reader is not null && (only is null || connection == only)).ToLookup(_holding.Contains);
                // While someone's rights may be on the move nobody knows whom he may see; he is told when they are known.
                foreach (var held in asked[true])
                    held.IsOwedPresence = true;
                readers = [.. asked[false].Select(connection => (connection, connection.Reader!.Access))];
                foreach (var (connection, _) in readers)
                    connection.IsOwedPresence = false;
                looking = [.. _connections.Where(connection => connection.Looks is not null).Select(connection => new Looking(connection.User.User, connection.Browser, connection.Looks!.Value))];
            }

            foreach (var (connection, access) in readers)
            {
                var frame = ServerFrame.Presence(looking.Where(other => other.Browser != connection.Browser && Reading.Allows(other.Record.Type, access, other.Record.Keys)));
                // Who has got other rights meanwhile is told by the next call.
                if (ReferenceEquals(connection.Reader!.Access, access))
                    connection.Post(frame);
            }
        }
    }

    internal void Nudge()
    {
        lock (_gate)
        {
            if (_delivered is null)
                return;
            var frame = ServerFrame.Nudge(_delivered);
            // Not to those from whom entries are still held back: they would take the head for read.
            foreach (var connection in _connections.Where(connection => !_holding.Contains(connection)))
                connection.Post(frame);
        }
    }

    private static void Send(SyncConnection connection, DeltaFrames frames)
    {
        if (frames.For(connection.Reader!) is { } frame)
            connection.Post(frame);
    }

    private void HoldLocked(SyncConnection connection)
    {
        connection.Held ??= [];
        // One that has left is not held back for: nobody would take it out again.
        if (_connections.Contains(connection))
            _holding.Add(connection);
    }

    private void UpdateLocked(SyncConnection connection)
    {
        _audience.Update(connection);
        ForgetMemberLocked(connection);
        var member = connection.Reader!.Access.Member!.Value;
        if (!_byMember.TryGetValue(member, out var own))
            _byMember.Add(member, own = []);
        own.Add(connection);
        _memberOf[connection] = member;
    }

    /// <summary>After a change of his rights he sees others where he could not, and may look at what he no longer reads.</summary>
    private void LookAgain(SyncConnection connection)
    {
        lock (_gate)
        {
            if (connection.Looks is { } looks && !Reading.Allows(looks.Type, connection.Reader!.Access, looks.Keys))
                connection.Looks = null;
            _presenceChanged = true;
        }
    }

    private void ForgetMemberLocked(SyncConnection connection)
    {
        if (_memberOf.Remove(connection, out var member) && _byMember.TryGetValue(member, out var own) && own.Remove(connection) && own.Count == 0)
            _byMember.Remove(member);
    }

    private void StartCatchUpLocked()
    {
        _catchUpAgain = true;
        if (_catchingUp)
            return;
        _catchingUp = true;
        Background.Start(CatchUpAsync);
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
                entries = await reader.AfterAsync(Workspace, from, CatchUpPage, CancellationToken.None);
            }
            catch (Exception e)
            {
                // Most likely the database is away. The poll of the hub hints again; until then nothing is delivered out of turn.
                lock (_gate)
                    _catchingUp = false;
                failed(e);
                return;
            }

            foreach (var type in entries.SelectMany(entry => entry.Unknown))
                unknown(type);
            lock (_gate)
            {
                if (entries.Count == CatchUpPage)
                {
                    // More lie behind these, and may take away rights by which their records, as they are now, would be sent. So
                    // everybody comes back with his cursor, and is answered as of one moment.
                    _catchUpAgain = true;
                    foreach (var connection in _connections)
                        connection.Close(CloseCode.TooSlow, "too far behind");
                }

                // Their records are those of now, when all of them have happened: nobody gets one by rights of before.
                foreach (var entry in entries.Where(entry => entry.Seq > _delivered!.Seq))
                    SettleTouchedLocked(entry);
                foreach (var entry in entries.Where(entry => entry.Seq == _delivered!.Seq + 1))
                    DeliverLocked(entry);
            }
        }
    }

    private void DeliverLocked(LogEntry entry)
    {
        _delivered = new LogHead(entry.Seq, entry.Transaction);
        try
        {
            HandOutLocked(entry);
        }
        catch (Exception e)
        {
            // Nobody may go on past an entry that he has perhaps not got: all come back with their cursors.
            failed(e);
            foreach (var connection in _connections)
                connection.Close(CloseCode.TooSlow, "not delivered");
        }

        foreach (var (_, reached) in _awaited.Where(waiting => waiting.Seq <= entry.Seq))
            reached.TrySetResult();
        _awaited.RemoveAll(waiting => waiting.Seq <= entry.Seq);
    }

    /// <summary>Returns when everything up to <paramref name="seq"/>, which is committed, has been handed out or is held back.</summary>
    private async Task DeliveredAsync(long seq)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_delivered is null || _delivered.Seq >= seq)
                return;
            _awaited.Add((seq, reached));
            StartCatchUpLocked();
        }

        await using var patience = clock.CreateTimer(_ => reached.TrySetException(new TimeoutException()), null, DeliveryTime, Timeout.InfiniteTimeSpan);
        await reached.Task;
    }

    private void HandOutLocked(LogEntry entry)
    {
        // First what someone may do, then what he gets: authorised at delivery, not only at subscription.
        SettleTouchedLocked(entry);
        foreach (var connection in _holding)
            connection.Hold(entry);
        var frames = new DeltaFrames(entry);
        foreach (var connection in _audience.Of(entry))
        {
            if (!_holding.Contains(connection))
                Send(connection, frames);
        }

        foreach (var change in entry.Changes.Where(change => change.MovesKeys || change.Kind == "delete"))
            LookAgain(change);
    }

    /// <summary>Holds back everything from those whose rights an entry may move, until their rights are read.</summary>
    private void SettleTouchedLocked(LogEntry entry)
    {
        foreach (var connection in TouchedBy(entry).Where(connection => !_holding.Contains(connection)).ToArray())
        {
            HoldLocked(connection);
            StartSettling(connection);
        }
    }

    /// <summary>Where someone looks at a record whose keys move, others may see him there no longer.</summary>
    private void LookAgain(RecordChange change)
    {
        foreach (var connection in _connections.Where(connection => connection.Looks is { } looks && looks.Type == change.Type && looks.Id == change.Id))
        {
            connection.Looks = change.KeysAfter is { } keys ? (change.Type, change.Id, keys) : null;
            _presenceChanged = true;
        }
    }

    private IEnumerable<SyncConnection> TouchedBy(LogEntry entry)
    {
        foreach (var change in entry.Changes)
        {
            if (change.Type == _roleType)
            {
                foreach (var connection in _connections.Where(connection => connection.Reader?.Access.CustomRole == change.Id))
                    yield return connection;
            }

            foreach (var connection in MembersOf(change).SelectMany(member => _byMember.GetValueOrDefault(member, [])))
                yield return connection;
        }
    }

    private bool Touches(LogEntry entry, Access access) => entry.Changes.Any(change =>
        (change.Type == _roleType && change.Id == access.CustomRole) || MembersOf(change).Any(member => member == access.Member));

    /// <summary>The members whose rights a change may move.</summary>
    private IEnumerable<Guid> MembersOf(RecordChange change)
    {
        if (change.Type == _memberType)
            return [change.Id];
        if (change.Type.Grant is not { } grant)
            return [];
        // Grants are made and deleted, and so name the member in full.
        using var values = JsonDocument.Parse(change.Kind == "delete" ? change.Before : change.Set);
        return values.RootElement.TryGetProperty(grant.Member.Name, out var member) && member.ValueKind == JsonValueKind.String && member.TryGetGuid(out var id) ? [id] : [];
    }

    private void StartSettling(SyncConnection connection) => Background.Start(async () =>
    {
        try
        {
            await connection.Lane.WaitAsync();
            try
            {
                await SettleAsync(connection);
            }
            finally
            {
                connection.Lane.Release();
            }
        }
        catch (Exception e)
        {
            // Its rights are not known, so it gets nothing: it comes back and asks anew.
            connection.Close(CloseCode.TooSlow, "rights not known");
            failed(e);
        }
    });

    /// <summary>Reads the person's rights anew, and tells the browser what they opened and what it must forget.</summary>
    internal async Task SettleAsync(SyncConnection connection)
    {
        // Another settling may have dismissed him meanwhile; a second revocation would never be sent.
        if (connection.IsClosing)
            return;
        var own = connection.Reader!;
        Hold(connection);
        var snapshot = await reader.OpenAsync(Workspace, connection.User, CancellationToken.None);
        if (snapshot is null)
        {
            await RevokeAllAsync(connection, own);
            return;
        }

        var (at, then) = (snapshot.Moment.Head.Seq, own.Settled);
        var (lost, moved, fresh) = (Array.Empty<Scope>(), new List<ScopeChanges>(), new List<ScopeRecords>());
        // What goes without being named: fields, or more records than are told one by one. A snapshot stands in its place.
        var forgets = false;
        await using (snapshot)
        {
            if (snapshot.Moment.Access.Digest != own.Access.Digest || !own.IsSettled)
            {
                own.Change(snapshot.Moment.Access);
                lost = [.. own.Scopes.Keys.Where(scope => !scope.IsOpenTo(own.Access)).OrderBy(scope => scope.Name, StringComparer.Ordinal)];
                foreach (var scope in own.Moved().Except(lost).OrderBy(scope => scope.Name, StringComparer.Ordinal).ToArray())
                {
                    var sees = scope.Type.Guarded.ToLookup(field => (Then: Reading.Sees(scope.Type, then, field), Now: own.Sees(scope.Type, field)));
                    var sameFields = !sees.Contains((true, false)) && !sees.Contains((false, true));
                    var few = await snapshot.MovedAsync(scope, then, CancellationToken.None);
                    if (few is null || !sameFields)
                        fresh.Add(await snapshot.ReadAsync(scope, CancellationToken.None));
                    if (few is not null)
                        moved.Add(sameFields ? few : few with { Changed = [] });
                    forgets |= few is null || sees.Contains((true, false));
                }
            }
            else
            {
                own.Renew(snapshot.Moment.Access);
            }
        }

        if (own.IsSettled)
        {
            Release(connection, at);
            return;
        }

        // All that the snapshot contains is first told as it happened: what moved meanwhile is in none of the two lists.
        await DeliveredAsync(at);
        if (CloseIfRightsMoved(connection, at))
            return;
        SendUpTo(connection, at);
        foreach (var scope in lost)
            own.Scopes.TryRemove(scope, out _);
        var frames = moved.Where(scope => scope.Changed.Count > 0).Select(scope => ServerFrame.Changed(scope with { Gone = [] }, at, own))
            .Concat(fresh.Select(scope => ServerFrame.Snapshot(scope, at, own)));
        foreach (var frame in frames)
        {
            if (CloseIfRightsMoved(connection, at))
                return;
            await connection.SendAsync(frame);
        }

        // The name of the new rights comes last: who is cut off before it comes back with the old one, and gets all anew.
        if (forgets || lost.Length > 0 || moved.Any(scope => scope.Gone.Count > 0))
            connection.Post((await RevocationAsync(connection, at, lost, moved)).Frame);
        else
            connection.Post(ServerFrame.Me(own.Access));
        own.Settle();
        LookAgain(connection);
        Release(connection, at);
    }

    /// <summary>
    /// Where an entry that is held back changes the person's rights, what is still to be sent was read under rights that are
    /// gone, and what is held back may be newer than that: the browser comes back, and asks anew.
    /// </summary>
    internal bool CloseIfRightsMoved(SyncConnection connection, long readAt)
    {
        if (!HoldsChangeOfRights(connection, readAt))
            return false;
        connection.Close(CloseCode.TooSlow, "rights changed");
        return true;
    }

    /// <summary>Sends of what is held back that which the snapshot contains, while it is not yet told what the snapshot says.</summary>
    private void SendUpTo(SyncConnection connection, long at)
    {
        LogEntry[] told;
        lock (_gate)
        {
            told = [.. connection.Held?.Where(entry => entry.Seq <= at) ?? []];
            connection.Held?.RemoveRange(0, told.Length);
        }

        foreach (var entry in told)
            Send(connection, new DeltaFrames(entry));
    }

    /// <summary>Keeps that the browser is told to forget; the message that tells it.</summary>
    private async Task<(Guid Id, byte[] Frame)> RevocationAsync(SyncConnection connection, long at, Scope[] scopes, IReadOnlyList<ScopeChanges> records)
    {
        var id = Guid.CreateVersion7();
        await reader.NoteRevocationAsync(Workspace, id, connection.Browser, connection.User, at, [.. scopes.Select(scope => scope.Name)], records.Sum(scope => scope.Gone.Count));
        return (id, ServerFrame.Revoke(id, scopes, records, connection.Reader!.Access));
    }

    private async Task RevokeAllAsync(SyncConnection connection, Reader own)
    {
        own.Change(own.Access.Without());
        // Nothing more is delivered, and nobody sees him here: only his answer is still waited for.
        Leave(connection);
        var scopes = own.Scopes.Keys.ToArray();
        own.Scopes.Clear();
        var (id, frame) = await RevocationAsync(connection, 0, scopes, []);
        connection.Part(frame, id, CloseCode.NotMember, "no longer a member");
    }
}
