using Holdfast.Platform.Http;
using Xunit;

namespace Holdfast.Tests.Platform;

public sealed class RateLimiterTests
{
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static readonly Limit FiveThenOneAMinute = new(Burst: 5, PerHour: 60);
    private readonly Clock _clock = new();
    private readonly RateLimiter _limiter;

    public RateLimiterTests() => _limiter = new RateLimiter(_clock);

    [Fact]
    public void A_burst_passes_and_then_one_by_one()
    {
        for (var i = 0; i < 5; i++)
            Assert.Null(_limiter.Take(FiveThenOneAMinute, "a"));
        Assert.Equal(TimeSpan.FromMinutes(1), _limiter.Take(FiveThenOneAMinute, "a"));
        Assert.Null(_limiter.Take(FiveThenOneAMinute, "b"));
        _clock.Now += TimeSpan.FromSeconds(59);
        Assert.Equal(TimeSpan.FromSeconds(1), _limiter.Take(FiveThenOneAMinute, "a"));
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(_limiter.Take(FiveThenOneAMinute, "a"));
        Assert.NotNull(_limiter.Take(FiveThenOneAMinute, "a"));
    }

    [Fact]
    public void What_is_refused_costs_nothing()
    {
        for (var i = 0; i < 50; i++)
            _limiter.Take(FiveThenOneAMinute, "a");
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(_limiter.Take(FiveThenOneAMinute, "a"));
    }

    [Fact]
    public void What_is_given_back_can_be_taken_again_and_no_more()
    {
        for (var i = 0; i < 5; i++)
            _limiter.Take(FiveThenOneAMinute, "a");
        _limiter.GiveBack(FiveThenOneAMinute, "a");
        Assert.Null(_limiter.Take(FiveThenOneAMinute, "a"));
        Assert.NotNull(_limiter.Take(FiveThenOneAMinute, "a"));
    }

    [Fact]
    public void Giving_back_never_saves_up_more_than_a_burst()
    {
        for (var i = 0; i < 20; i++)
        {
            _limiter.Take(FiveThenOneAMinute, "a");
            _clock.Now += TimeSpan.FromMinutes(1);
            _limiter.GiveBack(FiveThenOneAMinute, "a");
        }

        for (var i = 0; i < 5; i++)
            Assert.Null(_limiter.Take(FiveThenOneAMinute, "a"));
        Assert.NotNull(_limiter.Take(FiveThenOneAMinute, "a"));
    }

    [Fact]
    public void Parallel_callers_cannot_overrun_the_burst()
    {
        var passed = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (_limiter.Take(FiveThenOneAMinute, "a") is null)
                Interlocked.Increment(ref passed);
        });
        Assert.Equal(5, passed);
    }

    [Fact]
    public void Keys_at_rest_are_forgotten_and_a_full_memory_turns_away_the_new_but_not_the_known()
    {
        Assert.Null(_limiter.Take(FiveThenOneAMinute, "known"));
        for (var i = 1; i < RateLimiter.MostKeys; i++)
            _limiter.Take(FiveThenOneAMinute, $"{i}");
        Assert.NotNull(_limiter.Take(FiveThenOneAMinute, "new"));
        Assert.Null(_limiter.Take(FiveThenOneAMinute, "known"));
        _clock.Now += TimeSpan.FromMinutes(5);
        Assert.Null(_limiter.Take(FiveThenOneAMinute, "new"));
    }
}
