using System.Buffers;
using System.Net.WebSockets;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>Who is at the other end of a socket: authenticated by the endpoint that accepted it.</summary>
public sealed record SyncUser(Guid User, Guid Session)
{
    /// <summary>When what he came in with is over; null where only the end of the session ends the socket.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>By which of several tokens of the session he came in; null where there is but the session.</summary>
    public Guid? Token { get; init; }

    /// <summary>Asks whether the session has proven the password a moment ago; null for who cannot, such as a program.</summary>
    public Func<CancellationToken, Task<bool>>? AsksProof { get; init; }

    internal Actor Actor => Actor.Person(User, Session);
}

/// <summary>Someone at a record, with the keys that it has.</summary>
internal sealed record Looking(Guid User, Guid Browser, (RecordType Type, Guid Id, IReadOnlyList<Guid?> Keys) Record);

/// <summary>Close codes beyond the standard's.</summary>
internal static class CloseCode
{
    internal const WebSocketCloseStatus TooSlow = (WebSocketCloseStatus)1013;
    internal const WebSocketCloseStatus SessionEnded = (WebSocketCloseStatus)4401;
    internal const WebSocketCloseStatus NotMember = (WebSocketCloseStatus)4403;
}

/// <summary>
/// One socket: reads whole messages, and sends in order without ever making the sender wait. A reader that does
/// not keep up is cut off and comes back with its cursor, which costs it nothing.
/// </summary>
/// <param name="socket">Accepted, and of this connection alone.</param>
/// <param name="user">Who is at the other end.</param>
/// <param name="ending">Cancelled from here when the connection is over. Made by the same clock.</param>
/// <param name="clock">For how long the other side may take to read and to close.</param>
internal sealed class SyncConnection(WebSocket socket, SyncUser user, CancellationTokenSource ending, TimeProvider clock)
{
    internal const int MaxFrameBytes = 102_400;
    private const int MaxWaitingBytes = 4 << 20;
    private const int MaxHeldEntries = 10_000;
    private const int PieceBytes = 65_536;

    /// <summary>Whoever takes longer for one message does not read.</summary>
    private static readonly TimeSpan SendingTime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>For so long a last question may stay without its answer.</summary>
    internal static readonly TimeSpan PartingTime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<ReadOnlyMemory<byte>> _outbox = new();
    private (WebSocketCloseStatus Status, string Reason)? _closing;
    private (Guid Revocation, WebSocketCloseStatus Status, string Reason)? _parting;
    private ITimer? _patience;
    private TaskCompletionSource? _idle;
    private long _waitingBytes;
    private bool _sending;

    internal SyncUser User { get; } = user;

    /// <summary>The browser that said hello, and the number of the tab that speaks for it; empty before that.</summary>
    internal (Guid Browser, long Leader) Speaks { get; set; }

    internal Guid Browser => Speaks.Browser;

    /// <summary>What this person may read and has subscribed to; null before the first answer to hello.</summary>
    internal Reader? Reader { get; set; }

    /// <summary>One snapshot at a time is read for a connection, whoever asked for it.</summary>
    internal SemaphoreSlim Lane { get; } = new(1, 1);

    /// <summary>Entries that wait while a snapshot is read, and come after it; null while they go straight through. Belongs to the room's lock.</summary>
    internal List<LogEntry>? Held { get; set; }

    /// <summary>Whether others moved while entries were held back, and it was not told. Belongs to the room's lock.</summary>
    internal bool IsOwedPresence { get; set; }

    /// <summary>The record that the person looks at, and its keys then.</summary>
    internal (RecordType Type, Guid Id, IReadOnlyList<Guid?> Keys)? Looks { get; set; }

    /// <summary>Whether the connection is parting, closing or closed; what still comes in is not looked at.</summary>
    internal bool IsClosing
    {
        get
        {
            lock (_gate)
                return IsOver;
        }
    }

    /// <summary>Whether only the answer is waited for that <see cref="Part"/> asks for.</summary>
    internal bool IsParting
    {
        get
        {
            lock (_gate)
                return _closing is null && _parting is not null;
        }
    }

    private bool IsOver => _closing is not null || _parting is not null;

    /// <summary>Waits until our close is sent, and reads away what still comes until the other side has closed too, or a moment has passed.</summary>
    internal async Task FarewellAsync(CancellationToken cancel)
    {
        Close(WebSocketCloseStatus.NormalClosure, "");
        _patience?.Dispose();
        using var moment = new CancellationTokenSource(Farewell, clock);
        await using var request = cancel.Register(moment.Cancel);
        await using var over = moment.Token.Register(() => _closed.TrySetResult());
        var nowhere = new byte[1024];
        try
        {
            await _closed.Task;
            while (socket.State == WebSocketState.CloseSent)
                await socket.ReceiveAsync(nowhere.AsMemory(), moment.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // Gone already.
        }
    }

    /// <summary>Keeps an entry for later. Whoever has too many waiting is cut off and comes back with its cursor.</summary>
    internal void Hold(LogEntry entry)
    {
        if (Held!.Count < MaxHeldEntries)
            Held.Add(entry);
        else
            Close(CloseCode.TooSlow, "too slow");
    }

    /// <summary>Sends without waiting. Messages go out in the order of the calls; after <see cref="Close"/> none does.</summary>
    internal void Post(ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            if (IsOver)
                return;
            PostLocked(frame);
        }

        Send();
    }

    /// <summary>
    /// Sends a last message, and closes when its answer has come, or a moment later without it. Nothing else is sent from here
    /// on. Nobody waits for it.
    /// </summary>
    /// <param name="frame">Which asks for the answer.</param>
    /// <param name="revocation">What the answer names.</param>
    /// <param name="status">With which it is closed then.</param>
    /// <param name="reason">For whoever reads the close.</param>
    internal void Part(ReadOnlyMemory<byte> frame, Guid revocation, WebSocketCloseStatus status, string reason)
    {
        lock (_gate)
        {
            if (IsOver)
                return;
            PostLocked(frame);
            _parting = (revocation, status, reason);
            _patience = clock.CreateTimer(_ => Close(status, reason), null, PartingTime, Timeout.InfiniteTimeSpan);
        }

        Send();
    }

    /// <summary>A revocation was answered; closes where that was the last message.</summary>
    internal void Answered(Guid revocation)
    {
        if (IsParting && _parting is { } last && last.Revocation == revocation)
            Close(last.Status, last.Reason);
    }

    /// <summary>Sends, and returns when all that was to be sent is with the network. For large answers, which their asker waits for.</summary>
    internal async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        Task idle;
        lock (_gate)
        {
            // Nothing more is sent, so there is nothing to wait for.
            if (IsOver)
                return;
            EnqueueLocked(frame);
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }

        Send();
        await using var patience = clock.CreateTimer(_ => Break(), null, SendingTime, Timeout.InfiniteTimeSpan);
        await idle;
    }

    /// <summary>Sends what is waiting, then closes.</summary>
    internal void Close(WebSocketCloseStatus status, string reason)
    {
        lock (_gate)
            _closing ??= (status, reason);
        Send();
    }

    /// <summary>The next whole text message in a rented buffer; null when the other side has closed or sent something else.</summary>
    internal async Task<(byte[] Buffer, int Length)?> ReceiveAsync(CancellationToken cancel)
    {
        // Waiting costs no buffer: an empty read returns when there is something to read.
        if (socket.State != WebSocketState.Open)
            return null;
        var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancel);
        if (first.MessageType == WebSocketMessageType.Close)
        {
            Refuse(first.MessageType);
            return null;
        }

        if (first is { EndOfMessage: true, MessageType: WebSocketMessageType.Text })
            return ([], 0);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            length += read.Count;
            if (read.MessageType == WebSocketMessageType.Text && read.EndOfMessage && length <= MaxFrameBytes)
                return (buffer, length);
            if (read.MessageType != WebSocketMessageType.Text || length > MaxFrameBytes)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                Refuse(read.MessageType);
                return null;
            }

            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, MaxFrameBytes + 1));
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
    }

    private void Refuse(WebSocketMessageType kind)
    {
        if (kind == WebSocketMessageType.Close)
        {
            Close(WebSocketCloseStatus.NormalClosure, "");
            return;
        }

        var failure = kind == WebSocketMessageType.Binary
            ? SyncFailures.Malformed.With("Messages are text.")
            : SyncFailures.TooLarge.With($"A message takes at most {MaxFrameBytes} bytes.", null, ("max", MaxFrameBytes));
        Post(ServerFrame.Error(failure));
        Close(kind == WebSocketMessageType.Binary ? WebSocketCloseStatus.InvalidMessageType : WebSocketCloseStatus.MessageTooBig, failure.Code.Code);
    }

    private void PostLocked(ReadOnlyMemory<byte> frame)
    {
        if (_waitingBytes <= MaxWaitingBytes)
            EnqueueLocked(frame);
        else
            _closing = (CloseCode.TooSlow, "too slow");
    }

    private void EnqueueLocked(ReadOnlyMemory<byte> frame)
    {
        _outbox.Enqueue(frame);
        _waitingBytes += frame.Length;
    }

    /// <summary>Starts sending unless someone is at it. The first send runs on the caller's thread: fastest where the network takes it at once.</summary>
    private void Send()
    {
        lock (_gate)
        {
            if (_sending)
                return;
            _sending = true;
        }

        _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        try
        {
            while (Next() is { } next)
            {
                if (next.Frame is { } frame)
                {
                    // In pieces, because the socket copies what it is given: a large answer to one who does not read would be held twice.
                    for (var rest = frame; rest.Length > 0; rest = rest[Math.Min(rest.Length, PieceBytes)..])
                        await socket.SendAsync(rest[..Math.Min(rest.Length, PieceBytes)], WebSocketMessageType.Text, endOfMessage: rest.Length <= PieceBytes, CancellationToken.None);
                }
                else
                {
                    if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                        await socket.CloseOutputAsync(next.Close!.Value.Status, next.Close.Value.Reason, CancellationToken.None);
                    // The other side answers with its own close; reading goes on until then, for a moment. To cancel it
                    // at once would abort the socket, and could cost the other side our last words.
                    ending.CancelAfter(Farewell);
                    _closed.TrySetResult();
                    return;
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            Break();
        }
    }

    /// <summary>The next thing to send: a message, or the close after the last. Null ends the sending.</summary>
    private (ReadOnlyMemory<byte>? Frame, (WebSocketCloseStatus Status, string Reason)? Close)? Next()
    {
        lock (_gate)
        {
            if (_outbox.TryDequeue(out var frame))
            {
                _waitingBytes -= frame.Length;
                return (frame, null);
            }

            _idle?.TrySetResult();
            _idle = null;
            // After the close the sending stays taken: nothing may follow it.
            if (_closing is { } closing)
                return (null, closing);
            _sending = false;
            return null;
        }
    }

    private void Break()
    {
        lock (_gate)
        {
            _closing ??= (WebSocketCloseStatus.EndpointUnavailable, "");
            _outbox.Clear();
            _idle?.TrySetResult();
            _idle = null;
        }

        _closed.TrySetResult();
        // Elsewhere, because whoever waits on these may go on at once, and this can run under the lock of delivery.
        Background.Start(() =>
        {
            ending.Cancel();
            socket.Abort();
            return Task.CompletedTask;
        });
    }
}
