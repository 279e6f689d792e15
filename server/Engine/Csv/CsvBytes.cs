using System.Text;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Csv;

/// <summary>
/// The text of a table's file, in whatever encoding programs write them. The browser reads files by the same rules
/// (<c>web/src/ui/transfer/fileText.ts</c>); both run <c>contract/bytes.json</c>.
/// </summary>
public static class CsvBytes
{
    /// <summary>What is taken for the encoding of a text that is not UTF-8 and does not say what it is.</summary>
    private const string Usual = "windows-1252";

    private static readonly Dictionary<string, Encoding> Known = new(StringComparer.Ordinal)
    {
        ["utf-8"] = new UTF8Encoding(false, throwOnInvalidBytes: true),
        ["utf-16le"] = new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
        ["utf-16be"] = new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
        ["windows-1250"] = CodePage(1250),
        ["windows-1251"] = CodePage(1251),
        [Usual] = CodePage(1252),
        ["windows-1256"] = CodePage(1256),
    };

    /// <summary>The encodings that can be asked for, by the names that browsers know.</summary>
    public static IEnumerable<string> Encodings => Known.Keys;

    /// <param name="bytes">Of the file.</param>
    /// <param name="asked">One of <see cref="Encodings"/>, or null to find out. A byte order mark at the start outweighs it.</param>
    /// <returns>The text without its mark and the encoding that it was in, or what stands against the file.</returns>
    public static (string Text, string Encoding, Failure? Failure) Read(ReadOnlySpan<byte> bytes, string? asked)
    {
        if (MarkOf(bytes) is { } marked)
            return Decode(bytes[marked.Length..], marked.Encoding);
        if (asked is not null)
            return Decode(bytes, asked);
        var plain = Decode(bytes, "utf-8");
        return plain.Failure?.Code == ImportFailures.Encoding ? Decode(bytes, Usual) : plain;
    }

    /// <summary>What stands against a text as the table of an import; null where nothing does.</summary>
    public static Failure? Check(string text)
    {
        var row = 1;
        foreach (var c in text)
        {
            if (c == '\n')
                row++;
            else if (c == '\uFFFD')
                return ImportFailures.LostCharacters.With($"Line {row} holds the sign for a character that could not be read. Send the bytes of the file, as 'file'.", "csv", ("line", row));
            else if (char.IsControl(c) && c is not ('\t' or '\r'))
                return ImportFailures.NotText.With($"Line {row} holds the control character U+{(int)c:X4}, so this is no table of text. Save it as CSV.", "csv", ("line", row));
        }

        return null;
    }

    private static (string Text, string Encoding, Failure? Failure) Decode(ReadOnlySpan<byte> bytes, string encoding)
    {
        try
        {
            var text = Known[encoding].GetString(bytes);
            return (text, encoding, Check(text));
        }
        catch (DecoderFallbackException)
        {
            return ("", encoding, ImportFailures.Encoding.With($"The file is not in {encoding}. Name another encoding, or none.", "encoding", ("encoding", encoding)));
        }
    }

    private static (string Encoding, int Length)? MarkOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => ("utf-8", 3),
        [0xFF, 0xFE, ..] => ("utf-16le", 2),
        [0xFE, 0xFF, ..] => ("utf-16be", 2),
        _ => null,
    };

    private static Encoding CodePage(int number) =>
        CodePagesEncodingProvider.Instance.GetEncoding(number, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
}
