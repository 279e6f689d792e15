using System.Buffers.Text;
using System.Security.Cryptography;

namespace Holdfast.Platform.Identity;

/// <summary>What stands behind the # of a link in a mail, where no server logs it and no Referer carries it: 256 random bits.</summary>
internal static class LinkToken
{
    /// <summary>In characters.</summary>
    internal const int Length = 43;

    private const int Bytes = 32;

    internal static (string Token, byte[] Hash) New()
    {
        var bytes = RandomNumberGenerator.GetBytes(Bytes);
        return (Base64Url.EncodeToString(bytes), SHA256.HashData(bytes));
    }

    /// <returns>Null for what cannot be a token.</returns>
    internal static byte[]? HashOf(string token)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        return token.Length == Length && Base64Url.IsValid(token) && Base64Url.TryDecodeFromChars(token, bytes, out var length) && length == Bytes
            ? SHA256.HashData(bytes)
            : null;
    }
}
