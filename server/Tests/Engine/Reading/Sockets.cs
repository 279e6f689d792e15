using System.Net.WebSockets;
using System.Text;
using Holdfast.Tests.Support;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>A network that takes everything and remembers it.</summary>
internal sealed class HearingSocket : OpenSocket
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

/// <summary>A network that keeps whoever sends, until it is told to go on.</summary>
internal sealed class StuckSocket : OpenSocket
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
