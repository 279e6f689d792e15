using System.Buffers.Binary;
using System.Text;

namespace Holdfast.Engine.Log;

/// <summary>Bytes that grow and are used again, written so that no two different contents give the same bytes: big-endian, each length before what it measures.</summary>
internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[1024];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    internal Span<byte> Slice(int offset, int length) => _bytes.AsSpan(offset, length);

    internal void Clear() => Length = 0;

    /// <summary>Takes back what was written last.</summary>
    internal void Cut(int length) => Length = length;

    /// <summary>Room for so many bytes, counted as written.</summary>
    internal Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    internal void Byte(byte value) => Take(1)[0] = value;

    internal void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    internal void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    internal void Id(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    internal void Id(Guid? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        if (value is { } known)
            Id(known);
    }

    internal void Int64(long? value)
    {
        Byte(value is null ? (byte)0 : (byte)1);
        if (value is { } known)
            Int64(known);
    }

    internal void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    internal void Text(ReadOnlySpan<byte> utf8)
    {
        Int32(utf8.Length);
        Raw(utf8);
    }

    internal void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Int32(length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }
}
