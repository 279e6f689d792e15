using System.Buffers.Binary;

namespace Holdfast.Platform.Identity;

/// <summary>Looks at the first bytes of a picture: what it is, and how large. Nothing is drawn here, so nothing that is drawn wrong can do harm.</summary>
internal static class PictureFormat
{
    /// <summary>What it is to be, on each side.</summary>
    internal const int LeastPixels = 16;
    internal const int MostPixels = 1024;

    private static ReadOnlySpan<byte> PngMark => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegMark => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> Vp8Mark => [0x9D, 0x01, 0x2A];

    /// <returns>The media type; null for what is no picture of these kinds, or not of a fitting size.</returns>
    internal static string? TypeOf(ReadOnlySpan<byte> bytes)
    {
        var (type, width, height) = Read(bytes);
        return width is >= LeastPixels and <= MostPixels && height is >= LeastPixels and <= MostPixels ? type : null;
    }

    private static (string? Type, int Width, int Height) Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 33 && bytes.StartsWith(PngMark) && bytes[12..16].SequenceEqual("IHDR"u8))
            return ("image/png", BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]));
        if (bytes.Length >= 30 && bytes[..4].SequenceEqual("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8))
            return ReadWebP(bytes);
        return bytes.Length >= 4 && bytes.StartsWith(JpegMark) ? ReadJpeg(bytes) : default;
    }

    private static (string? Type, int Width, int Height) ReadWebP(ReadOnlySpan<byte> bytes)
    {
        const string Type = "image/webp";
        if (bytes[12..16].SequenceEqual("VP8 "u8) && bytes[23..].StartsWith(Vp8Mark))
            return (Type, BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF);
        if (bytes[12..16].SequenceEqual("VP8L"u8) && bytes[20] == 0x2F)
        {
            var packed = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            return (Type, (int)(packed & 0x3FFF) + 1, (int)((packed >> 14) & 0x3FFF) + 1);
        }

        return bytes[12..16].SequenceEqual("VP8X"u8)
            ? (Type, (bytes[24] | (bytes[25] << 8) | (bytes[26] << 16)) + 1, (bytes[27] | (bytes[28] << 8) | (bytes[29] << 16)) + 1)
            : default;
    }

    /// <summary>Goes from segment to segment up to the one that says how large it is.</summary>
    private static (string? Type, int Width, int Height) ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        for (var at = 2; at + 9 <= bytes.Length && bytes[at] == 0xFF;)
        {
            var marker = bytes[at + 1];
            // All frames but the tables that lie among their numbers.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return ("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }

        return default;
    }
}
