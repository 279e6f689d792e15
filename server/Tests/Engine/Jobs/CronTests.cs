using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Jobs;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

public sealed class CronTests
{
    [Theory]
    [InlineData("0 3 * * *", "Europe/Zurich", "2026-11-21T10:00Z", "2026-11-22T02:00Z")]
    [InlineData("*/15 * * * *", "UTC", "2026-11-21T10:01Z", "2026-11-21T10:15Z")]
    [InlineData("0 9 * * mon-fri", "Europe/Berlin", "2026-11-21T10:00Z", "2026-11-23T08:00Z")]
    [InlineData("0 0 1 jan *", "Asia/Tokyo", "2026-11-21T10:00Z", "2026-12-31T15:00Z")]
    [InlineData("0 0 29 2 *", "UTC", "2026-11-21T10:00Z", "2028-02-29T00:00Z")]
    [InlineData("0 12 13 * 5", "UTC", "2026-11-21T10:00Z", "2026-11-27T12:00Z")]
    [InlineData("30 8,17 * * 7", "UTC", "2026-11-21T10:00Z", "2026-11-22T08:30Z")]
    // The clocks are set forward: half past two comes at three, and the hours go on.
    [InlineData("30 2 * * *", "Europe/Zurich", "2026-03-28T12:00Z", "2026-03-29T01:00Z")]
    [InlineData("30 * * * *", "Europe/Zurich", "2026-03-29T00:30Z", "2026-03-29T01:30Z")]
    // The clocks are set back: half past two comes once, every half hour goes on.
    [InlineData("30 2 * * *", "Europe/Zurich", "2026-10-24T12:00Z", "2026-10-25T00:30Z")]
    [InlineData("30 2 * * *", "Europe/Zurich", "2026-10-25T00:30Z", "2026-10-26T01:30Z")]
    [InlineData("*/30 * * * *", "Europe/Zurich", "2026-10-25T00:30Z", "2026-10-25T01:00Z")]
    public void The_next_time_is_the_one_that_a_person_would_name(string expression, string zone, string after, string next) =>
        Assert.Equal(At(next), new Cron(expression, zone).Next(At(after)));

    [Theory]
    [InlineData("0 3 * *", "four parts")]
    [InlineData("60 3 * * *", "minute")]
    [InlineData("0 24 * * *", "hour")]
    [InlineData("0 3 0 * *", "day of the month")]
    [InlineData("0 3 * 13 *", "month")]
    [InlineData("0 3 * * 8", "day of the week")]
    [InlineData("*/0 * * * *", "minute")]
    [InlineData("5-1 * * * *", "minute")]
    [InlineData("a * * * *", "minute")]
    public void What_is_wrong_is_named(string expression, string part) =>
        Assert.Contains(part.Replace("four parts", "4 parts", StringComparison.Ordinal), Assert.Throws<FormatException>(() => new Cron(expression, "UTC")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_never_comes_is_no_time() => Assert.Null(new Cron("0 0 31 2 *", "UTC").Next(At("2026-01-01T00:00Z")));

    [Fact]
    public void No_time_is_left_out_or_comes_twice()
    {
        var zones = Gen.Elements("UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu");
        var minutes = Gen.Elements("*", "*/7", "0", "15,45", "50-59");
        var hours = Gen.Elements("*", "*/2", "2", "0", "1-3", "23");
        var days = Gen.Elements("*", "1", "28-31", "*/5");
        var cases = Gen.Zip(Gen.Zip(minutes, hours), Gen.Zip(days, zones)).Zip(Gen.Choose(0, 60 * 24 * 400));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(cases.ToArbitrary(), pair =>
        {
            var ((minute, hour), (day, zone)) = pair.Item1;
            var cron = new Cron($"{minute} {hour} {day} * *", zone);
            var start = At("2026-01-01T00:00Z").AddMinutes(pair.Item2);
            // From every moment before the next time, that one is next; and after it comes a later one.
            var next = cron.Next(start)!.Value;
            var between = start + ((next - start) / 2);
            return next > start && cron.Next(between) == next && cron.Next(next) > next && next.Second == 0;
        }));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
