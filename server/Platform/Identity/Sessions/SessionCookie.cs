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
        return request.Cookies.TryGetValue(Name, out var value)
            && value.Length == Base64Url.GetEncodedLength(SecretBytes)
            && Base64Url.IsValid(value)
            && Base64Url.TryDecodeFromChars(value, secret, out var length) && length == SecretBytes
                ? SHA256.HashData(secret)
                : null;
    }

    internal static void Set(HttpResponse response, string value) =>
        response.Cookies.Append(Name, value, Options(SessionRules.Absolute));

    internal static void Clear(HttpResponse response) => response.Cookies.Append(Name, "", Options(TimeSpan.Zero));

    // Lax, not Strict: whoever follows a link from a mail is signed in on arrival.
    private static CookieOptions Options(TimeSpan life) =>
        new() { Secure = true, HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = life, IsEssential = true };
}
