using System.Net.Sockets;
using Holdfast.Engine;
using Holdfast.Engine.Series;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Series;

/// <summary>Numbers over time: each counts once, in its hour and its day, and goes when its time is over.</summary>
public sealed class SeriesTests(TestCluster cluster) : IAsyncLifetime
{
    private static readonly SeriesKind Traffic = new("test.traffic", "bytes_in", "bytes_out")
    {
        KeepPoints = TimeSpan.FromDays(3),
        KeepHours = TimeSpan.FromDays(60),
        KeepDays = TimeSpan.FromDays(800),
    };

    private readonly TestClock _clock = new();
    private readonly Guid _workspace = Guid.CreateVersion7();
    private readonly Guid _beside = Guid.CreateVersion7();
    private readonly Guid _subject = Guid.CreateVersion7();
    private string _connectionString = "";
    private ServiceProvider _services = null!;

    private SeriesWriter Writer => _services.GetRequiredService<SeriesWriter>();

    private SeriesReader Reader => _services.GetRequiredService<SeriesReader>();

    private SeriesKeeper Keeper => _services.GetRequiredService<SeriesKeeper>();

    private DateTimeOffset Now => _clock.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        _connectionString = await cluster.CreateDatabaseAsync();
        _services = TestEngine.Services(_connectionString, [], services =>
        {
            services.AddSeries(Traffic);
            services.AddSingleton<TimeProvider>(_clock);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public void Whoever_must_not_wait_is_told_that_very_many_wait()
    {
        var (point, taken) = (new SeriesPoint(_workspace, _subject, _clock.GetUtcNow(), 1, 1), 0);
        while (taken < 60_000 && Writer.TryAdd(Traffic, point))
            taken++;
        Assert.Equal(50_000, taken);
    }

    [Fact]
    public async Task A_year_of_points_is_kept_summed_up_and_let_go()
    {
        _clock.Forward(TimeSpan.FromDays(-365));
        var sums = new Dictionary<DateTimeOffset, (long Points, long In, long Largest)>();
        var late = 0;
        for (var day = 0; day <= 365; day++)
        {
            await Keeper.KeepAsync(CancellationToken.None);
            var points = new List<SeriesPoint> { Point(Now, day), Point(Now.AddHours(-1), 2 * day) };
            // Later than points are kept, and earlier than hours and days are let go.
            if (day % 10 == 9)
            {
                points.Add(Point(Now.AddDays(-5), 1000));
                late++;
            }

            await WriteAsync(points);
            foreach (var point in points)
            {
                var hour = new DateTimeOffset(point.At.Year, point.At.Month, point.At.Day, point.At.Hour, 0, 0, TimeSpan.Zero);
                var sum = sums.GetValueOrDefault(hour);
                sums[hour] = (sum.Points + 1, sum.In + point.Values[0], Math.Max(sum.Largest, point.Values[0]));
            }

            _clock.Forward(TimeSpan.FromDays(1));
        }

        _clock.Forward(TimeSpan.FromDays(-1));
        Assert.Equal(36, late);
        var days = await Reader.DaysAsync(Traffic, _workspace, [_subject], Now.AddDays(-400), Now.AddDays(1), CancellationToken.None);
        Assert.Equal(Expected(sums.GroupBy(pair => new DateTimeOffset(pair.Key.Date, TimeSpan.Zero), pair => pair.Value)), days.Select(Flat));
        var hours = await Reader.HoursAsync(Traffic, _workspace, [_subject], Now.AddDays(-60), Now.AddDays(1), CancellationToken.None);
        Assert.Equal(Expected(sums.Where(pair => pair.Key >= Now.AddDays(-60)).GroupBy(pair => pair.Key, pair => pair.Value)), hours.Select(Flat));

        // What is old is gone with its part; what is to come has one.
        Assert.Equal("0", await AsSuperuserAsync($"SELECT count(*) FROM test.traffic WHERE at < '{Now.AddDays(-4):O}'"));
        Assert.NotEqual("0", await AsSuperuserAsync("SELECT count(*) FROM test.traffic"));
        Assert.Equal("0", await AsSuperuserAsync($"SELECT count(*) FROM test.traffic_hours WHERE at < '{Now.AddDays(-60 - 31):O}'"));
        Assert.InRange(await PartsAsync("test.traffic"), 11, 12);
        Assert.InRange(await PartsAsync("test.traffic_hours"), 3, 5);
        Assert.Equal(0, await Keeper.KeepAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_batch_counts_once_however_often_it_is_written()
    {
        await Keeper.KeepAsync(CancellationToken.None);
        var id = Guid.CreateVersion7();
        for (var i = 0; i < 3; i++)
            await Writer.WriteAsync(id, [(Traffic, Point(Now, 5))]);
        Assert.Equal((1, 5, 5), await TodayAsync(_workspace));
        Assert.Equal("1", await AsSuperuserAsync("SELECT count(*) FROM test.traffic"));
    }

    [Fact]
    public async Task What_many_add_to_the_same_sums_at_once_is_all_there()
    {
        await Keeper.KeepAsync(CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 10; i++)
                await WriteAsync([Point(Now, 1), Point(Now, 2), new SeriesPoint(_beside, _subject, Now, 7, 0), new SeriesPoint(_beside, Guid.CreateVersion7(), Now, 1, 0)]);
        }));
        Assert.Equal((160, 240, 2), await TodayAsync(_workspace));
        Assert.Equal((160, 640, 7), await TodayAsync(_beside));
        Assert.Equal((0, 0, 0), await TodayAsync(Guid.CreateVersion7()));
    }

    [Fact]
    public async Task Points_that_are_handed_over_are_written_soon_and_before_the_end()
    {
        await Writer.StartAsync(CancellationToken.None);
        // As after a pause of weeks no part for the day is there: the writer sees to it.
        _clock.Forward(TimeSpan.FromDays(60));
        await Writer.AddAsync(Traffic, Point(Now, 1), CancellationToken.None);
        await Eventually.HoldsAsync("it is written", async () => (await AsSuperuserAsync("SELECT count(*) FROM test.traffic")) == "1");
        for (var i = 0; i < 1000; i++)
            await Writer.AddAsync(Traffic, Point(Now, 1), CancellationToken.None);
        await Writer.StopAsync(CancellationToken.None);
        Assert.Equal((1001, 1001, 1), await TodayAsync(_workspace));
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Writer.AddAsync(Traffic, Point(Now.AddHours(25), 1), CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Writer.AddAsync(Traffic, new SeriesPoint(_workspace, _subject, Now, 1), CancellationToken.None));
        foreach (var label in new[] { "a\0b", "\ud83d", new string('x', 201) })
            await Assert.ThrowsAsync<ArgumentException>(async () => await Writer.AddAsync(Traffic, Point(Now, 1) with { Label = label }, CancellationToken.None));
    }

    [Fact]
    public async Task A_point_that_the_database_never_takes_is_left_out_and_keeps_no_other()
    {
        await Keeper.KeepAsync(CancellationToken.None);
        await Writer.StartAsync(CancellationToken.None);
        // Their sum is beyond what a sum holds.
        foreach (var point in new[] { Point(Now, long.MaxValue), Point(Now, long.MaxValue), Point(Now, 0), new SeriesPoint(_beside, _subject, Now, 7, 0) })
            await Writer.AddAsync(Traffic, point, CancellationToken.None);
        await Eventually.HoldsAsync("what came last is written", async () => await TodayAsync(_beside) == (1, 7, 7));
        await Writer.StopAsync(CancellationToken.None);
        Assert.Equal((2, long.MaxValue, long.MaxValue), await TodayAsync(_workspace));
    }

    [Fact]
    public async Task While_the_way_to_the_database_is_lost_points_wait_and_none_is_left_out()
    {
        await Keeper.KeepAsync(CancellationToken.None);
        var (lost, traffic) = (0, new HinderedTraffic());
        traffic.Ask = (asked, _) => asked.Contains("engine.series_batches (id", StringComparison.Ordinal) && Interlocked.Increment(ref lost) <= 2 ? throw new SocketException(11) : Task.CompletedTask;
        await using var services = TestEngine.Services(_connectionString, [], more =>
        {
            more.AddSeries(Traffic);
            more.AddSingleton<TimeProvider>(_clock);
            more.AddSingleton(_ => new Db(_connectionString, traffic));
        });
        var writer = services.GetRequiredService<SeriesWriter>();
        await writer.StartAsync(CancellationToken.None);
        await writer.AddAsync(Traffic, Point(Now, 1), CancellationToken.None);
        await writer.AddAsync(Traffic, Point(Now, 2), CancellationToken.None);
        await Eventually.HoldsAsync("they are written", async () => await TodayAsync(_workspace) == (2, 3, 2));
        await writer.StopAsync(CancellationToken.None);
        Assert.True(lost > 2);
    }

    [Fact]
    public async Task Whoever_believes_that_it_is_late_drops_nothing_and_no_table_but_those_of_series()
    {
        await Keeper.KeepAsync(CancellationToken.None);
        await WriteAsync([Point(Now, 1)]);
        _clock.Forward(TimeSpan.FromDays(30));
        await Keeper.KeepAsync(CancellationToken.None);
        Assert.Equal("1", await AsSuperuserAsync("SELECT count(*) FROM test.traffic"));

        foreach (var (role, sql, state) in new[]
        {
            (DbRoles.System, "SELECT engine.series_keep('engine.log', '', '1 day', '0 day', '1 day', now())", PostgresErrorCodes.RaiseException),
            (DbRoles.App, "SELECT engine.series_keep('test.traffic', '', '1 day', '0 day', '1 day', now())", PostgresErrorCodes.InsufficientPrivilege),
            (DbRoles.System, "DELETE FROM test.traffic", PostgresErrorCodes.InsufficientPrivilege),
            (DbRoles.App, "UPDATE test.traffic SET bytes_in = 0", PostgresErrorCodes.InsufficientPrivilege),
        })
        {
            await using var connection = new NpgsqlConnection(_connectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"SET ROLE {role}; SET holdfast.workspace = '{_workspace}'; {sql}", connection);
            Assert.Equal(state, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        }
    }

    private SeriesPoint Point(DateTimeOffset at, long bytes) => new(_workspace, _subject, at, bytes, 1);

    private Task WriteAsync(IReadOnlyCollection<SeriesPoint> points) => Writer.WriteAsync(Guid.CreateVersion7(), points.Select(point => (Traffic, point)));

    private async Task<(long Points, long In, long Largest)> TodayAsync(Guid workspace)
    {
        var days = await Reader.DaysAsync(Traffic, workspace, subjects: null, Now.AddDays(-2), Now.AddDays(1), CancellationToken.None);
        return days.Count == 0 ? default : (days.Sum(day => day.Points), days.Sum(day => day.Sums[0]), days.Max(day => day.Maxima[0]));
    }

    private static (DateTimeOffset At, long Points, long In, long Out, long Largest) Flat(SeriesSum sum) => (sum.At, sum.Points, sum.Sums[0], sum.Sums[1], sum.Maxima[0]);

    private static IEnumerable<(DateTimeOffset At, long Points, long In, long Out, long Largest)> Expected(IEnumerable<IGrouping<DateTimeOffset, (long Points, long In, long Largest)>> groups) =>
        groups.Select(group => (group.Key, group.Sum(sum => sum.Points), group.Sum(sum => sum.In), group.Sum(sum => sum.Points), group.Max(sum => sum.Largest))).OrderBy(sum => sum.Key);

    private async Task<int> PartsAsync(string table) => int.Parse((await AsSuperuserAsync($"SELECT count(*) FROM pg_inherits WHERE inhparent = '{table}'::regclass"))!);

    private async Task<string?> AsSuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.SuperuserOf(_connectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
