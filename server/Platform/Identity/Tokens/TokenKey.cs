using System.Security.Cryptography;

namespace Holdfast.Platform.Identity;

/// <summary>
/// What tokens are made with, from a file that is not in the database: whoever has a copy of that has no token. All processes
/// of an instance have the same.
/// </summary>
/// <param name="key">32 random bytes.</param>
public sealed class TokenKey(byte[] key)
{
    public const int Size = 32;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly byte[] _sealing = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Size, info: "holdfast signing keys"u8.ToArray());
    private readonly byte[] _marking = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Size, info: "holdfast refresh tokens"u8.ToArray());

    /// <summary>Tells keys apart and gives nothing away about them.</summary>
    internal string Id { get; } = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 8, info: "holdfast token key id"u8.ToArray()));

    /// <summary>One that nobody else has, for what makes no tokens that outlive it.</summary>
    internal static TokenKey New() => new(RandomNumberGenerator.GetBytes(Size));

    /// <summary>128 bits that nobody can make up without the key.</summary>
    internal byte[] Mark(ReadOnlySpan<byte> text) => HMACSHA256.HashData(_marking, text)[..16];

    /// <summary>Encrypts a private key; it opens under the same name only.</summary>
    internal byte[] Seal(byte[] name, byte[] plain)
    {
        var bytes = new byte[NonceSize + plain.Length + TagSize];
        var nonce = bytes.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_sealing, TagSize);
        cipher.Encrypt(nonce, plain, bytes.AsSpan(NonceSize, plain.Length), bytes.AsSpan(^TagSize..), name);
        return bytes;
    }

    /// <exception cref="CryptographicException">It is not what was sealed under this name with this key.</exception>
    internal byte[] Open(byte[] name, byte[] bytes)
    {
        var plain = new byte[bytes.Length - NonceSize - TagSize];
        using var cipher = new AesGcm(_sealing, TagSize);
        cipher.Decrypt(bytes.AsSpan(0, NonceSize), bytes.AsSpan(NonceSize, plain.Length), bytes.AsSpan(^TagSize..), plain, name);
        return plain;
    }
}
