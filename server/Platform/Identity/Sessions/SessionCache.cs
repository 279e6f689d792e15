using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Sessions as they were read a moment ago, in Redis where there is one, so that a page which asks much does not ask the database
/// each time. Whoever ends or changes a session takes it out; should that get lost, it counts for less than a second. What stands
/// there bears a MAC: whoever can write into Redis makes nobody signed in.
/// </summary>
internal sealed class SessionCache(InstanceSecret secret, TimeProvider time, RedisClient? redis = null)
{
    /// <summary>Counted from before it was read, so that an end between the reading and the keeping is noticed as soon as any other.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromMilliseconds(900);

    private sealed record Kept(SessionRow Row, DateTimeOffset ReadAt);

    /// <summary>Whether anything is kept at all.</summary>
    internal bool IsThere => redis is not null;

    /// <param name="cookie">The hash of the cookie.</param>
    /// <param name="read">Asks the database.</param>
    internal async Task<SessionRow?> ReadAsync(byte[] cookie, Func<Task<SessionRow?>> read)
    {
        if (redis is null)
            return await read();
        var key = Key(cookie);
        if (await TryAsync("GET", key) is string text && await OpenAsync(key, text) is { } kept && Left(kept.ReadAt) is > 0)
            return kept.Row;
        var readAt = time.GetUtcNow();
        var row = await read();
        if (row is { EndedAt: null } && Left(readAt) is > 0 and var left)
            await TryAsync("SET", key, await SealAsync(key, new Kept(row, readAt)), "PX", $"{left}");
        return row;
    }

    /// <summary>Takes sessions out, by the hashes of their cookies.</summary>
    internal async Task ForgetAsync(params IReadOnlyCollection<byte[]> cookies)
    {
        if (cookies.Count > 0)
            await TryAsync(["DEL", .. cookies.Select(Key)]);
    }

    /// <summary>In milliseconds. A clock that runs ahead of another's makes less of it, never more.</summary>
    private int Left(DateTimeOffset readAt) => time.GetUtcNow() - readAt is var age && age >= TimeSpan.Zero ? (int)(Life - age).TotalMilliseconds : 0;

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
