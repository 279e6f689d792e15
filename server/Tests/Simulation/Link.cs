using System.Net.WebSockets;
using System.Text;

namespace Holdfast.Tests.Simulation;

/// <summary>What one end says to the other: a text, or the close of the connection.</summary>
internal sealed record Message(string? Text, int Close = 0);

/// <summary>
/// One connection between a browser and a node. What is said is on its way until the simulator delivers it, each
/// direction in its order, and is lost where the connection breaks before.
/// </summary>
internal sealed class Link
{
    public Link(Browser browser, Node node)
    {
        (Browser, Node, Session) = (browser, node, browser.Session);
        Socket = new LinkSocket(this);
    }

    public Browser Browser { get; }

    public Node Node { get; }

    public Guid Session { get; }

    public LinkSocket Socket { get; }

    public Queue<Message> ToServer { get; } = new();

    public Queue<Message> ToBrowser { get; } = new();

    /// <summary>Whether the browser still listens. One that gave up on a slow network does not, though the server has yet to notice.</summary>
    public bool BrowserListens { get; set; } = true;

    public bool IsBroken { get; private set; }

    /// <summary>Whether the browser reads nothing, so that whoever sends to it must wait.</summary>
    public bool IsStalled { get; set; }

    public void DeliverToServer(Tampering tampering) => Socket.Arrive(tampering.On(Browser, ToServer.Dequeue()));

    /// <summary>The next two messages change places, where both are pushes: as if each had its own way to the server.</summary>
    public bool Swap()
    {
        if (ToServer.Count < 2 || !ToServer.All(message => message.Text?.Contains("\"push\"", StringComparison.Ordinal) ?? false))
            return false;
        var messages = ToServer.ToArray();
        ToServer.Clear();
        foreach (var message in messages.Reverse())
            ToServer.Enqueue(message);
        return true;
    }

    /// <summary>Whether the network takes nothing that goes to the browser.</summary>
    public bool IsHeldUp => IsStalled || (Browser.WaitsForAll && Node.IsHeldUp);

    /// <summary>The connection is gone for both ends, with what was on its way.</summary>
    public void Break()
    {
        if (IsBroken)
            return;
        IsBroken = true;
        ToServer.Clear();
        ToBrowser.Clear();
        Socket.Break();
        if (BrowserListens)
            Browser.Lost(this);
    }
}

/// <summary>The server's end of a <see cref="Link"/>.</summary>
internal sealed class LinkSocket(Link link) : WebSocket
{
    private readonly Queue<Message> _inbox = new();
    private TaskCompletionSource? _arrived;
    private TaskCompletionSource? _flows;
    private WebSocketState _state = WebSocketState.Open;
    private byte[]? _reading;
    private int _read;

    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => _state;

    public override string? SubProtocol => null;

    public void Arrive(Message message)
    {
        _inbox.Enqueue(message);
        _arrived?.TrySetResult();
    }

    public void Break()
    {
        _state = WebSocketState.Aborted;
        _arrived?.TrySetResult();
        _flows?.TrySetResult();
    }

    /// <summary>The network takes messages again.</summary>
    public void Flow() => _flows?.TrySetResult();

    public override void Abort() => link.Break();

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (_inbox.Count == 0 && _reading is null)
        {
            if (_state is WebSocketState.Aborted)
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            // No WaitAsync of a task: its end would pass through the thread pool, and out of the simulator's sight.
            await using (cancellationToken.Register(() => _arrived.TrySetCanceled(cancellationToken)))
                await _arrived.Task;
        }

        if (_reading is null)
        {
            var message = _inbox.Peek();
            if (message.Text is null)
            {
                _inbox.Dequeue();
                _state = _state is WebSocketState.CloseSent ? WebSocketState.Closed : WebSocketState.CloseReceived;
                return new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true);
            }

            (_reading, _read) = (Encoding.UTF8.GetBytes(_inbox.Dequeue().Text!), 0);
        }

        var length = Math.Min(buffer.Length, _reading.Length - _read);
        _reading.AsMemory(_read, length).CopyTo(buffer);
        _read += length;
        var end = _read == _reading.Length;
        if (end)
            _reading = null;
        return new ValueWebSocketReceiveResult(length, WebSocketMessageType.Text, end);
    }

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        while (link.IsHeldUp && _state is not WebSocketState.Aborted)
        {
            _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _flows.Task;
        }

        if (_state is not (WebSocketState.Open or WebSocketState.CloseReceived))
            throw new WebSocketException(WebSocketError.InvalidState);
        var text = Encoding.UTF8.GetString(buffer.Span);
        link.ToBrowser.Enqueue(new Message(text));
        Told.Note(link.Browser, text);
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        _state = _state is WebSocketState.CloseReceived ? WebSocketState.Closed : WebSocketState.CloseSent;
        link.ToBrowser.Enqueue(new Message(Text: null, (int)closeStatus));
        return Task.CompletedTask;
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override void Dispose()
    {
    }
}
