using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Holdfast.Platform.Http;

/// <summary>
/// One connection to a Redis, which all share: commands go out as they come, and answers are told apart by their order. It is
/// opened when it is first needed, and anew when it broke. While Redis is away, whoever asks is refused at once.
/// </summary>
public sealed class RedisClient(RedisAddress address) : IAsyncDisposable
{
    /// <summary>Whoever signs in waits no longer for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>One that is away is tried this often at most.</summary>
    private const long PauseMilliseconds = 250;

    private readonly SemaphoreSlim _opening = new(1);
    private volatile RedisLine? _line;
    private long _closedUntil;

    /// <summary>Sends one command.</summary>
    /// <param name="words">Its name and what it takes.</param>
    /// <returns>Null, a number (<see cref="long"/>), a text, or an array of these.</returns>
    /// <exception cref="RedisException">There is no answer, or a refusal. Without an answer nobody knows whether it was done.</exception>
    public async Task<object?> SendAsync(params IReadOnlyList<string> words)
    {
        var line = _line is { IsBroken: false } open ? open : await OpenAsync();
        return await line.AskAsync(words, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_line is { } line)
            await line.DisposeAsync();
        _opening.Dispose();
    }

    private async Task<RedisLine> OpenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_line is { IsBroken: false } open)
                return open;
            if (Environment.TickCount64 < _closedUntil)
                throw new RedisException($"Redis at {address} is away.");
            return await OpenAnewAsync();
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<RedisLine> OpenAnewAsync()
    {
        try
        {
            if (_line is { } broken)
                await broken.DisposeAsync();
            _line = null;
            return _line = await GreetAsync();
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException or RedisException)
        {
            _closedUntil = Environment.TickCount64 + PauseMilliseconds;
            throw e as RedisException ?? new RedisException($"Redis at {address} cannot be reached: {e.Message}", e);
        }
    }

    private async Task<RedisLine> GreetAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var line = await RedisLine.OpenAsync(address, limit.Token);
        try
        {
            if (address.Password is { } password)
                await line.AskAsync(address.User is { } user ? ["AUTH", user, password] : ["AUTH", password], Patience);
            if (address.Database != 0)
                await line.AskAsync(["SELECT", address.Database.ToString(CultureInfo.InvariantCulture)], Patience);
            return line;
        }
        catch
        {
            await line.DisposeAsync();
            throw;
        }
    }
}
