using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Holdfast.Bench.Sockets;

/// <summary>A writer's socket. It is read without a pause, because one that is not read does not answer the server's pings either.</summary>
internal sealed class WriterSocket : IDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();

    private readonly IReadOnlyList<(string To, string Says)> _answers;

    private WriterSocket(ClientWebSocket socket, IReadOnlyList<(string To, string Says)> answers) => (_socket, _answers) = (socket, answers);

    /// <param name="door">Where.</param>
    /// <param name="number">Which one it is.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="answers">What it says to messages that begin so, which nobody else then sees.</param>
    internal static async Task<WriterSocket> OpenAsync(Door door, int number, CancellationToken cancel, IReadOnlyList<(string To, string Says)>? answers = null)
    {
        var socket = new WriterSocket(await door.OpenAsync(number, cancel), answers ?? []);
        _ = socket.ReadAsync();
        return socket;
    }

    internal Task SendAsync(string message, CancellationToken cancel) => SendAsync(Encoding.UTF8.GetBytes(message), cancel);

    internal Task SendAsync(byte[] message, CancellationToken cancel) => _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancel);

    /// <summary>The next message that begins so; others on the way to it say nothing to a writer, unless they are an error.</summary>
    internal async Task<string> NextAsync(string start, CancellationToken cancel)
    {
        while (true)
        {
            var message = await _messages.Reader.ReadAsync(cancel);
            if (message.StartsWith(start, StringComparison.Ordinal))
                return message;
            if (message.Contains("\"error\"", StringComparison.Ordinal))
                throw new BenchException($"The server refused a message: {message}");
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        var buffer = new byte[8192];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: WebSocketMessageType.Text, EndOfMessage: true } read)
            {
                var message = Encoding.UTF8.GetString(buffer.AsSpan(0, read.Count));
                if (_answers.FirstOrDefault(answer => message.StartsWith(answer.To, StringComparison.Ordinal)) is { Says: { } says })
                    await SendAsync(says, CancellationToken.None);
                else
                    _messages.Writer.TryWrite(message);
            }

            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            _messages.Writer.TryComplete(new WebSocketException($"The writer's socket was closed: {_socket.CloseStatus} {_socket.CloseStatusDescription}"));
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            _messages.Writer.TryComplete(e);
        }
    }
}
