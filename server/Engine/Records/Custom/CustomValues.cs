using System.Collections.Immutable;
using System.Data.Common;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>The column <c>ext</c>: values of the fields that a workspace defined for itself.</summary>
internal static class CustomValues
{
    internal const string Column = "ext";

    /// <summary>What the name of a custom field begins with, on the wire and in the log.</summary>
    internal const string Prefix = "ext.";

    internal static readonly ImmutableSortedDictionary<string, string> None =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal static ImmutableSortedDictionary<string, string> Read(string json)
    {
        var values = None.ToBuilder();
        using var document = JsonDocument.Parse(json);
        foreach (var member in document.RootElement.EnumerateObject())
            values[member.Name] = JsonText.Of(member.Value);
        return values.ToImmutable();
    }

    internal static void Write(Utf8JsonWriter json, Record record)
    {
        json.WriteStartObject(Column);
        foreach (var (key, value) in record.Custom)
        {
            json.WritePropertyName(key);
            json.WriteRawValue(value, skipInputValidation: true);
        }

        json.WriteEndObject();
    }
}

/// <summary>
/// A custom field by its key alone, as log and wire know it: its value is JSON of whatever kind. What kind it must be,
/// only the workspace's <see cref="CustomField"/> says.
/// </summary>
internal sealed class CustomValueField(string key) : Field(Place(key), new TextAttribute(0))
{
    internal string Key => key;

    public override string Kind => "custom";

    public override string SqlType => "jsonb";

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = json.ValueKind == JsonValueKind.Null ? null : JsonText.Of(json);
        return null;
    }

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        if (value is string text)
            json.WriteRawValue(text, skipInputValidation: true);
        else
            json.WriteNullValue();
    }

    internal override object? Read(DbDataReader row, int ordinal) => throw new NotSupportedException("Custom values are read together.");

    private static FieldPlace Place(string key) => new(
        CustomValues.Prefix + key,
        CustomValues.Column,
        record => record.Custom.GetValueOrDefault(key),
        (record, value) => record.Custom = value is string text ? record.Custom.SetItem(key, text) : record.Custom.Remove(key));
}
