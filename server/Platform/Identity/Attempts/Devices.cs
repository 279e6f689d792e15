using System.Buffers.Text;
using System.Security.Cryptography;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Browsers at which people have signed in, each by a cookie of 128 random bits and their MAC: one that we did not hand out
/// says nothing. It opens nothing either; it only keeps a person's own attempts apart from those of strangers.
/// </summary>
internal sealed class Devices(Db db, InstanceSecret secret, TimeProvider time)
{
    internal const string Cookie = "__Host-device";

    private const int RandomBytes = 16;
    private const int CookieBytes = RandomBytes + HMACSHA256.HashSizeInBytes;
    private const int MostOfOne = 20;

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    /// <returns>The hash by which the browser is known; null where it is not.</returns>
    internal async ValueTask<byte[]?> ReadAsync(HttpRequest request)
    {
        var bytes = new byte[CookieBytes];
        // Length and letters alone do not say it: white space is skipped.
        if (SessionCookie.ValueOf(request, Cookie) is not { } value || value.Length != Base64Url.GetEncodedLength(CookieBytes)
            || !Base64Url.IsValid(value) || !Base64Url.TryDecodeFromChars(value, bytes, out var length) || length != CookieBytes)
            return null;
        var mac = HMACSHA256.HashData(await secret.DeriveAsync("device"), bytes.AsSpan(0, RandomBytes));
        return CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(RandomBytes)) ? SHA256.HashData(bytes) : null;
    }

    /// <summary>What writes down that a person has proven at this browser who he is; sets its cookie. Of many the oldest are forgotten.</summary>
    /// <param name="context">The request by which he did.</param>
    /// <param name="user">Who.</param>
    /// <param name="when">A condition.</param>
    internal async ValueTask<Sql[]> RememberAsync(HttpContext context, Guid user, Sql when)
    {
        // Where the cookie is somebody else's, that one may have kept a copy.
        var hash = await ReadAsync(context.Request) is { } shown
            && await db.Instance.FirstAsync<bool>($"SELECT EXISTS (SELECT FROM identity.devices WHERE user_id = {user} AND secret_hash = {shown})")
                ? shown
                : await HandOutAsync(context.Response);
        return Remember(user, hash, when);
    }

    /// <summary>The same, and forgets all other browsers of the person.</summary>
    internal async ValueTask<Sql[]> RememberAloneAsync(HttpContext context, Guid user, Sql when) =>
        [Forget(user, when), .. Remember(user, await HandOutAsync(context.Response), when)];

    /// <summary>Forgets all browsers of a person.</summary>
    internal static Sql Forget(Guid user, Sql when) => $"DELETE FROM identity.devices WHERE user_id = {user} AND {when}";

    private Sql[] Remember(Guid user, byte[] hash, Sql when)
    {
        var now = time.GetUtcNow();
        return
        [
            $"""
            INSERT INTO identity.devices AS d (user_id, secret_hash, since, used_at) SELECT {user}, {hash}, {now}, {now} WHERE {when}
            ON CONFLICT (user_id, secret_hash) DO UPDATE SET used_at = {now} WHERE d.used_at < {now.AddDays(-1)}
            """,
            $"""
            DELETE FROM identity.devices WHERE user_id = {user} AND secret_hash IN (
              SELECT secret_hash FROM identity.devices WHERE user_id = {user} ORDER BY used_at DESC OFFSET {MostOfOne})
            """,
        ];
    }

    /// <summary>A new one in the answer, by which somebody is known as soon as its hash is kept.</summary>
    internal async ValueTask<byte[]> HandOutAsync(HttpResponse response)
    {
        var random = RandomNumberGenerator.GetBytes(RandomBytes);
        byte[] bytes = [.. random, .. HMACSHA256.HashData(await secret.DeriveAsync("device"), random)];
        response.Cookies.Append(Cookie, Base64Url.EncodeToString(bytes), new CookieOptions
        {
            Secure = true,
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            MaxAge = Life,
            IsEssential = true,
        });
        return SHA256.HashData(bytes);
    }
}
