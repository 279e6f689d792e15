using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Holdfast.Bench.Sockets;

/// <summary>Renames one customer again and again.</summary>
internal sealed class CustomerWriter : IWriter
{
    private readonly ClientWebSocket _socket;
    private readonly Channel<JsonElement> _answers = Channel.CreateUnbounded<JsonElement>();
    private readonly Guid _customer = Guid.CreateVersion7();
    private long _mutation;
    private long _confirmed;

    private CustomerWriter(ClientWebSocket socket) => _socket = socket;

    public long Next { get; private set; }

    /// <summary>Says hello and creates the customer. Where sequence numbers matter, nobody else may write in the workspace while this one does.</summary>
    internal static async Task<CustomerWriter> OpenAsync(Person person, CancellationToken cancel, int number = 0)
    {
        var writer = new CustomerWriter(await person.Door.OpenAsync(number, cancel));
        _ = writer.ReadAsync();
        await writer._socket.SendAsync(person.Hello([]), WebSocketMessageType.Text, endOfMessage: true, cancel);
        var welcome = await writer.AnswerAsync("welcome", cancel);
        writer.Next = welcome.GetProperty("head").GetProperty("seq").GetInt64() + 1;
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
            var answer = await AnswerAsync("result", cancel);
            foreach (var result in answer.GetProperty("results").EnumerateArray())
            {
                if (!result.GetProperty("outcome").ValueEquals("applied"))
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

    /// <summary>The next message of a kind; others on the way to it say nothing to a writer, unless they are an error.</summary>
    private async Task<JsonElement> AnswerAsync(string kind, CancellationToken cancel)
    {
        while (true)
        {
            var answer = await _answers.Reader.ReadAsync(cancel);
            if (answer.GetProperty("t").ValueEquals(kind))
                return answer;
            if (answer.GetProperty("t").ValueEquals("error"))
                throw new BenchException($"The server refused a message: {answer}");
        }
    }

    /// <summary>Reads without a pause, because a socket that is not read does not answer the server's pings either.</summary>
    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: WebSocketMessageType.Text, EndOfMessage: true } read)
                _answers.Writer.TryWrite(JsonElement.Parse(buffer.AsSpan(0, read.Count)));
            _answers.Writer.TryComplete(new WebSocketException($"The writer's socket was closed: {_socket.CloseStatus} {_socket.CloseStatusDescription}"));
        }
        catch (Exception e) when (e is WebSocketException or JsonException)
        {
            _answers.Writer.TryComplete(e);
        }
    }
}
