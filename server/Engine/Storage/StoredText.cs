using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Holdfast.Engine.Storage;

/// <summary>Texts of whatever origin, such as messages of exceptions, as the database takes them.</summary>
internal static class StoredText
{
    /// <summary>How many UTF-16 code units are kept.</summary>
    internal const int Most = 2000;

    /// <summary>The text without U+0000, with U+FFFD for each half of a surrogate pair, and cut off after <see cref="Most"/>.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    internal static string? Of(string? text)
    {
        if (text is null)
            return null;
        var stored = new StringBuilder(Math.Min(text.Length, Most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (stored.Length + rune.Utf16SequenceLength > Most)
                break;
            if (rune.Value != 0)
                stored.Append(rune.ToString());
        }

        return stored.ToString();
    }
}
