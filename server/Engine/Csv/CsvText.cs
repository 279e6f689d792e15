using System.Buffers;
using System.Text;

namespace Holdfast.Engine.Csv;

/// <summary>Tables as text, after RFC 4180: a line a row, quotes around what holds separators, quotes or line breaks.</summary>
internal static class CsvText
{
    private const string Risky = "=+-@\t\r";
    private static readonly SearchValues<char> Marks = SearchValues.Create(",;\t\"\r\n");
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>The rows of a table, with empty ones among them. What separates cells is what stands most often in the first line.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> Read(string text)
    {
        var at = text.StartsWith('\uFEFF') ? 1 : 0;
        var head = text.AsSpan(at, (text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : text.Length) - at).ToString();
        var separator = Separators.MaxBy(mark => head.Count(c => c == mark));
        var rows = new List<IReadOnlyList<string>>();
        var row = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quoted && c == '"' && at + 1 < text.Length && text[at + 1] == '"')
                cell.Append(text[++at]);
            else if (c == '"' && (quoted || cell.Length == 0))
                quoted = !quoted;
            else if (quoted)
                cell.Append(c);
            else if (c == separator)
                EndCell();
            else if (c == '\n')
                EndRow();
            else if (c != '\r')
                cell.Append(c);
        }

        EndRow();
        return rows;

        void EndCell()
        {
            row.Add(cell.ToString());
            cell.Clear();
        }

        void EndRow()
        {
            EndCell();
            rows.Add(row);
            row = [];
        }
    }

    /// <summary>Adds a row.</summary>
    internal static void Write(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendJoin(',', cells.Select(cell => cell.AsSpan().IndexOfAny(Marks) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append("\r\n");

    /// <summary>A text that no spreadsheet takes for a formula: an apostrophe stands before what begins like one.</summary>
    internal static string Neutral(string text) => text.Length > 0 && Risky.Contains(text[0], StringComparison.Ordinal) ? $"'{text}" : text;

    /// <summary>The text that <see cref="Neutral"/> was given.</summary>
    internal static string Plain(string text) => text.Length > 1 && text[0] == '\'' && Risky.Contains(text[1], StringComparison.Ordinal) ? text[1..] : text;
}
