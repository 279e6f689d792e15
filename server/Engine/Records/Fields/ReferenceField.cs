using System.Data.Common;
using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

internal sealed class ReferenceField(FieldPlace place, ReferenceAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "reference";

    public override string SqlType => "uuid";

    /// <summary>The name of the record type that the id is one of; null where it is no record's.</summary>
    internal string? Target { get; } = attribute.Target?.GetCustomAttribute<RecordAttribute>()?.Name;

    /// <inheritdoc cref="ReferenceAttribute.ReadBy"/>
    internal string? ReadBy { get; } = attribute.ReadBy;

    /// <inheritdoc cref="ReferenceAttribute.From"/>
    internal string? Above { get; } = attribute.From is { } above ? JsonNamingPolicy.CamelCase.ConvertName(above) : null;

    /// <inheritdoc cref="ReferenceAttribute.TypeIn"/>
    internal string? TypeIn { get; } = attribute.TypeIn;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String || !json.TryGetGuid(out var id))
            return WrongKind("an id (UUID)");
        value = id;
        return null;
    }

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        if (value is Guid id)
            json.WriteStringValue(id);
        else
            json.WriteNullValue();
    }

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetGuid(ordinal);

    internal override void Describe(Utf8JsonWriter json)
    {
        if (Target is not null)
            json.WriteString("target", Target);
        if (Above is not null)
            json.WriteString("from", Above);
    }
}
