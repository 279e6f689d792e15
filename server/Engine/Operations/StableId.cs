using System.Security.Cryptography;

namespace Holdfast.Engine.Operations;

/// <summary>Ids that follow from what they stand for, so that whoever does something again uses the same one.</summary>
internal static class StableId
{
    /// <summary>An id of version 8 (RFC 9562 §5.8): made by rules of our own.</summary>
    internal static Guid Of(ReadOnlySpan<byte> source) => Make(SHA256.HashData(source).AsSpan(0, 16), version: 8);

    /// <summary>The id of a record that a transaction makes for something: of version 7, as those of all records are, with the transaction's time.</summary>
    /// <param name="workspace">Where.</param>
    /// <param name="transaction">Its id, of version 7.</param>
    /// <param name="source">What the record is made for.</param>
    internal static Guid OfRecord(Guid workspace, Guid transaction, Guid source)
    {
        Span<byte> bytes = stackalloc byte[48];
        workspace.TryWriteBytes(bytes, bigEndian: true, out _);
        transaction.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        source.TryWriteBytes(bytes[32..], bigEndian: true, out _);
        var digest = SHA256.HashData(bytes).AsSpan(0, 16);
        bytes[16..22].CopyTo(digest);
        return Make(digest, version: 7);
    }

    private static Guid Make(Span<byte> bytes, int version)
    {
        bytes[6] = (byte)((bytes[6] & 0x0F) | (version << 4));
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
