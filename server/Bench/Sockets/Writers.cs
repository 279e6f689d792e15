using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Holdfast.Bench.Sockets;

/// <summary>Whoever sends what the audience then gets.</summary>
internal interface IWriter
{
    /// <summary>The sequence number that the next message will have at the audience.</summary>
    long Next { get; }

    Task SendAsync(CancellationToken cancel);

    /// <summary>Returns when the server has answered everything that was sent, and throws if it has refused some of it.</summary>
    Task ConfirmAsync(CancellationToken cancel);
}

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

/// <summary>Renames one customer again and again.</summary>
internal sealed class CustomerWriter : IWriter
{
    private readonly ClientWebSocket _socket;
    private readonly Guid _customer = Guid.CreateVersion7();
    private long _mutation;
    private long _confirmed;

    private CustomerWriter(ClientWebSocket socket, long head) => (_socket, Next) = (socket, head + 1);

    public long Next { get; private set; }

    /// <summary>Says hello and creates the customer. Nobody else may write in the workspace while this one does.</summary>
    internal static async Task<CustomerWriter> OpenAsync(Person person, CancellationToken cancel)
    {
        var socket = await person.Door.OpenAsync(0, cancel);
        await socket.SendAsync(person.Hello([]), WebSocketMessageType.Text, endOfMessage: true, cancel);
        using var welcome = await NextAsync(socket, "welcome", cancel);
        var writer = new CustomerWriter(socket, welcome.RootElement.GetProperty("head").GetProperty("seq").GetInt64());
        await writer.PushAsync(new { op = "create", type = "solo.customer", id = writer._customer, values = new { name = "Customer" } }, cancel);
        await writer.ConfirmAsync(cancel);
        return writer;
    }

    public Task SendAsync(CancellationToken cancel) =>
        PushAsync(new { op = "set", type = "solo.customer", id = _customer, field = "name", value = $"Customer {_mutation:000000}" }, cancel);

    public async Task ConfirmAsync(CancellationToken cancel)
    {
        while (_confirmed < _mutation)
        {
            using var answer = await NextAsync(_socket, "result", cancel);
            foreach (var result in answer.RootElement.GetProperty("results").EnumerateArray())
            {
                if (result.GetProperty("outcome").GetString() != "applied")
                    throw new BenchException($"A write was not applied: {result}");
                _confirmed++;
            }
        }
    }

    private Task PushAsync(object operation, CancellationToken cancel)
    {
        Next++;
        var frame = new { t = "push", transactions = new[] { new { mutation = ++_mutation, id = Guid.CreateVersion7(), schema = 1, operations = new[] { operation } } } };
        return _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, cancel);
    }

    private static async Task<JsonDocument> NextAsync(ClientWebSocket socket, string kind, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult read;
            do
            {
                read = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
                length += read.Count;
            }
            while (!read.EndOfMessage);
            if (read.MessageType == WebSocketMessageType.Close)
                throw new BenchException($"The writer's socket was closed: {socket.CloseStatus} {socket.CloseStatusDescription}");
            var frame = JsonDocument.Parse(buffer.AsMemory(0, length).ToArray());
            if (frame.RootElement.GetProperty("t").ValueEquals(kind))
                return frame;
            if (frame.RootElement.GetProperty("t").ValueEquals("error"))
                throw new BenchException($"The server refused a message: {frame.RootElement}");
            frame.Dispose();
        }
    }
}
