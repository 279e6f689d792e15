using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Platform.Http;

/// <summary>An open connection to a Redis, until it breaks. It speaks RESP, the protocol of Redis, in its second version.</summary>
internal sealed class RedisLine : IAsyncDisposable
{
    private const int LongestAnswer = 16 * 1024 * 1024;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[8192];
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Queue<TaskCompletionSource<object?>> _waiting = [];
    private readonly Task _reading;
    private int _from;
    private int _to;

    private RedisLine(Stream stream)
    {
        _stream = stream;
        _reading = ReadAsync();
    }

    /// <summary>Whether it is of no use any more. What was asked on it has failed by then.</summary>
    internal bool IsBroken { get; private set; }

    internal static async Task<RedisLine> OpenAsync(RedisAddress address, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancel);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (!address.IsEncrypted)
                return new RedisLine(stream);
            var encrypted = new SslStream(stream);
            await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancel);
            return new RedisLine(encrypted);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="RedisException">It refuses, or did not answer in time, which breaks the line: a late answer would be taken for the next.</exception>
    internal async Task<object?> AskAsync(IReadOnlyList<string> words, TimeSpan patience)
    {
        var answer = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SayAsync(Encode(words), answer).WaitAsync(patience);
            var answered = await answer.Task.WaitAsync(patience);
            return answered is RedisException refused ? throw refused : answered;
        }
        catch (Exception e) when (e is TimeoutException or IOException or ObjectDisposedException)
        {
            Break(e);
            throw new RedisException("Redis does not answer.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Break(new ObjectDisposedException(nameof(RedisLine)));
        await _reading;
        _writing.Dispose();
    }

    private async Task SayAsync(byte[] command, TaskCompletionSource<object?> answer)
    {
        await _writing.WaitAsync();
        try
        {
            lock (_waiting)
            {
                ObjectDisposedException.ThrowIf(IsBroken, this);
                _waiting.Enqueue(answer);
            }

            await _stream.WriteAsync(command);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var answer = await ReadOneAsync();
                lock (_waiting)
                    _waiting.Dequeue().TrySetResult(answer);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or FormatException or OverflowException)
        {
            Break(e);
        }
    }

    private void Break(Exception why)
    {
        lock (_waiting)
        {
            IsBroken = true;
            while (_waiting.TryDequeue(out var answer))
                answer.TrySetResult(new RedisException("The connection to Redis broke.", why));
        }

        _stream.Dispose();
    }

    private async Task<object?> ReadOneAsync()
    {
        var line = await ReadLineAsync();
        var rest = line[1..];
        switch (line[0])
        {
            case '+':
                return rest;
            case '-':
                return new RedisException($"Redis refuses: {rest}");
            case ':':
                return long.Parse(rest, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            case '$':
                return Length(rest) is { } bytes ? await ReadTextAsync(bytes) : null;
            case '*' when Length(rest) is { } count:
                var items = new object?[count];
                for (var i = 0; i < count; i++)
                    items[i] = await ReadOneAsync();
                return items;
            case '*':
                return null;
            default:
                throw new FormatException("This is no answer of a Redis.");
        }
    }

    private static int? Length(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) switch
    {
        < 0 => null,
        <= LongestAnswer and var length => length,
        _ => throw new FormatException("An answer of Redis is longer than anything that was asked for."),
    };

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (await ReadByteAsync() is var next && next != '\r')
            line.Append((char)next);
        await ReadByteAsync();
        return line.Length > 0 ? line.ToString() : throw new FormatException("This is no answer of a Redis.");
    }

    private async Task<string> ReadTextAsync(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = await ReadByteAsync();
        await ReadByteAsync();
        await ReadByteAsync();
        return Encoding.UTF8.GetString(bytes);
    }

    private async ValueTask<byte> ReadByteAsync()
    {
        if (_from == _to)
        {
            (_from, _to) = (0, await _stream.ReadAsync(_buffer));
            if (_to == 0)
                throw new EndOfStreamException("Redis has closed the connection.");
        }

        return _buffer[_from++];
    }

    private static byte[] Encode(IReadOnlyList<string> words)
    {
        using var command = new MemoryStream();
        Write($"*{words.Count}\r\n");
        foreach (var word in words)
            Write($"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        return command.ToArray();

        void Write(string text) => command.Write(Encoding.UTF8.GetBytes(text));
    }
}
