using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Csv;

/// <summary>What stands in a cell for a value. Money stands there in its major unit, with a point; the items of a list with a semicolon between them.</summary>
internal static class CsvCell
{
    private const string ListMark = "; ";

    /// <summary>The value that a cell says, for its field to read. What cannot be understood is handed on as text, and so refused.</summary>
    /// <param name="field">Of the column.</param>
    /// <param name="text">As it stands in the cell.</param>
    /// <param name="currency">That of the same row, where there is one.</param>
    internal static JsonElement Read(Field field, string text, string? currency)
    {
        text = CsvText.Plain(text.Trim());
        JsonNode? value = field switch
        {
            _ when text.Length == 0 => null,
            MoneyField => Minor(text, currency) is { } minor ? minor : text,
            NumberField => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text,
            BooleanField => text.ToUpperInvariant() switch { "TRUE" or "YES" or "1" => true, "FALSE" or "NO" or "0" => false, _ => text },
            // One item more than it holds is enough for the field to refuse it.
            TextListField list => new JsonArray([.. text.Split(';', list.MaxItems + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => JsonValue.Create(item))]),
            _ => text,
        };
        return JsonSerializer.SerializeToElement(value);
    }

    /// <summary>The cell for a value as the wire holds it.</summary>
    internal static string Write(Field field, JsonElement value, string? currency) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.Array => CsvText.Neutral(string.Join(ListMark, value.EnumerateArray().Select(item => item.GetString()))),
        JsonValueKind.String => CsvText.Neutral(value.GetString()!),
        JsonValueKind.Number when field is MoneyField => Major(value.GetInt64(), currency),
        // A number stays one, whatever it begins with; so do true and false.
        _ => value.GetRawText(),
    };

    private static long? Minor(string text, string? currency)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var major))
            return null;
        var minor = major * Unit(currency);
        return minor == decimal.Truncate(minor) && Math.Abs(minor) <= NumberField.Exact ? (long)minor : null;
    }

    private static string Major(long minor, string? currency)
    {
        var unit = Unit(currency);
        return (minor / (decimal)unit).ToString($"F{unit.ToString(CultureInfo.InvariantCulture).Length - 1}", CultureInfo.InvariantCulture);
    }

    /// <summary>How many minor units a major one has (ISO 4217).</summary>
    private static int Unit(string? currency) => currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 1,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 1000,
        _ => 100,
    };
}
