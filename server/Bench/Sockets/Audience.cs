using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;

namespace Holdfast.Bench.Sockets;

/// <summary>Many sockets that read, and note when the last of them has got a message. They look at its first bytes only, so that reading costs little.</summary>
internal sealed class Audience : IAsyncDisposable
{
    private const int OpeningAtOnce = 8;

    private readonly ConcurrentDictionary<long, Delivery> _expected = new();
    private readonly ConcurrentBag<ClientWebSocket> _sockets = [];
    private readonly ConcurrentBag<Task> _reading = [];
    private readonly int _size;

    private Audience(int size) => _size = size;

    /// <summary>The length of the newest delta.</summary>
    internal int DeltaBytes { get; private set; }

    /// <summary>Opens the sockets and waits until each has heard that it is subscribed.</summary>
    /// <param name="door">Where.</param>
    /// <param name="size">How many.</param>
    /// <param name="hello">Makes the first message of a socket, where the server expects one.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<Audience> OpenAsync(Door door, int size, Func<byte[]>? hello, CancellationToken cancel)
    {
        var audience = new Audience(size);
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, size), new ParallelOptions { MaxDegreeOfParallelism = OpeningAtOnce, CancellationToken = cancel }, async (number, stop) =>
            {
                var socket = await door.OpenAsync(number, stop);
                audience._sockets.Add(socket);
                if (hello is not null)
                    await socket.SendAsync(hello(), WebSocketMessageType.Text, endOfMessage: true, stop);
                var subscribed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var reading = audience.ReadAsync(socket, subscribed);
                audience._reading.Add(reading);
                if (await Task.WhenAny(subscribed.Task, reading).WaitAsync(stop) == reading)
                    throw new BenchException($"A socket was closed before it was subscribed: {socket.CloseStatus} {socket.CloseStatusDescription}");
            });
            return audience;
        }
        catch
        {
            await audience.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins to wait for a message; called before it is sent.</summary>
    internal Delivery Expect(long seq) => _expected[seq] = new Delivery(_size);

    /// <summary>Closes all sockets, and waits until the server has let go of them.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets)
            await CloseAsync(socket);
        await Task.WhenAll(_reading);
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private static async Task CloseAsync(ClientWebSocket socket)
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Closed already from the other side.
        }
    }

    private async Task ReadAsync(ClientWebSocket socket, TaskCompletionSource subscribed)
    {
        var buffer = new byte[1024];
        var starts = true;
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                    return;
                if (starts)
                    Look(buffer.AsSpan(0, read.Count), subscribed);
                starts = read.EndOfMessage;
            }
        }
        catch (WebSocketException)
        {
            // The server is gone; whoever waits for a delivery says so.
        }
    }

    private void Look(ReadOnlySpan<byte> message, TaskCompletionSource subscribed)
    {
        var prefix = Delta.Start;
        if (message.StartsWith(prefix))
        {
            var now = Stopwatch.GetTimestamp();
            if (!Utf8Parser.TryParse(message[prefix.Length..], out long before, out _) || !_expected.TryGetValue(before + 1, out var delivery))
                throw new BenchException("A delta came that nobody sent.");
            DeltaBytes = message.Length;
            delivery.Arrived(now);
        }
        else if (message.StartsWith("""{"t":"subOk" """u8[..^1]))
        {
            subscribed.TrySetResult();
        }
    }
}

/// <summary>How a delta begins on the wire.</summary>
internal static class Delta
{
    internal static ReadOnlySpan<byte> Start => """{"t":"delta","from":"""u8;
}

/// <summary>One message on its way to everybody.</summary>
internal sealed class Delivery(int readers)
{
    private readonly TaskCompletionSource<long> _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = readers;

    /// <summary>Completes with the moment when the last had it.</summary>
    internal Task<long> Last => _last.Task;

    internal int Left => _left;

    internal void Arrived(long now)
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _last.TrySetResult(now);
    }
}
