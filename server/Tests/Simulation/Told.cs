using System.Text.Json;

namespace Holdfast.Tests.Simulation;

/// <summary>A record, or a change of one, as it was sent to someone.</summary>
/// <param name="Person">To whom.</param>
/// <param name="Type">Of which type.</param>
/// <param name="Id">Which.</param>
/// <param name="Version">As of which version.</param>
/// <param name="At">How far the log reached at least when the person was found to have the right.</param>
/// <param name="Fields">The fields that it showed.</param>
internal sealed record Told(Person Person, string Type, Guid Id, long Version, long At, IReadOnlyList<string> Fields)
{
    public static void Note(Browser browser, string text)
    {
        using var document = JsonDocument.Parse(text);
        var frame = document.RootElement;
        foreach (var records in new[] { "records", "changed" })
        {
            if (!frame.GetProperty("t").ValueEquals("subOk") || !frame.TryGetProperty(records, out var list))
                continue;
            foreach (var record in list.EnumerateArray())
                Note(browser, record, "values", frame.GetProperty("at").GetInt64());
        }

        if (!frame.GetProperty("t").ValueEquals("delta"))
            return;
        foreach (var item in frame.GetProperty("items").EnumerateArray())
        {
            foreach (var record in item.GetProperty("records").EnumerateArray())
                Note(browser, record, record.TryGetProperty("enter", out _) ? "values" : "set", item.GetProperty("seq").GetInt64());
        }
    }

    private static void Note(Browser browser, JsonElement record, string values, long at)
    {
        if (record.TryGetProperty(values, out var shown))
        {
            browser.World.Told.Add(new Told(
                browser.Person, record.GetProperty("type").GetString()!, record.GetProperty("id").GetGuid(), record.GetProperty("version").GetInt64(), at, [.. shown.EnumerateObject().Select(value => value.Name)]));
        }
    }
}
