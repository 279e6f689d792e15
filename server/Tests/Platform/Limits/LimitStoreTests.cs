using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Holdfast.Tests.Platform.Limits;

/// <summary>Memory, PostgreSQL and Redis, each with the formula in its own language, decide alike.</summary>
public sealed class LimitStoreTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    // Redis forgets by its own clock, which goes on while the test's stands: what is kept must be long beside the test.
    private static readonly Limit[] Kinds =
    [
        new(burst: 1, perHour: 6), new(burst: 3, perHour: 7), new(burst: 10, perHour: 36),
        Limit.Growing(free: 1, TimeSpan.FromMinutes(3), TimeSpan.FromHours(2), TimeSpan.FromHours(12)),
        Limit.Growing(free: 3, TimeSpan.FromSeconds(61), TimeSpan.FromHours(40), TimeSpan.FromHours(50)),
        Limit.Mark(TimeSpan.FromHours(1)),
    ];

    private readonly SetClock _clock = new();
    private RedisServer _server = null!;
    private RedisClient _redis = null!;
    private Db _db = null!;
    private ILimitStore[] _stores = [];
    private int _run;

    private enum Act
    {
        Take,
        GiveBack,
        Forget,
        Wait,
    }

    private sealed record Step(Act Act, int[] Limits, int Seconds);

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _redis = new RedisClient(_server.Address);
        _db = new Db(database.ConnectionString);
        _stores = [new MemoryLimits(_clock), new PostgresLimits(_db, _clock), new RedisLimits(_redis, _clock)];
    }

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
        await _db.DisposeAsync();
    }

    [Fact]
    public void All_stores_decide_alike_whatever_is_taken_and_given_back()
    {
        var step = from act in Gen.Frequency((6, Gen.Constant(Act.Take)), (1, Gen.Constant(Act.GiveBack)), (1, Gen.Constant(Act.Forget)), (2, Gen.Constant(Act.Wait)))
                   from limits in Gen.NonEmptyListOf(Gen.Choose(0, Kinds.Length - 1))
                   from seconds in Gen.Elements(1, 59, 60, 180, 601, 3600, 7300, 43_200, 200_000)
                   select new Step(act, [.. limits.Distinct()], seconds);
        var (passed, refused) = (0, 0);
        Prop.ForAll(Arb.From(Gen.ListOf(step)), steps =>
        {
            _run++;
            foreach (var one in steps)
            {
                Draw[] draws = [.. one.Limits.Select(limit => new Draw(Kinds[limit], $"{_run} {limit}"))];
                var answers = DoAsync(one, draws).GetAwaiter().GetResult();
                Assert.Equal(answers[0], answers[1]);
                Assert.Equal(answers[0], answers[2]);
                if (one.Act == Act.Take)
                    (passed, refused) = answers[0].Take(draws.Length).All(wait => wait <= 0) ? (passed + 1, refused) : (passed, refused + 1);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));
        // Of each enough that a store which lets all through, or none, would be found.
        Assert.True(passed > 50 && refused > 50, $"{passed} passed, {refused} were refused");
    }

    [Fact]
    public async Task Parallel_takers_overrun_no_limit_and_wait_for_each_other_in_no_circle()
    {
        var one = new Draw(new Limit(burst: 7, perHour: 60), "shared");
        foreach (var store in _stores)
        {
            var taken = await Task.WhenAll(Enumerable.Range(0, 120).Select(async i =>
            {
                var other = new Draw(new Limit(burst: 1000, perHour: 60), $"own {i % 3}");
                Draw[] draws = i % 2 == 0 ? [one, other] : [other, one];
                var passes = (await store.TakeAsync(draws)).Wait is null;
                if (!passes)
                    await store.GiveBackAsync(forget: false, other);
                return passes;
            }));
            Assert.Equal(7, taken.Count(passes => passes));
        }
    }

    [Fact]
    public async Task What_is_at_rest_is_not_kept()
    {
        var store = new PostgresLimits(_db, _clock);
        await store.TakeAsync(new Draw(new Limit(burst: 1, perHour: 60), "soon forgotten"));
        Assert.Equal("1", await KeptAsync());
        _clock.Now += TimeSpan.FromDays(30);
        await store.TakeAsync(new Draw(new Limit(burst: 1, perHour: 60), "still counted"));
        await store.SweepAsync();
        Assert.Equal("1", await KeptAsync());
        Assert.NotEqual(TimeSpan.Zero, Assert.Single(await store.RestsAsync(["still counted"], CancellationToken.None)));

        // Other tests count in the same table, some of them in later years.
        Task<string?> KeptAsync() => database.AsSuperuserAsync(
            "SELECT count(*) FROM http.limits WHERE key IN (sha256('soon forgotten'), sha256('still counted'))");
    }

    [Fact]
    public async Task What_is_at_rest_is_swept_in_its_time_also_after_the_database_was_away()
    {
        var log = new TestLog();
        using var sweeper = new LimitSweeper(new PostgresLimits(_db, _clock), new HurriedClock(), log.Loggers.CreateLogger<LimitSweeper>());
        await database.AsSuperuserAsync("ALTER TABLE http.limits RENAME TO limits_away");
        await sweeper.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync("the failure is logged", () => log.Lines.Any(line => line.StartsWith("Limits that are at rest cannot be forgotten", StringComparison.Ordinal)));
        await database.AsSuperuserAsync("ALTER TABLE http.limits_away RENAME TO limits");
        await new PostgresLimits(_db, _clock).TakeAsync(new Draw(new Limit(burst: 1, perHour: 60), "swept"));
        _clock.Now += TimeSpan.FromDays(30);
        await Eventually.HoldsAsync("it is swept", async () => await database.AsSuperuserAsync("SELECT count(*) FROM http.limits WHERE key = sha256('swept')") == "0");
        await sweeper.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Of_nobody_nothing_is_asked()
    {
        foreach (var store in _stores)
            Assert.Empty(await store.RestsAsync([], CancellationToken.None));
    }

    private async Task<long[][]> DoAsync(Step step, Draw[] draws)
    {
        if (step.Act == Act.Wait)
            _clock.Now += TimeSpan.FromSeconds(step.Seconds);
        var answers = new List<long[]>();
        foreach (var store in _stores)
        {
            var waits = Array.Empty<long>();
            if (step.Act == Act.Take)
                waits = [.. (await store.TakeAsync(draws)).Waits];
            else if (step.Act != Act.Wait)
                await store.GiveBackAsync(step.Act == Act.Forget, draws);
            var rests = await store.RestsAsync([.. draws.Select(draw => draw.Key)], CancellationToken.None);
            answers.Add([.. waits, .. rests.Select(rest => rest.Ticks)]);
        }

        return [.. answers];
    }

    /// <summary>Whose timers are due at once.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Soon, Soon);
    }
}
