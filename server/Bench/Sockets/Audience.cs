using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Holdfast.Bench.Sockets;

/// <summary>Many sockets that read, and note when the last of them has got a message. They look for its mark only, so that reading costs little.</summary>
internal sealed class Audience : IAsyncDisposable
{
    private const int OpeningAtOnce = 8;

    private readonly ConcurrentDictionary<long, Delivery> _expected = new();
    private readonly ConcurrentBag<ClientWebSocket> _sockets = [];
    private readonly ConcurrentBag<Task> _reading = [];
    private readonly byte[] _ready;
    private readonly (byte[] To, byte[] Says)[] _answers;

    private Audience(Subscription subscription)
    {
        _ready = Encoding.UTF8.GetBytes(subscription.Ready);
        _answers = [.. subscription.Answers.Select(answer => (Encoding.UTF8.GetBytes(answer.To), Encoding.UTF8.GetBytes(answer.Says)))];
    }

    /// <summary>The length of the newest message that was waited for.</summary>
    internal int MessageBytes { get; private set; }

    /// <summary>Opens many sockets that subscribe alike.</summary>
    internal static Task<Audience> OpenAsync(Subscription subscription, int size, CancellationToken cancel) =>
        OpenAsync([.. Enumerable.Repeat(subscription, size)], cancel);

    /// <summary>Opens as many sockets as there are subscriptions, and waits until each has heard that it is subscribed.</summary>
    internal static async Task<Audience> OpenAsync(IReadOnlyList<Subscription> subscriptions, CancellationToken cancel)
    {
        var audience = new Audience(subscriptions[0]);
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, subscriptions.Count), new ParallelOptions { MaxDegreeOfParallelism = OpeningAtOnce, CancellationToken = cancel }, async (number, stop) =>
            {
                var subscription = subscriptions[number];
                var socket = await subscription.Door.OpenAsync(number, stop);
                audience._sockets.Add(socket);
                if (subscription.Hello is not null)
                    await SendAsync(socket, subscription.Hello());
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
    /// <param name="number">Its mark's.</param>
    /// <param name="readers">How many are to get it.</param>
    internal Delivery Expect(long number, int readers) => _expected[number] = new Delivery(readers);

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

    private static ValueTask SendAsync(ClientWebSocket socket, byte[] message) =>
        socket.SendAsync(message.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task ReadAsync(ClientWebSocket socket, TaskCompletionSource subscribed)
    {
        var buffer = new byte[4096];
        var (length, looked) = (0, false);
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (read.MessageType == WebSocketMessageType.Close)
                    return;
                length += read.Count;
                if (!looked && (read.EndOfMessage || length == buffer.Length))
                {
                    if (Look(buffer.AsSpan(0, length), subscribed) is { } answer)
                        await SendAsync(socket, answer);
                    looked = true;
                }

                // Of a long message, as of a snapshot, only the beginning is of interest.
                if (looked)
                    length = 0;
                looked &= !read.EndOfMessage;
            }
        }
        catch (WebSocketException)
        {
            // The server is gone; whoever waits for a delivery says so.
        }
    }

    /// <returns>What the server expects to hear.</returns>
    private byte[]? Look(ReadOnlySpan<byte> message, TaskCompletionSource subscribed)
    {
        if (message.StartsWith(_ready))
        {
            subscribed.TrySetResult();
            return null;
        }

        foreach (var (to, says) in _answers)
        {
            if (message.StartsWith(to))
                return says;
        }

        var now = Stopwatch.GetTimestamp();
        if (!Mark.TryFind(message, out var number))
            return null;
        if (!_expected.TryGetValue(number, out var delivery))
            throw new BenchException("A change came that nobody sent.");
        MessageBytes = message.Length;
        delivery.Arrived(now);
        return null;
    }
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
