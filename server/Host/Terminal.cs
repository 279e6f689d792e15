using System.Globalization;
using System.Text;

namespace Holdfast.Host;

/// <summary>What is said to whoever runs a command. What people typed never reaches a terminal as it is, which it might command.</summary>
internal static class Terminal
{
    /// <summary>Text that moves no cursor and hides nothing: control, format and unknown characters by their number.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            plain.Append(shown ? rune.ToString() : $"\\u{{{rune.Value:X4}}}");
        }

        return plain.ToString();
    }

    /// <summary>Says what must not be overlooked.</summary>
    public static async Task WarnAsync(IReadOnlyList<string> warnings)
    {
        foreach (var one in warnings)
            await Console.Error.WriteLineAsync($"WARNING: {Plain(one)}");
    }
}
