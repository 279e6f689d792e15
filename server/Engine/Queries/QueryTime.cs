using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdfast.Engine.Queries;

/// <summary>
/// Reads what people write of time: years, months, days and moments, and those relative to now. All are spans from a
/// start to what comes after, in UTC; a moment is a millisecond long, as records know no less.
/// </summary>
internal sealed partial class QueryTime(DateTimeOffset now)
{
    private readonly DateTime _today = now.UtcDateTime.Date;

    /// <param name="text">Such as <c>2026-11</c> or <c>-7d</c>.</param>
    /// <param name="asDates">Whether the column holds days; else it holds moments.</param>
    /// <param name="span">From its start to what comes after it.</param>
    internal bool TryRead(string text, bool asDates, out (object? Start, object? Next) span)
    {
        span = default;
        if (Days(text) is { } days)
        {
            span = asDates
                ? (DateOnly.FromDateTime(days.Start), DateOnly.FromDateTime(days.Next))
                : (new DateTimeOffset(days.Start, TimeSpan.Zero), new DateTimeOffset(days.Next, TimeSpan.Zero));
            return true;
        }

        if (asDates || Moment(text) is not { } moment)
            return false;
        var start = moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMillisecond));
        span = (start, start.AddMilliseconds(1));
        return true;
    }

    private (DateTime Start, DateTime Next)? Days(string text)
    {
        if (text.Equals("today", StringComparison.OrdinalIgnoreCase))
            return Day(_today);
        if (Relative().Match(text) is { Success: true } relative && Amount(relative) is var amount)
        {
            return relative.Groups["unit"].Value switch
            {
                "d" => Day(_today.AddDays(amount)),
                "w" => Day(_today.AddDays(7 * amount)),
                "mo" => Day(_today.AddMonths(amount)),
                "y" when _today.Year + amount is > 1 and < 9999 => Day(_today.AddYears(amount)),
                _ => null,
            };
        }

        if (DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year < 9999)
            return text.Length switch { 4 => (date, date.AddYears(1)), 7 => (date, date.AddMonths(1)), _ => Day(date) };
        return null;
    }

    private DateTimeOffset? Moment(string text)
    {
        if (Relative().Match(text) is { Success: true } relative && Amount(relative) is var amount)
            return relative.Groups["unit"].Value switch { "h" => now.AddHours(amount), "min" => now.AddMinutes(amount), _ => null };
        return Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            && moment.Year < 9999
            ? moment
            : null;
    }

    private static (DateTime Start, DateTime Next) Day(DateTime day) => (day, day.AddDays(1));

    private static int Amount(Match relative) => int.Parse(relative.Groups["amount"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?<amount>[+-][0-9]{1,4})(?<unit>min|h|d|w|mo|y)$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Relative();

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Rfc3339();
}
