using System.Globalization;

namespace Holdfast.Engine.Jobs;

/// <summary>
/// A time that recurs: minute, hour, day of the month, month, day of the week, as <c>man 5 crontab</c> has them; lists,
/// ranges and steps, names of months and days. Where both days are given, either will do. In a time zone: a time that the
/// clocks skip is held when they have skipped it, one that comes twice is held once; but what is to happen every hour or
/// every few minutes goes on through both.
/// </summary>
public sealed class Cron
{
    private const int MostDays = 366 * 9;
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly bool[] _minutes;
    private readonly bool[] _hours;
    private readonly bool[] _days;
    private readonly bool[] _months;
    private readonly bool[] _weekdays;
    private readonly bool _eitherDay;
    private readonly bool _everyHour;
    private readonly TimeZoneInfo _zone;

    /// <exception cref="FormatException">Says which part is wrong.</exception>
    public Cron(string expression, string zone)
    {
        var parts = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5)
            throw new FormatException($"'{expression}' has {parts.Length} parts. Write five: minute, hour, day of the month, month, day of the week.");
        _minutes = Read(parts[0], "minute", 0, 59, []);
        _hours = Read(parts[1], "hour", 0, 23, []);
        _days = Read(parts[2], "day of the month", 1, 31, []);
        _months = Read(parts[3], "month", 1, 12, Months);
        var weekdays = Read(parts[4], "day of the week", 0, 7, Days);
        weekdays[0] |= weekdays[7];
        _weekdays = weekdays[..7];
        _eitherDay = parts[2][0] != '*' && parts[4][0] != '*';
        _everyHour = parts[1][0] == '*';
        _zone = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : throw new FormatException($"There is no time zone '{zone}'. Write one of the IANA list, such as Europe/Zurich.");
    }

    /// <summary>The next time after <paramref name="after"/>; null where there is none, such as on 31 February.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(after, _zone).DateTime);
        // Where the clocks are set back over midnight, a day goes on after the next one has begun.
        for (var day = first.AddDays(-1); day < first.AddDays(MostDays); day = day.AddDays(1))
        {
            if (!IsDay(day))
                continue;
            if (TimesOn(day).Where(time => time > after).Order().FirstOrDefault() is var time && time != default)
                return time;
        }

        return null;
    }

    private bool IsDay(DateOnly day)
    {
        var (ofMonth, ofWeek) = (_days[day.Day], _weekdays[(int)day.DayOfWeek]);
        return _months[day.Month] && (_eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek);
    }

    private IEnumerable<DateTimeOffset> TimesOn(DateOnly day)
    {
        for (var hour = 0; hour < 24; hour++)
        {
            for (var minute = 0; minute < 60 && _hours[hour]; minute++)
            {
                if (!_minutes[minute])
                    continue;
                foreach (var time in At(day.ToDateTime(new TimeOnly(hour, minute))))
                    yield return time;
            }
        }
    }

    private IEnumerable<DateTimeOffset> At(DateTime local)
    {
        if (_zone.IsInvalidTime(local))
        {
            if (_everyHour)
                yield break;
            var after = local;
            while (_zone.IsInvalidTime(after))
                after = after.AddMinutes(1);
            yield return new DateTimeOffset(after, _zone.GetUtcOffset(after)).ToUniversalTime();
            yield break;
        }

        if (!_zone.IsAmbiguousTime(local))
        {
            yield return new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime();
            yield break;
        }

        // The greater offset is the earlier moment.
        var offsets = _zone.GetAmbiguousTimeOffsets(local).OrderDescending().ToArray();
        foreach (var offset in _everyHour ? offsets : offsets[..1])
            yield return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static bool[] Read(string part, string name, int min, int max, string[] names)
    {
        var taken = new bool[max + 1];
        foreach (var item in part.Split(','))
        {
            var (range, step) = item.Split('/') switch
            {
                [var whole] => (whole, 1),
                [var whole, var every] when int.TryParse(every, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read > 0 => (whole, read),
                _ => throw Wrong(),
            };
            var (from, to) = range == "*" ? (min, max) : range.Split('-') switch
            {
                [var one] => (Number(one), step > 1 ? max : Number(one)),
                [var low, var high] => (Number(low), Number(high)),
                _ => throw Wrong(),
            };
            if (from > to)
                throw Wrong();
            for (var i = from; i <= to; i += step)
                taken[i] = true;
        }

        return taken;

        int Number(string text)
        {
            var named = Array.FindIndex(names, known => string.Equals(known, text, StringComparison.OrdinalIgnoreCase));
            if (named >= 0)
                return named + min;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number : throw Wrong();
        }

        FormatException Wrong() => new($"'{part}' is no {name}. Write numbers from {min} to {max}, such as {min}, {min}-{max}, */5 or {min},{max}.");
    }
}
