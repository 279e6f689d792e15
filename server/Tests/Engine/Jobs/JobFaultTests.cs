using System.Net.Sockets;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>A worker whose database does not answer, or refuses what it is told: every job is done all the same.</summary>
public sealed class JobFaultTests(TestCluster cluster) : IAsyncLifetime
{
    private static readonly JobSettings Brisk = new() { Lease = TimeSpan.FromSeconds(1) };
    private readonly HinderedTraffic _traffic = new();
    private string _connectionString = "";
    private JobLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = new JobLab(_connectionString = await cluster.CreateDatabaseAsync()) { Traffic = _traffic };

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Theory]
    [InlineData(JobLab.Kind)]
    [InlineData("test.narrow")]
    public async Task What_was_claimed_without_an_answer_is_claimed_again_and_no_attempt_counts(string kind)
    {
        var (lost, attempts) = (0, new List<int>());
        _traffic.Answer = (asked, _) => IsClaim(asked) && Interlocked.Increment(ref lost) <= 2 ? throw HinderedTraffic.Lost() : Task.CompletedTask;
        _lab.Handle = (job, _, _) =>
        {
            lock (attempts)
                attempts.Add(job.Attempt);
            return Task.CompletedTask;
        };
        await _lab.EnqueueAsync(JobLab.Errand("one", kind), JobLab.Errand("two", kind));
        // So long a lease that nobody else's look finds them.
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromHours(1) });
        await _lab.EmptyAsync();
        Assert.Equal([1, 1], attempts);
        Assert.Equal(0, await _lab.Db.System.FirstAsync<long>($"SELECT count(*) FROM engine.job_claims"));
    }

    [Fact]
    public async Task A_claim_that_the_database_carries_out_after_it_was_given_up_is_found()
    {
        var (claims, again, go) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        _traffic.Ask = async (asked, _) =>
        {
            if (!IsClaim(asked))
                return;
            if (++claims == 1)
                throw HinderedTraffic.Lost();
            again.TrySetResult();
            await go.Task;
        };
        await _lab.EnqueueAsync(JobLab.Errand("late"));
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(3) });
        // The worker has looked for what it lost, and claims anew.
        await again.Task.WaitAsync(JobLab.Patience);
        Assert.Equal(1, await _lab.Db.System.ExecuteAsync($"UPDATE engine.jobs SET attempt = 1, worker_id = (SELECT id FROM engine.workers)"));
        go.SetResult();
        await _lab.EmptyAsync();
        Assert.Equal(["late"], _lab.Done);
    }

    [Fact]
    public async Task Whoever_stops_while_he_claims_leaves_nothing_claimed()
    {
        var claimed = new TaskCompletionSource();
        _traffic.Answer = async (asked, cancel) =>
        {
            if (!IsClaim(asked))
                return;
            claimed.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        };
        await _lab.EnqueueAsync(JobLab.Errand("one", "test.narrow"), JobLab.Errand("two"));
        var worker = await _lab.StartAsync();
        await claimed.Task.WaitAsync(JobLab.Patience);
        await worker.StopAsync(CancellationToken.None);
        Assert.Equal(2, await _lab.Db.System.FirstAsync<long>($"SELECT count(*) FROM engine.jobs WHERE worker_id IS NULL AND attempt = 0 AND place IS NOT NULL"));
        Assert.Equal(0, await _lab.Db.System.FirstAsync<long>($"SELECT count(*) FROM engine.job_claims"));
    }

    [Fact]
    public async Task An_end_that_is_written_once_more_does_not_end_the_attempt_that_has_begun_since()
    {
        var (runs, ends, second) = (0, 0, new TaskCompletionSource());
        _traffic.Answer = (asked, _) => asked.Contains("row.pause", StringComparison.Ordinal) && ++ends == 1 ? throw HinderedTraffic.Lost() : Task.CompletedTask;
        _traffic.Ask = (asked, _) => ends > 0 && asked.Contains("row.pause", StringComparison.Ordinal) ? second.Task : Task.CompletedTask;
        _lab.Handle = async (_, _, _) =>
        {
            if (++runs == 1)
                throw new InvalidOperationException("It fails.");
            second.TrySetResult();
            await Eventually.HoldsAsync("the end of the first is written", () => ends == 2);
        };
        await _lab.EnqueueAsync(JobLab.Errand("job"));
        await _lab.StartAsync();
        await _lab.EmptyAsync();
        Assert.Equal((2, 2), (runs, ends));
    }

    [Theory]
    [InlineData(0, "What it said:  and more")]
    [InlineData(0xD83D, "What it said: \uFFFD and more")]
    public async Task Whatever_a_handler_says_it_is_written_down_and_stops_nobody(int said, string stored)
    {
        _lab.Handle = (_, errand, _) => errand.Name == "mute" ? throw new JobFailedException($"What it said: {(char)said} and more") : Task.CompletedTask;
        await _lab.EnqueueAsync(JobLab.Errand("mute"), JobLab.Errand("other"));
        await _lab.StartAsync();
        await _lab.EmptyAsync();
        Assert.Equal(stored, await ErrorAsync("mute"));
    }

    [Fact]
    public async Task What_is_said_at_length_is_cut()
    {
        _lab.Handle = (_, _, _) => throw new JobFailedException(new string('x', 1999) + "\ud83d\ude00 and more");
        await _lab.EnqueueAsync(JobLab.Errand("long"));
        await _lab.StartAsync();
        await _lab.EmptyAsync();
        Assert.Equal(new string('x', 1999), await ErrorAsync("long"));
    }

    [Fact]
    public async Task An_end_that_the_database_refuses_is_written_in_other_words_and_holds_up_no_other()
    {
        await AsSuperuserAsync("ALTER TABLE engine.job_ends ADD CHECK (job ->> 'error' <> 'unspeakable')");
        _lab.Handle = (_, errand, _) => errand.Name == "mute" ? throw new JobFailedException("unspeakable") : Task.CompletedTask;
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 20).Select(i => JobLab.Errand(i == 7 ? "mute" : $"{i}", "test.kept"))]);
        await _lab.StartAsync();
        await _lab.EmptyAsync();
        Assert.Equal(19, (await _lab.EndsAsync()).Count(end => end.StartsWith("done ", StringComparison.Ordinal)));
        Assert.Equal("How it ended could not be written down.", await ErrorAsync("mute"));
    }

    [Fact]
    public async Task What_was_done_while_the_way_to_the_database_is_lost_counts_as_done_when_it_is_back()
    {
        var lost = 0;
        _traffic.Ask = (asked, _) => asked.Contains("INSERT INTO engine.job_ends", StringComparison.Ordinal) && Interlocked.Increment(ref lost) <= 2 ? throw new SocketException(11) : Task.CompletedTask;
        await _lab.EnqueueAsync(JobLab.Errand("kept", "test.kept"));
        await _lab.StartAsync();
        await _lab.EmptyAsync();
        Assert.Equal(["done kept"], await _lab.EndsAsync());
        Assert.Equal(3, lost);
    }

    [Fact]
    public async Task A_name_that_is_not_found_is_a_fault_that_passes()
    {
        await using var db = new Db("Host=nowhere.invalid;Username=nobody;Password=none");
        var fault = await Assert.ThrowsAsync<NpgsqlException>(() => db.System.FirstAsync<int>($"SELECT 1"));
        Assert.IsType<SocketException>(fault.InnerException);
        Assert.True(fault.IsTransient);
        Assert.True(DbFaults.IsPassing(fault));
        Assert.False(DbFaults.IsRefusal(fault));
    }

    [Fact]
    public async Task Signs_of_life_go_on_whatever_one_of_them_met()
    {
        var (beats, looks) = (0, 0);
        _traffic.Ask = (asked, _) =>
            (asked.Contains("SET beat_at", StringComparison.Ordinal) && Interlocked.Increment(ref beats) == 1)
            || (asked.Contains("DELETE FROM engine.job_ends", StringComparison.Ordinal) && Interlocked.Increment(ref looks) == 1)
                ? throw new InvalidOperationException("Nobody expects this.") : Task.CompletedTask;
        await _lab.StartAsync(Brisk);
        await Eventually.HoldsAsync("it beats and looks again", () => beats > 1 && looks > 1);
    }

    [Fact]
    public async Task Signs_of_life_wait_for_nothing_else()
    {
        var go = new TaskCompletionSource();
        _traffic.Ask = (asked, _) => asked.Contains("beat_at <", StringComparison.Ordinal) ? go.Task : Task.CompletedTask;
        await using var holder = new NpgsqlConnection(_connectionString);
        await holder.OpenAsync();
        await using var hold = new NpgsqlCommand("SELECT pg_advisory_lock(1)", holder);
        await hold.ExecuteNonQueryAsync();
        var worker = await _lab.StartAsync(Brisk);
        await Eventually.HoldsAsync("it lives", async () => await BeatAsync() is not null);
        // Whoever reads across workspaces waits, and so does whoever looks after other workers.
        var slow = Enumerable.Range(0, 30).Select(_ => _lab.DbOf(worker).System.ExecuteAsync($"SELECT pg_advisory_xact_lock(1)")).ToArray();
        var first = await BeatAsync();
        try
        {
            await Eventually.HoldsAsync("it lives for three leases", async () => await BeatAsync() - first > 3 * Brisk.Lease, seconds: 10);
        }
        finally
        {
            go.SetResult();
            await holder.CloseAsync();
            NpgsqlConnection.ClearPool(holder);
            await Task.WhenAll(slow);
        }
    }

    [Fact]
    public async Task What_is_asked_for_once_more_for_later_waits_for_that_time_also_where_the_run_before_it_fails()
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _lab.Handle = async (_, errand, _) =>
        {
            started.TrySetResult();
            await go.Task;
            if (errand.Name == "typed")
                throw new InvalidOperationException("It fails.");
        };
        NewJob Typed(string name, int hours) => JobLab.Errand(name) with { OnceKey = "k", Once = OnceMode.Replace, DueAt = TimeProvider.System.GetUtcNow().AddHours(hours) };
        await _lab.EnqueueAsync(Typed("typed", -1));
        await _lab.StartAsync();
        await started.Task.WaitAsync(JobLab.Patience);
        await _lab.EnqueueAsync(Typed("typed more", 1));
        go.SetResult();
        await Eventually.HoldsAsync("it waits again", WaitsAsync);
        Assert.True(await LaterAsync());

        // The same where its worker is given up.
        await _lab.Db.System.ExecuteAsync($"UPDATE engine.jobs SET worker_id = {Guid.CreateVersion7()}, again = true, place = 1");
        await _lab.StartAsync(Brisk);
        await Eventually.HoldsAsync("it waits again", WaitsAsync);
        Assert.True(await LaterAsync());
        Assert.Empty(_lab.Done);

        Task<bool> WaitsAsync() => _lab.Db.System.FirstAsync<bool>($"SELECT worker_id IS NULL AND NOT again FROM engine.jobs");
        Task<bool> LaterAsync() => _lab.Db.System.FirstAsync<bool>($"SELECT place IS NULL AND due_at > clock_timestamp() + interval '50 minutes' FROM engine.jobs");
    }

    private static bool IsClaim(string asked) => asked.Contains("attempt = attempt + 1", StringComparison.Ordinal);

    private Task<DateTime?> BeatAsync() => _lab.Db.System.FirstAsync<DateTime?>($"SELECT max(beat_at) FROM engine.workers");

    private Task<string?> ErrorAsync(string name) => _lab.Db.System.FirstAsync<string>($"SELECT job ->> 'error' FROM engine.job_ends WHERE job #>> ARRAY['payload', 'name'] = {name}");

    private async Task AsSuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.SuperuserOf(_connectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
