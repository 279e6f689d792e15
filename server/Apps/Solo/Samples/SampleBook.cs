using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Samples;

/// <summary>
/// What a sample is made of: <c>records.json</c> says which records, <c>Texts/</c> how they are called in each language. In a value
/// <c>§key</c> is a text, <c>@name</c> the id of another record, <c>+3d</c> a day from today on, <c>-2d 09:30</c> a moment.
/// </summary>
internal sealed partial class SampleBook(RecordRegistry registry)
{
    private const string English = "en";
    private readonly JsonArray _records = Read("records")!.AsArray();

    /// <summary>The languages that it comes in.</summary>
    internal static IReadOnlyList<string> Languages { get; } = [English, "de", "sq", "ar"];

    /// <summary>The types of what it is made of.</summary>
    internal IEnumerable<string> Types => _records.Select(record => Said(record, "type")).Distinct(StringComparer.Ordinal);

    /// <summary>One transaction that makes all of it, as a browser of today would send it.</summary>
    /// <param name="language">A language tag; English where there are no texts in that language.</param>
    /// <param name="now">The moment around which its dates lie.</param>
    internal JsonElement Compose(string language, DateTimeOffset now)
    {
        var primary = language.Split('-')[0];
        var texts = Read($"Texts.{(Languages.Contains(primary) ? primary : English)}")!.AsObject();
        var ids = _records.ToDictionary(record => Said(record, "name"), _ => Guid.CreateVersion7(), StringComparer.Ordinal);
        var operations = new JsonArray([.. _records.Select(record => Create(Said(record, "type"), ids[Said(record, "name")], Filled(record!["values"]!)))]);
        var made = new JsonArray([.. _records.Select(record => (JsonNode)$"{Said(record, "type")} {ids[Said(record, "name")]}")]);
        operations.Add(Create("solo.sample", Guid.CreateVersion7(), new JsonObject { ["records"] = made }));
        return JsonSerializer.SerializeToElement(new JsonObject { ["id"] = Guid.CreateVersion7(), ["schema"] = registry.Schema, ["operations"] = operations });

        JsonNode? Filled(JsonNode? value) => value switch
        {
            JsonObject of => new JsonObject(of.Select(member => KeyValuePair.Create(member.Key, Filled(member.Value)))),
            JsonArray items => new JsonArray([.. items.Select(Filled)]),
            JsonValue text when text.GetValueKind() == JsonValueKind.String => Meant(text.GetValue<string>()),
            _ => value?.DeepClone(),
        };

        JsonNode Meant(string text)
        {
            if (text[0] == '§')
                return texts[text[1..]]?.DeepClone() ?? throw new InvalidOperationException($"The sample has no text '{text[1..]}' in '{primary}'.");
            if (text[0] == '@')
                return ids[text[1..]];
            if (Day().Match(text) is not { Success: true } day)
                return text;
            var date = now.UtcDateTime.Date.AddDays(int.Parse(day.Groups["days"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
            return day.Groups["time"] is { Success: true } time
                ? date.Add(TimeSpan.Parse(time.Value, CultureInfo.InvariantCulture)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)
                : date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }
    }

    private static JsonObject Create(string type, Guid id, JsonNode? values) => new() { ["op"] = "create", ["type"] = type, ["id"] = id, ["values"] = values };

    private static string Said(JsonNode? record, string member) => record![member]!.GetValue<string>();

    private static JsonNode? Read(string name)
    {
        using var stream = typeof(SampleBook).Assembly.GetManifestResourceStream($"{typeof(SampleBook).Namespace}.{name}.json")
            ?? throw new InvalidOperationException($"The sample has no file {name}.json.");
        return JsonNode.Parse(stream);
    }

    [GeneratedRegex("^(?<days>[+-][0-9]+)d( (?<time>[0-9]{2}:[0-9]{2}))?$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Day();
}
