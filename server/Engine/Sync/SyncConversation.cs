using System.Net.WebSockets;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>Answers the messages of one connection, one after the other.</summary>
internal sealed class SyncConversation(
    SyncConnection connection, SyncReader reader, RecordRegistry registry, WritePath writePath, TimeProvider clock, SyncHub hub)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);
    private readonly Allowance _writes = new(perSecond: 50, burst: 500, clock);
    private readonly Allowance _questions = new(perSecond: 20, burst: 200, clock);
    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly RecordType _roleType = registry.Of<Role>();
    private readonly CatchUp _catchUp = new(registry, clock);

    internal Room? Room { get; private set; }

    /// <summary>The browser that said hello; null before that.</summary>
    internal Guid? Browser => Room is null ? null : connection.Browser;

    internal async Task HandleAsync(ClientFrame? frame, Failure? failure, CancellationToken cancel)
    {
        if (frame is SubFrame or HereFrame or RevokedFrame && !_questions.TryTake())
        {
            connection.Post(ServerFrame.Error(SyncFailures.TooOften.With("Wait a second between messages.", "t")));
            return;
        }

        switch (frame)
        {
            case HelloFrame hello:
                await HelloAsync(hello, cancel);
                break;
            case SubFrame sub:
                await SubAsync(sub, cancel);
                break;
            case PushFrame push:
                await PushAsync(push, cancel);
                break;
            case RevokedFrame revoked:
                await reader.AcknowledgeAsync(Room!.Workspace, revoked.Id, connection.Browser);
                connection.Answered(revoked.Id);
                break;
            case HereFrame here:
                await HereAsync(here, cancel);
                break;
            default:
                connection.Post(ServerFrame.Error(failure!));
                if (Room is null)
                    connection.Close(WebSocketCloseStatus.PolicyViolation, failure!.Code.Code);
                break;
        }
    }

    private async Task HelloAsync(HelloFrame hello, CancellationToken cancel)
    {
        if (await reader.AccessAsync(hello.Workspace, connection.User, cancel) is null)
        {
            Refuse(WriteFailures.NotHere("workspace"), CloseCode.NotMember);
            return;
        }

        // Before it is registered: whichever of two comes later finds the other, here or there.
        connection.Speaks = (hello.Browser, hello.Leader);
        var (lastMutation, failure) = await reader.RegisterAsync(hello, connection.User, cancel);
        if (failure is not null)
        {
            Refuse(failure, WebSocketCloseStatus.PolicyViolation);
            return;
        }

        hub.Supersede(connection);
        using var turn = await hub.Snapshots.TakeAsync(connection.User.User);
        var room = hub.Enter(hello.Workspace, connection, await reader.HeadAsync(hello.Workspace, cancel));
        Room = room;
        await connection.Lane.WaitAsync(CancellationToken.None);
        try
        {
            var frames = new List<byte[]>();
            long at;
            // Read now that entries are held back: nothing can fall between this moment and what is delivered.
            await using (var snapshot = await reader.OpenAsync(hello.Workspace, connection.User, cancel))
            {
                if (snapshot is null)
                {
                    Refuse(WriteFailures.NoWorkspace.With("You are no longer in this workspace.", "workspace"), CloseCode.NotMember);
                    return;
                }

                at = snapshot.Moment.Head.Seq;
                connection.Reader = new Reader(snapshot.Moment.Access);
                await foreach (var frame in _catchUp.FramesAsync(snapshot, hello, lastMutation, connection.Reader, cancel))
                    frames.Add(frame);
            }

            // Of what other rights showed it, it has now been told what is left; that it has forgotten the rest, it answers.
            if (hello.Access is not null && hello.Access != connection.Reader.Access.Digest)
                frames.Add(await RevokeAsync(hello.Scopes, at));

            await SendAsync(frames, at);
        }
        finally
        {
            connection.Lane.Release();
        }

        room.SendPresenceTo(connection);
    }

    private async Task<byte[]> RevokeAsync(IReadOnlyList<string> asked, long at)
    {
        var own = connection.Reader!;
        var closed = asked.Select(name => Scope.Parse(registry, name)).OfType<Scope>().Where(scope => !own.Scopes.ContainsKey(scope)).Distinct().ToArray();
        var id = Guid.CreateVersion7();
        await reader.NoteRevocationAsync(Room!.Workspace, id, connection.Browser, connection.User, at, [.. closed.Select(scope => scope.Name)], records: 0);
        return ServerFrame.Revoke(id, closed, [], own.Access);
    }

    private async Task SubAsync(SubFrame sub, CancellationToken cancel)
    {
        var own = connection.Reader!;
        using var turn = await hub.Snapshots.TakeAsync(connection.User.User);
        await connection.Lane.WaitAsync(CancellationToken.None);
        try
        {
            while (!connection.IsClosing)
            {
                Room!.Hold(connection);
                // Held back first: nothing is on its way meanwhile, and a scope that is asked for anew is delivered until then.
                foreach (var scope in sub.Remove.Select(name => Scope.Parse(registry, name)).OfType<Scope>())
                    own.Scopes.TryRemove(scope, out _);
                var frames = new List<byte[]>();
                var at = 0L;
                await using (var snapshot = await reader.OpenAsync(Room.Workspace, connection.User, cancel))
                {
                    if (snapshot?.Moment.Access.Digest == own.Access.Digest)
                    {
                        own.Renew(snapshot.Moment.Access);
                        at = snapshot.Moment.Head.Seq;
                        await foreach (var frame in _catchUp.SnapshotsAsync(snapshot, sub.Add, own, cancel))
                            frames.Add(frame);
                    }
                }

                if (at > 0)
                {
                    await SendAsync(frames, at);
                    return;
                }

                // The entry that moved the rights is on its way; what is asked for is answered by those of now.
                await Room.SettleAsync(connection);
            }
        }
        finally
        {
            connection.Lane.Release();
        }
    }

    /// <summary>Sends what was read for the connection, and then what was held back meanwhile.</summary>
    private async Task SendAsync(List<byte[]> frames, long at)
    {
        foreach (var frame in frames)
        {
            if (Room!.CloseIfRightsMoved(connection, at))
                return;
            await connection.SendAsync(frame);
        }

        Room!.Release(connection, at);
    }

    private async Task PushAsync(PushFrame push, CancellationToken cancel)
    {
        // Asked where a rule may ask for it: the session has proven it since the socket was opened, or long before.
        var isProven = push.Transactions.Any(transaction => transaction.Operations.Any(operation => operation.Type == _memberType || operation.Type == _roleType))
            && connection.User.AsksProof is { } asks && await asks(cancel);
        var writes = new List<(Transaction Transaction, Task<Outcome> Outcome)>(push.Transactions.Count);
        foreach (var transaction in push.Transactions)
        {
            writes.Add((transaction, _writes.TryTake()
                ? writePath.WriteAsync(Room!.Workspace, transaction with { Leader = connection.Speaks.Leader, Actor = transaction.Actor with { IsProven = isProven } })
                : Task.FromResult(Outcome.Again)));
        }

        var results = new List<(Transaction, Outcome)>(writes.Count);
        foreach (var (transaction, outcome) in writes)
            results.Add((transaction, await outcome));
        if (results.Exists(result => ReferenceEquals(result.Item2, Outcome.Superseded)))
            Refuse(SyncFailures.LaterSpeaks, WebSocketCloseStatus.PolicyViolation);
        else
            connection.Post(ServerFrame.Results(results, RetryAfter));
    }

    private async Task HereAsync(HereFrame here, CancellationToken cancel)
    {
        if (here.Record is not { } record)
        {
            Room!.LookAway(connection);
            return;
        }

        // While his rights are read, nobody knows what he may look at.
        await connection.Lane.WaitAsync(CancellationToken.None);
        try
        {
            await LookAsync(record, cancel);
        }
        finally
        {
            connection.Lane.Release();
        }
    }

    private async Task LookAsync((RecordType Type, Guid Id) record, CancellationToken cancel)
    {
        // It moves on and on only where someone writes it all the time; then the next word of where one is will do.
        for (var attempt = 0; attempt < 3 && !connection.IsClosing; attempt++)
        {
            var (keys, at) = await reader.KeysAsync(Room!.Workspace, record.Type, record.Id, cancel);
            if (keys is null || !Reading.Allows(record.Type, connection.Reader!.Access, keys))
            {
                connection.Post(ServerFrame.Error(WriteFailures.NotFound.With("There is no such record.", "record")));
                return;
            }

            if (Room!.TryLook(connection, (record.Type, record.Id, keys), at))
                return;
        }
    }

    private void Refuse(Failure failure, WebSocketCloseStatus status)
    {
        connection.Post(ServerFrame.Error(failure));
        connection.Close(status, failure.Code.Code);
    }
}

/// <summary>How many messages of a kind a connection may send: a steady rate, and a burst after a time offline.</summary>
internal sealed class Allowance(double perSecond, double burst, TimeProvider clock)
{
    private readonly double _most = burst;
    private double _left = burst;
    private long _last = clock.GetTimestamp();

    internal bool TryTake()
    {
        var now = clock.GetTimestamp();
        _left = Math.Min(_most, _left + (clock.GetElapsedTime(_last, now).TotalSeconds * perSecond));
        _last = now;
        if (_left < 1)
            return false;
        _left--;
        return true;
    }
}
