using System.Net.WebSockets;
using System.Text;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>A network that a connection writes to, and that never says anything.</summary>
internal abstract class MuteSocket : WebSocket
{
    public override WebSocketCloseStatus? CloseStatus => null;

    public override string? CloseStatusDescription => null;

    public override WebSocketState State => WebSocketState.Open;

    public override string? SubProtocol => null;

    public override void Abort()
    {
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
    }

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();
}

/// <summary>One that takes everything and remembers it.</summary>
internal sealed class HearingSocket : MuteSocket
{
    private readonly StringBuilder _heard = new();

    public string Heard
    {
        get
        {
            lock (_heard)
                return _heard.ToString();
        }
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        lock (_heard)
            _heard.Append(Encoding.UTF8.GetString(buffer));
        return Task.CompletedTask;
    }
}

/// <summary>One that keeps whoever sends, until it is told to go on.</summary>
internal sealed class StuckSocket : MuteSocket
{
    public TaskCompletionSource Sending { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ManualResetEventSlim GoOn { get; } = new();

    public override void Dispose()
    {
        GoOn.Dispose();
        base.Dispose();
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        Sending.TrySetResult();
        GoOn.Wait(TimeSpan.FromSeconds(60), cancellationToken);
        return Task.CompletedTask;
    }
}
