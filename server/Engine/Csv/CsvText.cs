using System.Buffers;
using System.Text;

namespace Holdfast.Engine.Csv;

/// <summary>Tables as text, after RFC 4180: a line a row, quotes around what holds separators, quotes or line breaks.</summary>
internal static class CsvText
{
    private const string Risky = "=+-@\t\r";
    private static readonly SearchValues<char> Marks = SearchValues.Create(",;\t\"\r\n");
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>How many cells of a row are read.</summary>
    internal const int MostCells = 500;

    /// <summary>
    /// The rows of a table that are not empty, as they are read: whoever needs no more stops. What separates cells is what stands most
    /// often in the first line.
    /// </summary>
    /// <returns>The number of each row, as a spreadsheet counts, and its cells: one more than <see cref="MostCells"/> where more of them are filled.</returns>
    internal static IEnumerable<(int Number, IReadOnlyList<string> Cells)> Read(string text)
    {
        var at = text.StartsWith('\uFEFF') ? 1 : 0;
        var separator = SeparatorOf(text.AsSpan(at));
        var row = new List<string>();
        var cell = new StringBuilder();
        var (quoted, number, filled) = (false, 1, false);
        for (; at <= text.Length; at++)
        {
            var c = at < text.Length ? text[at] : '\n';
            if (at == text.Length || (!quoted && c == '\n'))
            {
                EndCell();
                if (filled)
                {
                    yield return (number, row);
                    row = [];
                }

                row.Clear();
                (number, filled) = (number + 1, false);
            }
            else if (quoted && c == '"' && at + 1 < text.Length && text[at + 1] == '"')
                cell.Append(text[++at]);
            else if (c == '"' && (quoted || cell.Length == 0))
                quoted = !quoted;
            else if (quoted)
                cell.Append(c);
            else if (c == separator)
                EndCell();
            else if (c != '\r')
                cell.Append(c);
        }

        void EndCell()
        {
            // Spreadsheets fill rows up with empty cells.
            if (row.Count < MostCells || (row.Count == MostCells && cell.Length > 0))
                row.Add(cell.ToString());
            filled |= cell.Length > 0;
            cell.Clear();
        }
    }

    private static char SeparatorOf(ReadOnlySpan<char> text)
    {
        var head = text.IndexOf('\n') is >= 0 and var end ? text[..end] : text;
        var (most, count) = (Separators[0], 0);
        foreach (var mark in Separators)
        {
            if (head.Count(mark) > count)
                (most, count) = (mark, head.Count(mark));
        }

        return most;
    }

    /// <summary>Adds a row.</summary>
    internal static void Write(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendJoin(',', cells.Select(cell => cell.AsSpan().IndexOfAny(Marks) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append("\r\n");

    /// <summary>A text that no spreadsheet takes for a formula: an apostrophe stands before what begins like one.</summary>
    internal static string Neutral(string text) => text.Length > 0 && Risky.Contains(text[0], StringComparison.Ordinal) ? $"'{text}" : text;

    /// <summary>The text that <see cref="Neutral"/> was given.</summary>
    internal static string Plain(string text) => text.Length > 1 && text[0] == '\'' && Risky.Contains(text[1], StringComparison.Ordinal) ? text[1..] : text;
}
