using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Platform.Http;
using Microsoft.Extensions.Caching.Memory;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Sessions as they were read a moment ago, so that a page which asks much does not ask the database each time: in Redis where there
/// is one, else in the memory of the process. Whoever ends or changes a session takes it out; in another process, or should that get
/// lost, it counts for less than a second. What stands in Redis bears a MAC: whoever can write there makes nobody signed in.
/// </summary>
internal sealed class SessionCache(InstanceSecret secret, TimeProvider time, RedisClient? redis = null) : IDisposable
{
    /// <summary>
    /// Counted from before it was read, so that an end between the reading and the keeping is noticed as soon as any other. Less in
    /// memory, where what another process ends is seen by this alone.
    /// </summary>
    internal TimeSpan Life { get; } = TimeSpan.FromMilliseconds(redis is null ? 500 : 900);

    /// <summary>In memory; beyond it the database is asked.</summary>
    private const int MostInMemory = 10_000;

    private readonly MemoryCache _memory = new(new MemoryCacheOptions { SizeLimit = MostInMemory, ExpirationScanFrequency = TimeSpan.FromSeconds(5) });

    private sealed record Kept(SessionRow Row, DateTimeOffset ReadAt);

    /// <param name="cookie">The hash of the cookie.</param>
    /// <param name="read">Asks the database.</param>
    internal async Task<SessionRow?> ReadAsync(byte[] cookie, Func<Task<SessionRow?>> read)
    {
        var key = Key(cookie);
        if (await FindAsync(key) is { } kept && Left(kept.ReadAt) > TimeSpan.Zero)
            return kept.Row;
        var readAt = time.GetUtcNow();
        var row = await read();
        if (row is { EndedAt: null } && Left(readAt) is var left && left > TimeSpan.Zero)
            await KeepAsync(key, new Kept(row, readAt), left);
        return row;
    }

    /// <summary>Takes sessions out, by the hashes of their cookies.</summary>
    internal async Task ForgetAsync(params IReadOnlyCollection<byte[]> cookies)
    {
        foreach (var cookie in cookies)
            _memory.Remove(Key(cookie));
        if (cookies.Count > 0)
            await TryAsync(["DEL", .. cookies.Select(Key)]);
    }

    public void Dispose() => _memory.Dispose();

    private async ValueTask<Kept?> FindAsync(string key)
    {
        if (redis is null)
            return _memory.Get<Kept>(key);
        return await TryAsync("GET", key) is string text ? await OpenAsync(key, text) : null;
    }

    private async ValueTask KeepAsync(string key, Kept kept, TimeSpan left)
    {
        if (redis is null)
            _memory.Set(key, kept, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = left });
        else
            await TryAsync("SET", key, await SealAsync(key, kept), "PX", $"{Math.Ceiling(left.TotalMilliseconds)}");
    }

    /// <summary>A clock that runs ahead of another's makes less of it, never more.</summary>
    private TimeSpan Left(DateTimeOffset readAt) => time.GetUtcNow() - readAt is var age && age >= TimeSpan.Zero ? Life - age : TimeSpan.Zero;

    private async Task<object?> TryAsync(params IReadOnlyList<string> words)
    {
        try
        {
            return redis is null ? null : await redis.SendAsync(words);
        }
        catch (RedisException)
        {
            // The database knows it all.
            return null;
        }
    }

    private async ValueTask<string> SealAsync(string key, Kept kept)
    {
        var json = JsonSerializer.Serialize(kept);
        return $"{Base64Url.EncodeToString(await MacAsync(key, json))}{json}";
    }

    private async ValueTask<Kept?> OpenAsync(string key, string text)
    {
        var length = Base64Url.GetEncodedLength(HMACSHA256.HashSizeInBytes);
        if (text.Length <= length)
            return null;
        var expected = Base64Url.EncodeToString(await MacAsync(key, text[length..]));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(text[..length]))
            ? JsonSerializer.Deserialize<Kept>(text[length..])
            : null;
    }

    /// <summary>Of the place as well, so that nobody's session stands in another's.</summary>
    private async ValueTask<byte[]> MacAsync(string key, string json) =>
        HMACSHA256.HashData(await secret.DeriveAsync("session cache"), Encoding.UTF8.GetBytes($"{key} {json}"));

    private static string Key(byte[] cookie) => $"session:{Convert.ToHexString(cookie)}";
}
