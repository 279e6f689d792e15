using System.Net.WebSockets;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
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
            case HereFrame here:
                Here(here);
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
        connection.Access = await reader.AccessAsync(hello.Workspace, connection.User, cancel);
        if (connection.Access is null)
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
        var (_, start) = await reader.HeadAsync(hello.Workspace, cancel);
        Room = hub.Enter(hello.Workspace, connection, start);
        // Read again now that entries are held back: nothing can fall between this head and what is delivered.
        var (epoch, head) = await reader.HeadAsync(hello.Workspace, cancel);
        var resumes = await reader.IsOnChainAsync(hello.Workspace, hello, epoch, head, cancel);
        // A role that changed since it was read, and before the room knew this connection, would never be told.
        if (await reader.AccessAsync(hello.Workspace, connection.User, cancel) is not { } access)
        {
            Refuse(WriteFailures.NoWorkspace.With("You are no longer in this workspace.", "workspace"), CloseCode.NotMember);
            return;
        }

        connection.Access = access;
        connection.Post(ServerFrame.Welcome(new HelloAnswer(epoch, head, lastMutation, Reset: !resumes && hello.Cursor is not null), access, clock.GetUtcNow()));
        var types = Resolve(hello.Scopes);
        if (resumes)
            await ResumeAsync(hello, types, head.Seq, cancel);
        else
            await SnapshotAsync(types, cancel);
        Room.Release(connection);
        Room.SendPresenceTo(connection);
    }

    private async Task ResumeAsync(HelloFrame hello, List<RecordType> types, long head, CancellationToken cancel)
    {
        var cursor = hello.Cursor!.Value.Seq;
        foreach (var type in types)
        {
            connection.Scopes[type] = cursor;
            connection.Post(ServerFrame.Unchanged(type, cursor));
        }

        // In pages, each sent before the next is read: however much was missed, little of it is held at a time.
        while (cursor < head && await reader.MissedAsync(hello.Workspace, cursor, cancel) is { Count: > 0 } missed)
        {
            await connection.SendAsync(ServerFrame.Delta(cursor, missed, connection.Sees));
            cursor = missed[^1].Seq;
        }

        foreach (var type in types.Where(connection.Scopes.ContainsKey))
            connection.Scopes[type] = cursor;
    }

    private async Task SubAsync(SubFrame sub, CancellationToken cancel)
    {
        foreach (var type in sub.Remove.Select(registry.FindByScope).OfType<RecordType>())
            connection.Scopes.TryRemove(type, out _);
        var added = Resolve(sub.Add);
        if (added.Count == 0)
            return;
        connection.Hold();
        await SnapshotAsync(added, cancel);
        Room!.Release(connection);
    }

    private async Task SnapshotAsync(List<RecordType> types, CancellationToken cancel)
    {
        if (types.Count == 0)
            return;
        var (at, snapshots) = await reader.SnapshotAsync(Room!.Workspace, types, cancel);
        foreach (var (type, records) in snapshots)
        {
            connection.Scopes[type] = at;
            await connection.SendAsync(ServerFrame.Snapshot(type, at, records));
        }
    }

    /// <summary>The types behind scopes that exist and may be read; all others get the same refusal.</summary>
    private List<RecordType> Resolve(IReadOnlyList<string> scopes)
    {
        var types = new List<RecordType>();
        foreach (var scope in scopes.Distinct(StringComparer.Ordinal))
        {
            if (registry.FindByScope(scope) is { } type && connection.Access!.Can(type.Permission("read")))
                types.Add(type);
            else
                connection.Post(ServerFrame.ScopeRefused(scope.Length > 100 ? scope[..100] : scope, SyncFailures.ScopeUnknown.With("There is no such scope, or you may not read it.", "scopes")));
        }

        return types;
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

    private void Here(HereFrame here)
    {
        if (here.Record is { } record && !connection.Access!.Can(record.Type.Permission("read")))
            connection.Post(ServerFrame.Error(OperationFailures.TypeUnknown.With("There is no such record type.", "type")));
        else
            Room!.Look(connection, here.Record);
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
