using System.Text.Json;

namespace Holdfast.Bench.Sockets;

/// <summary>A socket of ours that has said hello and writes.</summary>
internal sealed class BrowserSocket : IDisposable
{
    private readonly WriterSocket _socket;
    private long _mutation;
    private long _confirmed;

    private BrowserSocket(WriterSocket socket) => _socket = socket;

    /// <summary>The first message of a socket, each time from another browser.</summary>
    internal static byte[] Hello(Guid workspace, IReadOnlyList<string> scopes) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        t = "hello",
        proto = 1,
        schema = 1,
        browser = Guid.CreateVersion7(),
        workspace,
        epoch = (Guid?)null,
        cursor = (object?)null,
        scopes,
    });

    internal static async Task<BrowserSocket> OpenAsync(Door door, byte[] hello, CancellationToken cancel, int number = 0)
    {
        var socket = await WriterSocket.OpenAsync(door, number, cancel);
        await socket.SendAsync(hello, cancel);
        await socket.NextAsync(Starts("welcome"), cancel);
        return new BrowserSocket(socket);
    }

    /// <summary>Sends a transaction of one operation.</summary>
    internal Task PushAsync(object operation, CancellationToken cancel) => PushAsync([operation], cancel);

    /// <summary>Sends a transaction of several.</summary>
    internal Task PushAsync(IEnumerable<object> operations, CancellationToken cancel)
    {
        var frame = new { t = "push", transactions = new[] { new { mutation = ++_mutation, id = Guid.CreateVersion7(), schema = 1, operations } } };
        return _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), cancel);
    }

    /// <summary>Returns when everything that was sent is applied.</summary>
    internal async Task ConfirmAsync(CancellationToken cancel)
    {
        while (_confirmed < _mutation)
        {
            foreach (var result in JsonElement.Parse(await NextAsync("result", cancel)).GetProperty("results").EnumerateArray())
            {
                if (!result.GetProperty("outcome").ValueEquals("applied"))
                    throw new BenchException($"A write was not applied: {result}");
                _confirmed++;
            }
        }
    }

    /// <summary>The next message of a kind.</summary>
    internal Task<string> NextAsync(string kind, CancellationToken cancel) => _socket.NextAsync(Starts(kind), cancel);

    public void Dispose() => _socket.Dispose();

    private static string Starts(string kind) => $"{{\"t\":\"{kind}\"";
}
