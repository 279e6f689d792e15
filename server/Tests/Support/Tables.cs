namespace Holdfast.Tests.Support;

/// <summary>Tables as a test writes them for a reader's eye.</summary>
internal static class Tables
{
    /// <summary>The rows: what stands first in a line, and the words behind it by the heads of their columns.</summary>
    public static Dictionary<string, Dictionary<string, string>> Read(string text)
    {
        var rows = text.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        return rows[1..].ToDictionary(row => row[0], row => rows[0].Zip(row[1..]).ToDictionary(cell => cell.First, cell => cell.Second, StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
