using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Holdfast.Platform.Identity;

/// <summary>
/// What a program keeps: the id of its session and a generation, with a mark that nobody makes without the key. So the next one
/// can be worked out again, and none is stored. The checksum at its end tells junk, and what merely looks like one, without the key.
/// </summary>
/// <param name="Session">Its session.</param>
/// <param name="Generation">From 1; each use makes the next.</param>
internal sealed record RefreshToken(Guid Session, int Generation)
{
    private const string Prefix = "hfr1_";
    private const int MarkedBytes = 20;
    private const int MarkBytes = 16;
    private const int CheckBytes = 4;
    private const int Bytes = MarkedBytes + MarkBytes + CheckBytes;

    /// <summary>In characters.</summary>
    internal static int Length { get; } = Prefix.Length + Base64Url.GetEncodedLength(Bytes);

    /// <returns>Null for what this key never made.</returns>
    internal static RefreshToken? Read(string text, TokenKey key)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length))
            || !Base64Url.TryDecodeFromChars(text.AsSpan(Prefix.Length), bytes, out var length) || length != Bytes)
            return null;
        var marked = bytes[..MarkedBytes];
        if (!Check(bytes[..^CheckBytes]).AsSpan().SequenceEqual(bytes[^CheckBytes..])
            || !CryptographicOperations.FixedTimeEquals(key.Mark(marked), bytes.Slice(MarkedBytes, MarkBytes)))
            return null;
        return new RefreshToken(new Guid(marked[..16], bigEndian: true), BinaryPrimitives.ReadInt32BigEndian(marked[16..]));
    }

    /// <summary>As it is handed out.</summary>
    internal string Write(TokenKey key)
    {
        var bytes = new byte[Bytes];
        Session.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), Generation);
        key.Mark(bytes.AsSpan(0, MarkedBytes)).CopyTo(bytes, MarkedBytes);
        Check(bytes.AsSpan(0, Bytes - CheckBytes)).CopyTo(bytes, Bytes - CheckBytes);
        return Prefix + Base64Url.EncodeToString(bytes);
    }

    internal RefreshToken Next() => this with { Generation = Generation + 1 };

    private static byte[] Check(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..CheckBytes];
}
