using System.Data.Common;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>A whole number, exact in every JSON reader. What can be counted up and down.</summary>
internal abstract class NumberField(FieldPlace place, FieldAttribute attribute, long min, long max) : Field(place, attribute)
{
    /// <summary>Up to here a JavaScript number is exact: 2^53 - 1.</summary>
    internal const long Exact = 9_007_199_254_740_991;

    public override string SqlType => "bigint";

    internal long Min => min;

    internal long Max => max;

    /// <summary>Whether it takes less than what is exact.</summary>
    internal bool IsBounded => min > -Exact || max < Exact;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.Number || !TryWhole(json, out var number))
            return json.ValueKind == JsonValueKind.Number && !json.GetRawText().AsSpan().ContainsAny(".eE") ? OutOfRange() : WrongKind("a whole number");
        value = number;
        return CheckRange(number);
    }

    /// <summary>Whether JSON holds a whole number that every reader reads alike.</summary>
    internal static bool TryWhole(JsonElement json, out long number)
    {
        number = 0;
        return json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out number) && number is >= -Exact and <= Exact;
    }

    internal Failure? CheckRange(Int128 number) => number < min || number > max ? OutOfRange() : null;

    private Failure OutOfRange() => FieldFailures.OutOfRange.With($"'{Name}' takes {min} to {max}.", Name, ("min", min), ("max", max));

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        if (value is long number)
            json.WriteNumberValue(number);
        else
            json.WriteNullValue();
    }

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetInt64(ordinal);
}

internal sealed class IntegerField(FieldPlace place, IntegerAttribute attribute) : NumberField(place, attribute, attribute.Min, attribute.Max)
{
    public override string Kind => "integer";

    internal override void Describe(Utf8JsonWriter json)
    {
        json.WriteNumber("min", Min);
        json.WriteNumber("max", Max);
    }
}

internal sealed class MoneyField(FieldPlace place, MoneyAttribute attribute) : NumberField(place, attribute, -Exact, Exact)
{
    public override string Kind => "money";

    /// <summary>The field beside this one that says in which currency.</summary>
    internal string Currency { get; } = JsonNamingPolicy.CamelCase.ConvertName(attribute.Currency);

    internal override void Describe(Utf8JsonWriter json) => json.WriteString("currency", Currency);
}

internal sealed class BooleanField(FieldPlace place, BooleanAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "boolean";

    public override string SqlType => "boolean";

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = json.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };
        return value is null && json.ValueKind != JsonValueKind.Null ? WrongKind("true or false") : null;
    }

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        if (value is bool known)
            json.WriteBooleanValue(known);
        else
            json.WriteNullValue();
    }

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetBoolean(ordinal);
}
