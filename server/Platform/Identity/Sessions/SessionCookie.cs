using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// The browser's half of a session: 256 random bits of which the server keeps only the SHA-256. The prefix
/// <c>__Host-</c> makes browsers refuse it from anywhere but this very host over a safe connection.
/// </summary>
internal static class SessionCookie
{
    internal const string Name = "__Host-sid";
    private const int SecretBytes = 32;

    internal static (string Value, byte[] Hash) New()
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        return (Base64Url.EncodeToString(secret), SHA256.HashData(secret));
    }

    /// <returns>The hash of what the browser sent; null where it sent nothing that could be a session.</returns>
    internal static byte[]? HashOf(HttpRequest request)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        return ValueOf(request, Name) is { } value
            && value.Length == Base64Url.GetEncodedLength(SecretBytes)
            && Base64Url.IsValid(value)
            && Base64Url.TryDecodeFromChars(value, secret, out var length) && length == SecretBytes
            // The last letter has bits to spare, and one session has one cookie.
            && Base64Url.EncodeToString(secret) == value
                ? SHA256.HashData(secret)
                : null;
    }

    /// <summary>
    /// Read here, because the framework takes a name in any case for ours, and of two with one name the last: those that the prefix
    /// keeps others from setting are one, and spelled so.
    /// </summary>
    internal static string? ValueOf(HttpRequest request, string name)
    {
        var ours = request.Headers.Cookie.SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries))
            .Where(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal)).ToArray();
        return ours is [var only] ? only[(name.Length + 1)..] : null;
    }

    /// <param name="response">Of which it becomes a header.</param>
    /// <param name="value">As <see cref="New"/> made it.</param>
    /// <param name="life">How long the session can last at most.</param>
    internal static void Set(HttpResponse response, string value, TimeSpan life) => response.Cookies.Append(Name, value, Options(life));

    internal static void Clear(HttpResponse response) => response.Cookies.Append(Name, "", Options(TimeSpan.Zero));

    // Lax, not Strict: whoever follows a link from a mail is signed in on arrival.
    private static CookieOptions Options(TimeSpan life) =>
        new() { Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = life, IsEssential = true };
}
