using System.Text;

namespace Holdfast.Engine.Csv;

/// <summary>A row of a table that holds no records.</summary>
public static class CsvLine
{
    /// <summary>The row with its line break. No cell of it is a formula to a spreadsheet.</summary>
    public static string Of(params IEnumerable<string> cells)
    {
        var text = new StringBuilder();
        CsvText.Write(text, cells.Select(CsvText.Neutral));
        return text.ToString();
    }
}
