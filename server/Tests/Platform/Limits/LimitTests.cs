using Holdfast.Platform.Http;
using Xunit;

namespace Holdfast.Tests.Platform.Limits;

/// <summary>What a limit lets through. That all stores decide alike is for <see cref="LimitStoreTests"/>.</summary>
public sealed class LimitTests
{
    private static readonly Draw A = new(new Limit(burst: 5, perHour: 60), "a");
    private static readonly Draw B = A with { Key = "b" };
    private static readonly Draw Growing = new(
        Limit.Growing(free: 5, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), TimeSpan.FromHours(12)), "growing");

    private readonly SetClock _clock = new();
    private readonly MemoryLimits _limits;

    public LimitTests() => _limits = new MemoryLimits(_clock);

    [Fact]
    public void A_burst_passes_and_then_one_by_one()
    {
        for (var i = 0; i < 5; i++)
            Assert.Null(_limits.Take(A).Wait);
        Assert.Equal(TimeSpan.FromMinutes(1), _limits.Take(A).Wait);
        Assert.Null(_limits.Take(B).Wait);
        _clock.Now += TimeSpan.FromSeconds(59);
        Assert.Equal(TimeSpan.FromSeconds(1), _limits.Take(A).Wait);
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Null(_limits.Take(A).Wait);
        Assert.NotNull(_limits.Take(A).Wait);
    }

    [Fact]
    public void What_is_refused_costs_nothing()
    {
        for (var i = 0; i < 50; i++)
            _limits.Take(A);
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Null(_limits.Take(A).Wait);
    }

    [Fact]
    public void Several_are_taken_together_or_none()
    {
        for (var i = 0; i < 5; i++)
            _limits.Take(A);
        for (var i = 0; i < 20; i++)
            Assert.NotNull(_limits.Take(A, B).Wait);
        for (var i = 0; i < 5; i++)
            Assert.Null(_limits.Take(B).Wait);
    }

    [Fact]
    public async Task What_is_given_back_can_be_taken_again_and_no_more()
    {
        for (var i = 0; i < 5; i++)
            _limits.Take(A);
        await _limits.GiveBackAsync(forget: false, A);
        Assert.Null(_limits.Take(A).Wait);
        Assert.NotNull(_limits.Take(A).Wait);
    }

    [Fact]
    public async Task Giving_back_never_saves_up_more_than_a_burst()
    {
        for (var i = 0; i < 20; i++)
        {
            _limits.Take(A);
            _clock.Now += TimeSpan.FromMinutes(1);
            await _limits.GiveBackAsync(forget: true, A);
        }

        for (var i = 0; i < 5; i++)
            Assert.Null(_limits.Take(A).Wait);
        Assert.NotNull(_limits.Take(A).Wait);
    }

    [Fact]
    public void A_growing_limit_is_free_at_first_and_then_doubles_its_waits_up_to_the_longest()
    {
        for (var i = 0; i < 5; i++)
            Assert.Null(_limits.Take(Growing).Wait);
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900 })
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), _limits.Take(Growing).Wait);
            _clock.Now += TimeSpan.FromSeconds(seconds);
            Assert.Null(_limits.Take(Growing).Wait);
        }
    }

    [Fact]
    [Trait("bug", "6")]
    public async Task A_growing_limit_begins_anew_after_a_success_and_after_a_rest()
    {
        for (var i = 0; i < 5; i++)
            _limits.Take(Growing);
        Assert.NotNull(_limits.Take(Growing).Wait);
        await _limits.GiveBackAsync(forget: true, Growing);
        for (var i = 0; i < 5; i++)
            Assert.Null(_limits.Take(Growing).Wait);
        Assert.NotNull(_limits.Take(Growing).Wait);

        _clock.Now += TimeSpan.FromHours(12);
        for (var i = 0; i < 5; i++)
            Assert.Null(_limits.Take(Growing).Wait);
        Assert.NotNull(_limits.Take(Growing).Wait);
    }

    [Fact]
    public async Task One_of_a_growing_limit_can_be_taken_back_without_forgetting_the_others()
    {
        for (var i = 0; i < 5; i++)
            _limits.Take(Growing);
        await _limits.GiveBackAsync(forget: false, Growing);
        Assert.Null(_limits.Take(Growing).Wait);
        Assert.NotNull(_limits.Take(Growing).Wait);
    }

    [Fact]
    public void Parallel_callers_cannot_overrun_the_burst()
    {
        var passed = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (_limits.Take(A).Wait is null)
                Interlocked.Increment(ref passed);
        });
        Assert.Equal(5, passed);
    }

    [Fact]
    public void Keys_at_rest_are_forgotten_and_a_full_memory_turns_away_the_new_but_not_the_known()
    {
        Assert.Null(_limits.Take(A).Wait);
        for (var i = 1; i < MemoryLimits.MostKeys; i++)
            _limits.Take(A with { Key = $"{i}" });
        Assert.NotNull(_limits.Take(A with { Key = "new" }).Wait);
        Assert.Null(_limits.Take(A).Wait);
        _clock.Now += TimeSpan.FromMinutes(5);
        Assert.Null(_limits.Take(A with { Key = "new" }).Wait);
    }
}
