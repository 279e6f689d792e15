using System.Text.Json.Nodes;

namespace Holdfast.Engine.Records;

/// <summary>
/// How the shape of one record type changed from one schema to the next. What was written under the older shape, in a
/// browser's queue or in the log, is brought up to the newer one by this. A module registers one with each change.
/// </summary>
/// <param name="type">The record type's name.</param>
/// <param name="from">The schema before the change; the one after it is the next number.</param>
public sealed class SchemaChange(string type, int from)
{
    private readonly Dictionary<string, Step> _steps = new(StringComparer.Ordinal);

    private sealed record Step(IReadOnlyList<string> Names, Func<JsonNode?, IReadOnlyList<JsonNode?>> Values, bool IsRename);

    internal string Type => type;

    internal int From => from;

    /// <summary>The field has another name.</summary>
    public SchemaChange Rename(string field, string to) => Add(field, new Step([to], value => [value], IsRename: true));

    /// <summary>The field is gone; what was written to it goes nowhere.</summary>
    public SchemaChange Remove(string field) => Add(field, new Step([], _ => [], IsRename: false));

    /// <summary>The field became several.</summary>
    /// <param name="field">The old field.</param>
    /// <param name="into">The new ones.</param>
    /// <param name="values">Gives a value for each of them from the old one, which may be null.</param>
    public SchemaChange Split(string field, IReadOnlyList<string> into, Func<JsonNode?, IReadOnlyList<JsonNode?>> values) =>
        Add(field, new Step(into, values, IsRename: false));

    /// <summary>A word of a choice became another.</summary>
    public SchemaChange Reword(string field, IReadOnlyDictionary<string, string> words) => Add(field, new Step(
        [field],
        value => [value is JsonValue word && word.TryGetValue<string>(out var old) && words.TryGetValue(old, out var now) ? now : value],
        IsRename: false));

    /// <summary>What a value of the old field is in the new shape: for each new field its value.</summary>
    internal IEnumerable<(string Field, JsonNode? Value)> Map(string field, JsonNode? value)
    {
        if (!_steps.TryGetValue(field, out var step))
            return [(field, value?.DeepClone())];
        var values = step.Values(value?.DeepClone());
        return step.Names.Select((name, i) => (name, values[i]?.DeepClone()));
    }

    /// <summary>The fields that the old one became.</summary>
    internal IReadOnlyList<string> Names(string field) => _steps.TryGetValue(field, out var step) ? step.Names : [field];

    /// <summary>Whether the field is what it was but for its name, so that it can be counted up or have items put into it.</summary>
    internal bool IsSame(string field) => !_steps.TryGetValue(field, out var step) || step.IsRename;

    /// <summary>An object of fields and values in the new shape.</summary>
    internal JsonObject Map(JsonObject values)
    {
        var mapped = new JsonObject();
        foreach (var (field, value) in values)
        {
            foreach (var (name, newer) in Map(field, value))
                mapped[name] = newer;
        }

        return mapped;
    }

    private SchemaChange Add(string field, Step step)
    {
        _steps.Add(field, step);
        return this;
    }
}
