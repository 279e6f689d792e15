using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>A day, wherever one is.</summary>
internal sealed class DateField(FieldPlace place, DateAttribute attribute) : Field(place, attribute)
{
    private const string Form = "yyyy-MM-dd";

    public override string Kind => "date";

    public override string SqlType => "date";

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("a date");
        if (!TextRules.TryText(json, out var text) || !DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return FieldFailures.Malformed.With($"'{Name}' is not a date such as 2026-11-21.", Name, ("format", "date"));
        value = date;
        return null;
    }

    internal override void Write(Utf8JsonWriter json, object? value) =>
        json.WriteStringValue(((DateOnly?)value)?.ToString(Form, CultureInfo.InvariantCulture));

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetFieldValue<DateOnly>(ordinal);
}

/// <summary>A moment, to the millisecond.</summary>
internal sealed partial class TimeField(FieldPlace place, TimeAttribute attribute) : Field(place, attribute)
{
    public override string Kind => "time";

    public override string SqlType => "timestamp with time zone";

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("a time");
        if (!TextRules.TryText(json, out var text) || !Rfc3339().IsMatch(text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time))
            return FieldFailures.Malformed.With($"'{Name}' is not a time such as 2026-11-21T10:00:00.123Z (RFC 3339).", Name, ("format", "time"));
        value = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
        return null;
    }

    // As a browser's toISOString writes it, so that what is pending and what is confirmed read alike.
    internal override void Write(Utf8JsonWriter json, object? value) =>
        json.WriteStringValue(((DateTimeOffset?)value)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetFieldValue<DateTimeOffset>(ordinal);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$", RegexOptions.ExplicitCapture | RegexOptions.ECMAScript, 100)]
    private static partial Regex Rfc3339();
}
