using System.Data.Common;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

internal sealed class TextField(FieldPlace place, TextAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "text";

    public override string SqlType => "text";

    public int Max => attribute.Max;

    public TextFormat Format => attribute.Format;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("text");
        if (TextRules.Check(Name, json, Max, out var text, attribute.Lines) is { } failure)
            return failure;
        // An empty text says nothing, so there is one way to be empty: null.
        value = text.Length == 0 ? null : text;
        return value is null || TextRules.Matches(Format, text)
            ? null
            : FieldFailures.Malformed.With($"'{Name}' is not {TextRules.Describe(Format)}.", Name, ("format", Format.ToString().ToLowerInvariant()));
    }

    internal override void Write(Utf8JsonWriter json, object? value) => json.WriteStringValue((string?)value);

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    internal override void Describe(Utf8JsonWriter json)
    {
        json.WriteNumber("max", Max);
        if (attribute.Lines)
            json.WriteBoolean("lines", true);
        if (Format != TextFormat.Any)
            json.WriteString("format", Format.ToString().ToLowerInvariant());
    }
}

internal sealed class ChoiceField(FieldPlace place, ChoiceAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "choice";

    public override string SqlType => "text";

    public IReadOnlyList<string> Choices => attribute.Choices;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("text");
        value = Choices.FirstOrDefault(choice => json.ValueEquals(choice));
        return value is null
            ? FieldFailures.NotAllowed.With($"'{Name}' takes one of: {string.Join(", ", Choices)}.", Name, ("allowed", string.Join(", ", Choices)))
            : null;
    }

    internal override void Write(Utf8JsonWriter json, object? value) => json.WriteStringValue((string?)value);

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    internal override void Describe(Utf8JsonWriter json)
    {
        json.WriteStartArray("choices");
        foreach (var choice in Choices)
            json.WriteStringValue(choice);
        json.WriteEndArray();
        if (Steps.Count == 0)
            return;
        json.WriteStartObject("steps");
        foreach (var from in Choices)
        {
            json.WriteStartArray(from);
            foreach (var to in Steps[from])
                json.WriteStringValue(to);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

internal sealed class TextListField(FieldPlace place, TextListAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "list";

    public override string SqlType => "text[]";

    public int MaxItems => attribute.MaxItems;

    public override bool NotNull => true;

    internal override object Empty => Array.Empty<string>();

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = Empty;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.Array)
            return WrongKind("a list of text");
        if (CheckCount(json.GetArrayLength()) is { } tooMany)
            return tooMany;
        var items = new List<string>();
        foreach (var item in json.EnumerateArray())
        {
            if (TryReadItem(item, out var text) is { } failure)
                return failure;
            if (!items.Contains(text, StringComparer.Ordinal))
                items.Add(text);
        }

        value = items.ToArray();
        return null;
    }

    /// <summary>Reads one item from outside.</summary>
    internal Failure? TryReadItem(JsonElement json, out string text)
    {
        text = "";
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("a list of text");
        if (TextRules.Check(Name, json, attribute.Max, out var read) is { } failure)
            return failure;
        text = read;
        return TextRules.IsBlank(text) ? FieldFailures.Required.With($"An item of '{Name}' is empty.", Name) : null;
    }

    internal Failure? CheckCount(int count) => count > MaxItems
        ? FieldFailures.TooMany.With($"'{Name}' holds at most {MaxItems} items.", Name, ("max", MaxItems))
        : null;

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        json.WriteStartArray();
        foreach (var item in (IReadOnlyList<string>)value!)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    internal override object? Read(DbDataReader row, int ordinal) => row.GetFieldValue<string[]>(ordinal);

    internal override bool Same(object? left, object? right) =>
        ((IReadOnlyList<string>)left!).SequenceEqual((IReadOnlyList<string>)right!, StringComparer.Ordinal);

    internal override bool IsEmpty(object? value) => value is not IReadOnlyList<string> { Count: > 0 };

    internal override void Describe(Utf8JsonWriter json)
    {
        json.WriteNumber("max", attribute.Max);
        json.WriteNumber("maxItems", MaxItems);
    }
}
