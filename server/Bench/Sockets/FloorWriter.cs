using System.Net.WebSockets;
using System.Text;

namespace Holdfast.Bench.Sockets;

/// <summary>Writes to the floor: messages as long as the product's, which go on as they are.</summary>
internal sealed class FloorWriter(ClientWebSocket socket, int bytes) : IWriter
{
    public long Next { get; private set; } = 1;

    public Task SendAsync(CancellationToken cancel)
    {
        var message = $"{Encoding.UTF8.GetString(Delta.Start)}{Next++ - 1},\"pad\":\"";
        return socket.SendAsync(Encoding.UTF8.GetBytes(message.PadRight(bytes - 2, '.') + "\"}"), WebSocketMessageType.Text, endOfMessage: true, cancel);
    }

    public Task ConfirmAsync(CancellationToken cancel) => Task.CompletedTask;
}
