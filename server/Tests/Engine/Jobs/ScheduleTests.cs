using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

public sealed class ScheduleTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestClock _clock = new();
    private string _connectionString = "";
    private JobLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = new JobLab(_connectionString = await cluster.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task What_recurs_is_asked_for_once_by_all_processes_and_once_for_all_that_was_missed()
    {
        var schedule = new JobSchedule("test.hourly", JobLab.Kind, "0 * * * *", "UTC", new Errand("hourly"));
        Schedules[] processes = [.. Enumerable.Range(0, 4).Select(_ => New(schedule))];
        await AskAsync(processes);
        Assert.Equal(0, await _lab.CountAsync());
        _clock.Forward(TimeSpan.FromHours(1));
        await AskAsync(processes);
        Assert.Equal(1, await _lab.CountAsync());
        await AskAsync(processes);
        Assert.Equal(1, await _lab.CountAsync());

        // No server ran for a day, and the one that then starts knows nothing of the others.
        _clock.Forward(TimeSpan.FromDays(1));
        await AskAsync(New(schedule), New(schedule));
        Assert.Equal(2, await _lab.CountAsync());
        await AskAsync(processes);
        Assert.Equal(2, await _lab.CountAsync());
    }

    [Fact]
    public async Task A_schedule_that_is_changed_goes_by_its_new_times()
    {
        await AskAsync(New(new JobSchedule("test.changed", JobLab.Kind, "0 0 1 1 *", "UTC", new Errand("yearly"))));
        await AskAsync(New(new JobSchedule("test.changed", JobLab.Kind, "* * * * *", "UTC", new Errand("now"))));
        _clock.Forward(TimeSpan.FromMinutes(1));
        await AskAsync(New(new JobSchedule("test.changed", JobLab.Kind, "* * * * *", "UTC", new Errand("now"))));
        Assert.Equal(1, await _lab.CountAsync());
    }

    [Fact]
    public async Task A_time_is_neither_missed_nor_kept_twice_where_the_database_does_not_answer()
    {
        var traffic = new HinderedTraffic();
        await using var db = new Db(_connectionString, traffic);
        var process = new Schedules(db, _lab.Jobs, [new JobSchedule("test.hourly", JobLab.Kind, "0 * * * *", "UTC", new Errand("hourly"))], _clock);
        await AskAsync(process);
        _clock.Forward(TimeSpan.FromHours(1));
        traffic.Ask = (_, _) => throw HinderedTraffic.Lost();
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(process));
        traffic.Ask = (_, _) => Task.CompletedTask;
        await AskAsync(process);
        Assert.Equal(1, await _lab.CountAsync());

        _clock.Forward(TimeSpan.FromHours(1));
        traffic.Answer = (_, _) => throw HinderedTraffic.Lost();
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(process));
        traffic.Answer = (_, _) => Task.CompletedTask;
        await AskAsync(process);
        Assert.Equal(2, await _lab.CountAsync());
    }

    private Schedules New(JobSchedule schedule) => new(_lab.Db, _lab.Jobs, [schedule], _clock);

    private static Task AskAsync(params Schedules[] processes) => Task.WhenAll(processes.Select(process => process.EnqueueDueAsync(CancellationToken.None)));
}
