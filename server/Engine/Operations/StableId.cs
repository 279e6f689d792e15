using System.Security.Cryptography;

namespace Holdfast.Engine.Operations;

/// <summary>Ids that follow from what they stand for, so that whoever does something again uses the same one.</summary>
internal static class StableId
{
    internal static Guid Of(ReadOnlySpan<byte> source)
    {
        var digest = SHA256.HashData(source).AsSpan(0, 16);
        // UUIDv8, RFC 9562 §5.8: made by rules of our own.
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest, bigEndian: true);
    }
}
