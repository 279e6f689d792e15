using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

public sealed class JobTests(TestCluster cluster) : IAsyncLifetime
{
    private string _connectionString = "";
    private JobLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = new JobLab(_connectionString = await cluster.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task What_is_asked_for_is_done_once_and_leaves_nothing_behind()
    {
        await _lab.StartAsync();
        await _lab.StartAsync();
        var names = Enumerable.Range(0, 500).Select(i => $"{i}").ToArray();
        await Task.WhenAll(names.Chunk(50).Select(some => _lab.EnqueueAsync([.. some.Select(name => JobLab.Errand(name))])));
        await _lab.DoneAsync(names);
        await _lab.EmptyAsync();
        Assert.Equal(names.Length, _lab.Done.Count);
        Assert.Empty(await _lab.EndsAsync());
    }

    [Fact]
    public async Task What_fails_is_tried_again_and_in_the_end_lies_where_it_can_be_tried_once_more()
    {
        var (fails, attempts) = (true, new List<(Guid Id, int Attempt)>());
        _lab.Handle = (job, errand, _) =>
        {
            lock (attempts)
                attempts.Add((job.Id, job.Attempt));
            return fails ? throw new InvalidOperationException("No paper.") : Task.CompletedTask;
        };
        await _lab.StartAsync();
        await _lab.EnqueueAsync(JobLab.Errand("print"));
        await Eventually.HoldsAsync("it is given up", async () => (await _lab.EndsAsync()).SequenceEqual(["failed print"]));
        Assert.Equal([1, 2, 3], attempts.Select(attempt => attempt.Attempt));
        Assert.Single(attempts.Select(attempt => attempt.Id).Distinct());
        Assert.Equal(0, await _lab.CountAsync());

        fails = false;
        Assert.Equal(1, await _lab.Desk.RedriveAsync());
        await _lab.DoneAsync("print");
        await _lab.EmptyAsync();
        Assert.Empty(await _lab.EndsAsync());
        Assert.Single(attempts.Select(attempt => attempt.Id).Distinct());
    }

    [Fact]
    public async Task What_can_never_succeed_is_not_tried_again_and_what_is_put_off_has_not_failed()
    {
        var puts = 0;
        _lab.Handle = (_, errand, _) => errand.Name switch
        {
            "never" => throw new JobFailedException("There is no such printer."),
            "later" when puts++ < 5 => throw new JobPutOffException(TimeSpan.FromMilliseconds(10)),
            _ => Task.CompletedTask,
        };
        await _lab.StartAsync();
        await _lab.EnqueueAsync(JobLab.Errand("never"), JobLab.Errand("later"), JobLab.Errand("kept", "test.kept"));
        await _lab.DoneAsync("later", "kept");
        await _lab.EmptyAsync();
        Assert.Equal(["done kept", "failed never"], (await _lab.EndsAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_for_later_waits_and_then_starts_by_itself()
    {
        await _lab.StartAsync();
        var at = TimeProvider.System.GetUtcNow().AddMilliseconds(400);
        var started = DateTimeOffset.MinValue;
        _lab.Handle = (_, errand, _) =>
        {
            started = errand.Name == "later" ? TimeProvider.System.GetUtcNow() : started;
            return Task.CompletedTask;
        };
        await _lab.EnqueueAsync(JobLab.Errand("later") with { DueAt = at }, JobLab.Errand("now"));
        await _lab.DoneAsync("now", "later");
        Assert.True(started >= at);
    }

    [Fact]
    public async Task A_key_stands_for_one_job_and_the_last_word_counts_where_it_is_to()
    {
        await _lab.EnqueueAsync(JobLab.Errand("first") with { OnceKey = "k" }, JobLab.Errand("again") with { OnceKey = "k" });
        await _lab.EnqueueAsync(JobLab.Errand("third") with { OnceKey = "k" });
        var far = TimeProvider.System.GetUtcNow().AddHours(1);
        await _lab.EnqueueAsync(JobLab.Errand("typed") with { OnceKey = "d", Once = OnceMode.Replace, DueAt = far });
        await _lab.EnqueueAsync(JobLab.Errand("typed more") with { OnceKey = "d", Once = OnceMode.Replace, DueAt = far }, JobLab.Errand("all typed") with { OnceKey = "d", Once = OnceMode.Replace });
        Assert.Equal(2, await _lab.CountAsync());
        await _lab.StartAsync();
        await _lab.DoneAsync("first", "all typed");
        await _lab.EmptyAsync();
        Assert.Equal(2, _lab.Done.Count);
    }

    [Fact]
    public async Task What_is_asked_for_while_it_runs_runs_once_more()
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _lab.Handle = async (_, _, _) =>
        {
            started.TrySetResult();
            await go.Task;
        };
        await _lab.StartAsync();
        await _lab.EnqueueAsync(JobLab.Errand("index") with { OnceKey = "k" });
        await started.Task.WaitAsync(JobLab.Patience);
        await _lab.EnqueueAsync(JobLab.Errand("index") with { OnceKey = "k" });
        await _lab.EnqueueAsync(JobLab.Errand("index") with { OnceKey = "k" });
        go.SetResult();
        await _lab.EmptyAsync();
        Assert.Equal(["index", "index"], _lab.Done);
    }

    [Fact]
    public async Task The_urgent_goes_first_and_nobody_waits_for_anothers_thousands()
    {
        var heavy = _lab.Workspace;
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 3000).Select(i => JobLab.Errand($"heavy {i}"))]);
        _lab.Workspace = Guid.CreateVersion7();
        await _lab.EnqueueAsync(JobLab.Errand("light"));
        _lab.Workspace = heavy;
        await _lab.EnqueueAsync(JobLab.Errand("urgent") with { Priority = JobPriority.Urgent }, JobLab.Errand("low") with { Priority = JobPriority.Low });
        await _lab.StartAsync(new JobSettings { Concurrency = 2 });
        await _lab.EmptyAsync();
        var done = _lab.Done.ToList();
        Assert.InRange(done.IndexOf("urgent"), 0, 2);
        Assert.InRange(done.IndexOf("light"), 0, 10);
        // Two run at once.
        Assert.InRange(done.IndexOf("low"), done.Count - 2, done.Count - 1);
    }

    [Theory]
    [InlineData("test.narrow", 2)]
    [InlineData("test.keyed", 1)]
    public async Task Bounds_hold_over_all_processes(string kind, int most)
    {
        var (now, highest, gate, go) = (new Dictionary<string, int>(), 0, new Lock(), new TaskCompletionSource());
        _lab.Handle = async (_, errand, _) =>
        {
            if (errand.Name == "beside")
                return;
            var key = kind == "test.keyed" ? errand.Name[^1] % 2 == 0 ? "a" : "b" : "all";
            lock (gate)
                highest = Math.Max(highest, now[key] = now.GetValueOrDefault(key) + 1);
            await go.Task;
            lock (gate)
                now[key]--;
        };
        JobWorker[] workers = [await _lab.StartAsync(), await _lab.StartAsync()];
        try
        {
            await _lab.EnqueueAsync([.. Enumerable.Range(0, 60).Select(i => JobLab.Errand($"{i}", kind) with { GroupKey = i % 2 == 0 ? "a" : "b" })]);
            await Eventually.HoldsAsync("as many run as may", () => Task.FromResult(Running() == 2));
            // Whoever has room looks again each time that something comes: each of both, for it rings only in its own process.
            foreach (var worker in workers)
            {
                for (var i = 0; i < 20; i++)
                {
                    await _lab.DeskOf(worker).EnqueueAsync(_lab.Workspace, Actor.Server("test"), JobLab.Errand("beside"), JobLab.Errand("0", kind) with { GroupKey = "a" });
                    await Eventually.HoldsAsync("it was looked at", async () => await _lab.Db.System.FirstAsync<long>($"SELECT count(*) FROM engine.jobs WHERE payload ->> 'name' = 'beside'") == 0);
                    Assert.Equal(2, Running());
                }
            }
        }
        finally
        {
            go.SetResult();
        }

        await _lab.EmptyAsync();
        Assert.Equal(60 + 40 + 40, _lab.Done.Count);
        Assert.InRange(highest, 1, most);

        int Running()
        {
            lock (gate)
                return now.Values.Sum();
        }
    }

    [Fact]
    public async Task A_rate_is_kept_by_all_processes_together()
    {
        await _lab.StartAsync();
        await _lab.StartAsync();
        var started = TimeProvider.System.GetTimestamp();
        // Ten at once, then ten a second.
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 20).Select(i => JobLab.Errand($"{i}", "test.slow"))]);
        await _lab.EmptyAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMilliseconds(900));
        Assert.Equal(20, _lab.Done.Count);
    }

    [Fact]
    public async Task What_waits_and_what_runs_can_be_cancelled_and_a_queue_can_rest()
    {
        var (started, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        _lab.Handle = async (_, errand, cancel) =>
        {
            if (errand.Name != "long")
                return;
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }
            finally
            {
                stopped.SetResult();
            }
        };
        await _lab.Desk.PauseAsync(JobQueue.Default);
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(1) });
        var (waits, runs) = (JobLab.Errand("waits"), JobLab.Errand("long"));
        await _lab.EnqueueAsync(waits, runs, JobLab.Errand("narrow", "test.narrow"));
        await _lab.DoneAsync("narrow");
        await Eventually.HoldsAsync("the others wait", async () => await _lab.CountAsync() == 2);
        await _lab.Desk.CancelAsync(_lab.Workspace, waits.Id);
        await _lab.Desk.CancelAsync(Guid.CreateVersion7(), runs.Id);
        Assert.Equal([runs.Id], await _lab.Db.System.QueryAsync<Guid>($"SELECT id FROM engine.jobs WHERE NOT cancelled"));
        await _lab.Desk.ResumeAsync(JobQueue.Default);
        await started.Task.WaitAsync(JobLab.Patience);
        await _lab.Desk.CancelAsync(_lab.Workspace, runs.Id);
        await stopped.Task.WaitAsync(JobLab.Patience);
        await _lab.EmptyAsync();
        Assert.Equal(["cancelled long"], await _lab.EndsAsync());
        Assert.DoesNotContain("waits", _lab.Done);
    }

    [Fact]
    public async Task Whoever_stops_ends_what_runs_and_gives_back_what_has_not_begun()
    {
        var (started, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _lab.Handle = async (_, _, _) =>
        {
            started.TrySetResult();
            await go.Task;
        };
        var worker = await _lab.StartAsync(new JobSettings { Concurrency = 1, Drain = TimeSpan.FromSeconds(30) });
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 20).Select(i => JobLab.Errand($"{i}"))]);
        await started.Task.WaitAsync(JobLab.Patience);
        var stopping = worker.StopAsync(CancellationToken.None);
        go.SetResult();
        await stopping;
        Assert.Single(_lab.Done);
        Assert.Equal((19, 0), ((int)await _lab.CountAsync(), await _lab.Db.System.FirstAsync<int>($"SELECT max(attempt) FROM engine.jobs WHERE worker_id IS NULL")));
        Assert.Equal(0, await _lab.Db.System.FirstAsync<long>($"SELECT count(*) FROM engine.workers"));
    }

    [Fact]
    public async Task A_handler_that_does_not_end_is_stopped_when_the_time_to_drain_is_over()
    {
        var started = new TaskCompletionSource();
        _lab.Handle = async (_, _, cancel) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        };
        var worker = await _lab.StartAsync(new JobSettings { Drain = TimeSpan.FromMilliseconds(50) });
        await _lab.EnqueueAsync(JobLab.Errand("endless"));
        await started.Task.WaitAsync(JobLab.Patience);
        await worker.StopAsync(CancellationToken.None);
        Assert.Equal("The server stopped in the middle.", await _lab.Db.System.FirstAsync<string>($"SELECT error FROM engine.jobs WHERE worker_id IS NULL AND attempt = 0"));
    }

    [Fact]
    public async Task Who_shows_no_sign_of_life_loses_what_he_claimed()
    {
        // A worker that claimed and went, as a killed process leaves it.
        await _lab.EnqueueAsync(JobLab.Errand("orphan"), JobLab.Errand("orphan too", "test.narrow"));
        await _lab.Db.System.ExecuteAsync($"INSERT INTO engine.workers (id, host, started_at, beat_at) VALUES ({_lab.Workspace}, 'gone', now(), now() - interval '1 minute')");
        await _lab.Db.System.ExecuteAsync($"UPDATE engine.jobs SET worker_id = {_lab.Workspace}, attempt = 1");
        await _lab.Db.System.ExecuteAsync($"INSERT INTO engine.job_claims (job_id, workspace_id, queue, worker_id) SELECT id, workspace_id, queue, worker_id FROM engine.jobs WHERE queue = 'narrow'");
        var attempts = new List<int>();
        _lab.Handle = (job, _, _) =>
        {
            lock (attempts)
                attempts.Add(job.Attempt);
            return Task.CompletedTask;
        };
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(2) });
        await _lab.EmptyAsync();
        Assert.Equal([2, 2], attempts);
        Assert.Equal(0, await _lab.Db.System.FirstAsync<long>($"SELECT count(*) FROM engine.job_claims"));
    }

    [Fact]
    public async Task Who_is_given_up_while_he_works_stops_and_what_he_says_no_longer_counts()
    {
        var (started, stopped, runs) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        _lab.Handle = async (_, _, cancel) =>
        {
            if (Interlocked.Increment(ref runs) > 1)
                return;
            started.SetResult();
            await using var told = cancel.Register(stopped.SetResult);
            await stopped.Task;
        };
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(1) });
        await _lab.EnqueueAsync(JobLab.Errand("shared"));
        await started.Task.WaitAsync(JobLab.Patience);
        // Another worker gives it up, as it does with one that was frozen.
        await _lab.Db.System.ExecuteAsync($"DELETE FROM engine.workers", $"UPDATE engine.jobs SET worker_id = NULL, place = nextval('engine.job_places')");
        await stopped.Task.WaitAsync(JobLab.Patience);
        await _lab.EmptyAsync();
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task What_kills_its_worker_each_time_is_given_up()
    {
        await _lab.EnqueueAsync(JobLab.Errand("poison"));
        await _lab.Db.System.ExecuteAsync($"UPDATE engine.jobs SET attempt = 3");
        await _lab.StartAsync();
        await Eventually.HoldsAsync("it is given up", async () => (await _lab.EndsAsync()).SequenceEqual(["failed poison"]));
        Assert.Empty(_lab.Done);
    }

    [Fact]
    public async Task What_a_transaction_asks_for_comes_with_it_or_not_at_all()
    {
        await _lab.StartAsync();
        var (workspace, user) = (_lab.Workspace, Guid.CreateVersion7());
        await _lab.WritePath.CreateWorkspaceAsync(workspace);
        var seen = new TaskCompletionSource<Job>();
        _lab.Handle = (job, _, _) =>
        {
            seen.SetResult(job);
            return Task.CompletedTask;
        };
        Transaction With(string name, string role) => new()
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("test", user),
            Operations = [Compose.Create(_lab.Registry, Guid.CreateVersion7(), new Member { User = user, Name = name, Email = "a@example.org", Role = role })],
            Jobs = [JobLab.Errand(name)],
        };
        Assert.False((await _lab.WritePath.WriteAsync(workspace, With("refused", "emperor"))).Succeeded);
        var applied = With("greet", Roles.Owner);
        Assert.True((await _lab.WritePath.WriteAsync(workspace, applied)).Succeeded);
        Assert.True((await _lab.WritePath.WriteAsync(workspace, applied)).Succeeded);
        var job = await seen.Task.WaitAsync(JobLab.Patience);
        Assert.Equal((workspace, user, (1, 0)), (job.Workspace, job.Actor.User!.Value, job.Cause!.Value));
        await _lab.EmptyAsync();
        Assert.Equal(["greet"], _lab.Done);
    }

    [Fact]
    public async Task Nobody_waits_for_the_thousands_of_another_queue()
    {
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 3000).Select(i => JobLab.Errand($"heavy {i}", "test.keyed"))]);
        await _lab.EnqueueAsync(JobLab.Errand("light"));
        await _lab.StartAsync(new JobSettings { Concurrency = 2 });
        await _lab.EmptyAsync();
        Assert.InRange(_lab.Done.ToList().IndexOf("light"), 0, 1500);
    }

    [Fact]
    public async Task A_single_job_does_not_wait_for_another_workspace_s_ten_thousand_however_urgent_those_are()
    {
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 10_000).Select(i => JobLab.Errand($"heavy {i}") with { Priority = JobPriority.Urgent })]);
        _lab.Workspace = Guid.CreateVersion7();
        await _lab.EnqueueAsync(JobLab.Errand("light"));
        await _lab.StartAsync();
        await _lab.EmptyAsync();
        Assert.Equal(10_001, _lab.Done.Count);
        // It is claimed in the first round; how many others end before it is up to the scheduler of the machine.
        Assert.InRange(_lab.Done.ToList().IndexOf("light"), 0, 500);
    }

    [Theory]
    [InlineData(JobLab.Kind)]
    [InlineData("test.keyed")]
    public async Task Nobody_waits_for_the_long_jobs_of_another_workspace_to_end(string kind)
    {
        var (running, go) = (0, new TaskCompletionSource());
        _lab.Handle = async (_, errand, _) =>
        {
            if (!errand.Name.StartsWith("long", StringComparison.Ordinal))
                return;
            Interlocked.Increment(ref running);
            await go.Task;
        };
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 40).Select(i => JobLab.Errand($"long {i}", kind))]);
        await _lab.StartAsync(new JobSettings { Concurrency = 8, Drain = TimeSpan.Zero });
        await Eventually.HoldsAsync("it has its share", () => Task.FromResult(running == 6));
        _lab.Workspace = Guid.CreateVersion7();
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 40).Select(i => JobLab.Errand($"short {i}", kind))]);
        await _lab.DoneAsync([.. Enumerable.Range(0, 40).Select(i => $"short {i}")]);
        Assert.Equal(6, running);
        go.SetResult();
        await _lab.EmptyAsync();
        Assert.Equal(80, _lab.Done.Count);
    }

    [Fact]
    public async Task Pauses_grow_up_to_the_longest_and_no_two_are_the_same()
    {
        var kind = new JobKind<Errand>("test.pauses", _ => throw new InvalidOperationException()) { FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromMinutes(1) };
        Assert.Equal([2, 4, 8, 16, 32, 60, 60], Enumerable.Range(1, 7).Select(attempt => (int)kind.PauseAfter(attempt, 0).TotalSeconds));
        Assert.Equal([3, 6, 12, 24, 48, 90, 90], Enumerable.Range(1, 7).Select(attempt => (int)kind.PauseAfter(attempt, 1).TotalSeconds));
        Assert.Equal(TimeSpan.FromMinutes(1), kind.PauseAfter(int.MaxValue, 0));

        // By chance, in the table as well.
        _lab.Handle = (_, _, _) => throw new InvalidOperationException("Always.");
        await _lab.StartAsync();
        await _lab.EnqueueAsync([.. Enumerable.Range(0, 20).Select(i => JobLab.Errand($"{i}", "test.steady"))]);
        await Eventually.HoldsAsync("all have failed once", async () =>
            await _lab.Db.System.FirstAsync<long>($"SELECT count(DISTINCT due_at - started) FROM (SELECT due_at, max(enqueued_at) OVER () AS started FROM engine.jobs WHERE attempt = 1 AND worker_id IS NULL AND due_at > clock_timestamp()) AS job") >= 10);
    }

    [Fact]
    public async Task What_is_over_is_remembered_for_as_long_as_its_kind_says_and_then_forgotten()
    {
        _lab.Handle = (_, errand, _) => errand.Name == "fails" ? throw new JobFailedException("It does.") : Task.CompletedTask;
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(1) });
        await _lab.EnqueueAsync(JobLab.Errand("fails"), JobLab.Errand("kept", "test.kept"), JobLab.Errand("passes"));
        await _lab.EmptyAsync();
        await Eventually.HoldsAsync("their ends are noted", async () => (await _lab.EndsAsync()).Count == 2);
        Assert.Equal([true, true], await _lab.Db.System.QueryAsync<bool>($"SELECT forget_at - ended_at IN (interval '30 days', interval '1 hour') FROM engine.job_ends"));
        await _lab.Db.System.ExecuteAsync($"UPDATE engine.job_ends SET forget_at = now() WHERE outcome = 'failed'");
        await Eventually.HoldsAsync("the one is forgotten", async () => (await _lab.EndsAsync()).SequenceEqual(["done kept"]));
    }

    [Fact]
    public async Task Who_loses_the_database_for_longer_than_his_lease_stops_and_does_it_again()
    {
        var (runs, started) = (0, new TaskCompletionSource());
        _lab.Handle = async (_, _, cancel) =>
        {
            if (Interlocked.Increment(ref runs) > 1)
                return;
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        };
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(1) });
        await _lab.EnqueueAsync(JobLab.Errand("import"));
        await started.Task.WaitAsync(JobLab.Patience);
        await AsSuperuserAsync("ALTER TABLE engine.workers RENAME TO away");
        await Eventually.HoldsAsync("it is given back", async () => await _lab.Db.System.FirstAsync<string>($"SELECT error FROM engine.jobs") == "Its worker lost the database." || runs > 1);
        await AsSuperuserAsync("ALTER TABLE engine.away RENAME TO workers");
        await _lab.EmptyAsync();
        Assert.Equal((2, 1), (runs, _lab.Done.Count));
        Assert.Empty(await _lab.EndsAsync());
    }

    [Fact]
    public async Task What_was_cancelled_while_its_worker_died_is_not_begun_again()
    {
        await _lab.EnqueueAsync(JobLab.Errand("gone"));
        await _lab.Db.System.ExecuteAsync($"UPDATE engine.jobs SET worker_id = {_lab.Workspace}, attempt = 1");
        var job = await _lab.Db.System.FirstAsync<Guid>($"SELECT id FROM engine.jobs");
        await _lab.Desk.CancelAsync(_lab.Workspace, job);
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(1) });
        await _lab.EmptyAsync();
        Assert.Equal(["cancelled gone"], await _lab.EndsAsync());
        Assert.Empty(_lab.Done);
    }

    private async Task AsSuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(cluster.SuperuserOf(_connectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
