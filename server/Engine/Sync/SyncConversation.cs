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

    internal Room? Room { get; private set; }

    /// <summary>The browser that said hello; null before that.</summary>
    internal Guid? Browser => Room is null ? null : connection.Browser;

    internal async Task HandleAsync(ClientFrame? frame, Failure? failure, CancellationToken cancel)
    {
        switch (frame)
        {
            case HelloFrame hello:
                await HelloAsync(hello, cancel);
                break;
            case SubFrame sub:
                await SubAsync(sub, cancel);
                break;
            case PushFrame push:
                await PushAsync(push);
                break;
            case RevokedFrame revoked:
                await reader.AcknowledgeAsync(Room!.Workspace, revoked.Id, connection.Browser);
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
            Refuse(WriteFailures.NoWorkspace.With("There is no such workspace, or you are not in it.", "workspace"), CloseCode.NotMember);
            return;
        }

        if (await reader.RegisterAsync(hello.Workspace, hello.Browser, connection.User, cancel) is not { } lastMutation)
        {
            Refuse(SyncFailures.BrowserTaken.With("Make a new browser id.", "browser"), WebSocketCloseStatus.PolicyViolation);
            return;
        }

        connection.Browser = hello.Browser;
        var room = hub.Enter(hello.Workspace, connection, await reader.HeadAsync(hello.Workspace, cancel));
        Room = room;
        await connection.Lane.WaitAsync(cancel);
        try
        {
            // Read now that entries are held back: nothing can fall between this moment and what is delivered.
            await using var snapshot = await reader.OpenAsync(hello.Workspace, connection.User, cancel);
            if (snapshot is null)
            {
                Refuse(WriteFailures.NoWorkspace.With("You are no longer in this workspace.", "workspace"), CloseCode.NotMember);
                return;
            }

            var (epoch, head, access) = snapshot.Moment;
            connection.Reader = new Reader(access);
            var isOnChain = await reader.IsOnChainAsync(hello.Workspace, hello, epoch, head, cancel);
            connection.Post(ServerFrame.Welcome(new HelloAnswer(epoch, head, lastMutation, Reset: !isOnChain && hello.Cursor is not null), access, registry.Schema, clock.GetUtcNow()));
            var scopes = Resolve(hello.Scopes);
            // With other rights than it had then, a browser may hold what it may not, and lacks what it may.
            if (!isOnChain || hello.Access != access.Digest)
                await SendAsync(snapshot, scopes, cancel);
            else if (head.Seq - hello.Cursor!.Value.Seq > SyncReader.MaxCatchUp)
                await SendSinceAsync(snapshot, scopes, hello.Cursor.Value.Seq, cancel);
            else
                await SendMissedAsync(hello, scopes, head.Seq, cancel);
            room.Release(connection, head.Seq);
        }
        finally
        {
            connection.Lane.Release();
        }

        room.SendPresenceTo(connection);
    }

    private async Task SendMissedAsync(HelloFrame hello, List<Scope> scopes, long head, CancellationToken cancel)
    {
        var cursor = hello.Cursor!.Value.Seq;
        foreach (var scope in scopes)
        {
            connection.Reader!.Scopes[scope] = cursor;
            connection.Post(ServerFrame.Unchanged(scope, cursor));
        }

        // In pages, each sent before the next is read: however much was missed, little of it is held at a time.
        while (cursor < head && await reader.MissedAsync(hello.Workspace, cursor, cancel) is { Count: > 0 } missed)
        {
            await connection.SendAsync(ServerFrame.Delta(cursor, missed, connection.Reader!));
            cursor = missed[^1].Seq;
        }

        foreach (var scope in scopes.Where(connection.Reader!.Scopes.ContainsKey))
            connection.Reader.Scopes[scope] = cursor;
    }

    private async Task SendSinceAsync(Snapshot snapshot, List<Scope> scopes, long version, CancellationToken cancel)
    {
        foreach (var scope in scopes)
        {
            var changes = await snapshot.SinceAsync(scope, version, cancel);
            connection.Reader!.Scopes[scope] = snapshot.Moment.Head.Seq;
            await connection.SendAsync(ServerFrame.Changed(changes, snapshot.Moment.Head.Seq, connection.Reader));
        }
    }

    private async Task SubAsync(SubFrame sub, CancellationToken cancel)
    {
        var own = connection.Reader!;
        foreach (var scope in sub.Remove.Select(name => Scope.Parse(registry, name)).OfType<Scope>())
            own.Scopes.TryRemove(scope, out _);
        await connection.Lane.WaitAsync(cancel);
        try
        {
            while (!connection.IsClosing)
            {
                Room!.Hold(connection);
                await using var snapshot = await reader.OpenAsync(Room.Workspace, connection.User, cancel);
                if (snapshot?.Moment.Access.Digest == own.Access.Digest)
                {
                    await SendAsync(snapshot, Resolve(sub.Add), cancel);
                    Room.Release(connection, snapshot.Moment.Head.Seq);
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

    private async Task SendAsync(Snapshot snapshot, List<Scope> scopes, CancellationToken cancel)
    {
        foreach (var scope in scopes)
        {
            var records = await snapshot.ReadAsync(scope, cancel);
            connection.Reader!.Scopes[scope] = snapshot.Moment.Head.Seq;
            await connection.SendAsync(ServerFrame.Snapshot(records, snapshot.Moment.Head.Seq, connection.Reader));
        }
    }

    /// <summary>The scopes that exist and may be read; all others get the same refusal.</summary>
    private List<Scope> Resolve(IReadOnlyList<string> names)
    {
        var scopes = new List<Scope>();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (Scope.Parse(registry, name) is { } scope && scope.IsOpenTo(connection.Reader!.Access))
                scopes.Add(scope);
            else
                connection.Post(ServerFrame.ScopeRefused(name.Length > 100 ? name[..100] : name, SyncFailures.ScopeUnknown.With("There is no such scope, or you may not read it.", "scopes")));
        }

        return scopes;
    }

    private async Task PushAsync(PushFrame push)
    {
        var writes = new List<(Transaction Transaction, Task<Outcome> Outcome)>(push.Transactions.Count);
        foreach (var transaction in push.Transactions)
        {
            writes.Add((transaction, _writes.TryTake()
                ? writePath.WriteAsync(Room!.Workspace, transaction)
                : Task.FromResult(Outcome.Again)));
        }

        var results = new List<(Transaction, Outcome)>(writes.Count);
        foreach (var (transaction, outcome) in writes)
            results.Add((transaction, await outcome));
        connection.Post(ServerFrame.Results(results, RetryAfter));
    }

    private async Task HereAsync(HereFrame here, CancellationToken cancel)
    {
        if (here.Record is not { } record)
            Room!.Look(connection, record: null);
        else if (await reader.KeysAsync(Room!.Workspace, record.Type, record.Id, cancel) is { } keys && Reading.Allows(record.Type, connection.Reader!.Access, keys))
            Room.Look(connection, (record.Type, record.Id, keys));
        else
            connection.Post(ServerFrame.Error(WriteFailures.NotFound.With("There is no such record.", "record")));
    }

    private void Refuse(Failure failure, WebSocketCloseStatus status)
    {
        connection.Post(ServerFrame.Error(failure));
        connection.Close(status, failure.Code.Code);
    }
}

/// <summary>How many writes a connection may make: a steady rate, and a burst after a time offline.</summary>
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
