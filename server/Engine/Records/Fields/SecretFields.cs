using System.Data.Common;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>
/// What a secret field holds. A value passes through on its way to <c>engine.secrets</c>; a record that was read holds
/// only that there is one. Two secrets are the same only where they are one object, so a change is always seen.
/// </summary>
/// <param name="value">The value to keep.</param>
public sealed class Secret(string value)
{
    /// <summary>There is a value, and it stands elsewhere.</summary>
    internal static Secret Kept { get; } = new("");

    /// <summary>The value on its way to its table; null where it stands there already.</summary>
    internal string? Arriving => ReferenceEquals(this, Kept) ? null : value;

    public override string ToString() => "(secret)";
}

/// <summary>A text that neither record nor log holds: they say only whether it is set.</summary>
internal sealed class SecretField(FieldPlace place, SecretAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "secret";

    public override string SqlType => "boolean";

    public override bool NotNull => true;

    public override bool Opaque => true;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("text");
        if (TextRules.Check(Name, json, attribute.Max, out var text, lines: true) is { } failure)
            return failure;
        value = text.Length == 0 ? null : new Secret(text);
        return null;
    }

    internal override void Write(Utf8JsonWriter json, object? value) => json.WriteBooleanValue(value is not null);

    internal override object? Read(DbDataReader row, int ordinal) => row.GetBoolean(ordinal) ? Secret.Kept : null;

    internal override void Describe(Utf8JsonWriter json) => json.WriteNumber("max", attribute.Max);
}

/// <summary>Bytes that only browsers can open.</summary>
internal sealed class SealedField(FieldPlace place, SealedAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "sealed";

    public override string SqlType => "bytea";

    public int MaxBytes => attribute.MaxBytes;

    public override bool Opaque => true;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("bytes in base64");
        if (!json.TryGetBytesFromBase64(out var bytes))
            return FieldFailures.Malformed.With($"'{Name}' is not base64.", Name, ("format", "base64"));
        if (bytes.Length > MaxBytes)
            return FieldFailures.TooLong.With($"'{Name}' takes at most {MaxBytes} bytes and got {bytes.Length}.", Name, ("max", MaxBytes));
        value = bytes.Length == 0 ? null : bytes;
        return null;
    }

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        if (value is byte[] bytes)
            json.WriteBase64StringValue(bytes);
        else
            json.WriteNullValue();
    }

    internal override void WriteRow(Utf8JsonWriter json, object? value) =>
        json.WriteStringValue(value is byte[] bytes ? $"\\x{Convert.ToHexStringLower(bytes)}" : null);

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetFieldValue<byte[]>(ordinal);

    internal override bool Same(object? left, object? right) =>
        left is byte[] a && right is byte[] b ? a.AsSpan().SequenceEqual(b) : left is null && right is null;

    internal override void Describe(Utf8JsonWriter json) => json.WriteNumber("maxBytes", MaxBytes);
}
