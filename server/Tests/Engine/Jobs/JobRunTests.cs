using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>How far a job is, on the screen of whoever asked for it. The worker is another process than the one that has the sockets.</summary>
public sealed class JobRunTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    private TestWorkspace _workspace = null!;
    private TestMember _asker = null!;
    private JobLab _lab = null!;

    public async ValueTask InitializeAsync()
    {
        // Workers take whatever waits, of other tests as well.
        await server.LookAsync("DELETE FROM engine.jobs");
        _workspace = await server.Engine.CreateWorkspaceAsync();
        _asker = await _workspace.AddMemberAsync(Roles.Member);
        _lab = new JobLab(server.ConnectionString) { Workspace = _workspace.Id };
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Whoever_asked_sees_it_move_and_nobody_else_hears_of_it()
    {
        var go = new TaskCompletionSource();
        _lab.Handle = async (job, _, _) =>
        {
            job.Say(40, "rows", 1200);
            await go.Task;
        };
        using var his = await server.ConnectAsync(_workspace, _asker, ["jobs.runs"]);
        using var other = await server.ConnectAsync(_workspace, _workspace.Owner, ["jobs.runs"]);
        var job = await AskAsync();
        await SeenAsync(his, job, """
            "kind":"test.errand"
            """, """
            "state":"waiting"
            """, """
            "percent":0
            """);
        await _lab.StartAsync();
        await SeenAsync(his, job, """
            "state":"running"
            """);
        await SeenAsync(his, job, """
            "percent":40
            """, """
            "step":"rows"
            """, """
            "count":1200
            """);
        go.SetResult();
        await SeenAsync(his, job, """
            "state":"done"
            """, """
            "percent":100
            """);
        Assert.DoesNotContain(await other.AskAsync(new { t = "sub" }), frame => frame.GetRawText().Contains(job.ToString(), StringComparison.Ordinal));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task Of_what_is_said_thick_and_fast_the_newest_is_told_twice_a_second()
    {
        var (said, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        _lab.Handle = async (job, _, _) =>
        {
            for (var i = 0; i < 100_000; i++)
                job.Say(i / 1000, "rows", i);
            said.SetResult();
            await go.Task;
        };
        var started = TimeProvider.System.GetTimestamp();
        var job = await AskAsync();
        await _lab.StartAsync();
        await said.Task.WaitAsync(JobLab.Patience);
        await Eventually.HoldsAsync("the last word has come", async () => await RunAsync(job) is (JobRun.Running, 99, 99_999));
        go.SetResult();
        await Eventually.HoldsAsync("it is done", async () => await RunAsync(job) is (JobRun.Done, 100, null));
        // Asked for, begun, done; and what was said.
        var like = $"%{job}%";
        var entries = await server.Engine.Db.In(_workspace.Id).FirstAsync<long>(
            $"SELECT count(*) FROM engine.log WHERE workspace_id = {_workspace.Id} AND changes::text LIKE {like}");
        Assert.InRange(entries, 4, 4 + (TimeProvider.System.GetElapsedTime(started).TotalSeconds * 2));
    }

    [Fact]
    public async Task How_it_ended_stands_there()
    {
        _lab.Handle = (_, errand, cancel) => errand.Name switch
        {
            "fails" => throw new JobFailedException("It does."),
            "later" => throw new JobPutOffException(TimeSpan.FromHours(1)),
            _ => Task.Delay(Timeout.Infinite, cancel),
        };
        var (fails, later, cancelled) = (await AskAsync("fails"), await AskAsync("later"), await AskAsync("cancelled"));
        var waits = await AskAsync("waits", TimeProvider.System.GetUtcNow().AddHours(1));
        await _lab.StartAsync(new JobSettings { Lease = TimeSpan.FromSeconds(1) });
        await Eventually.HoldsAsync("one has failed", async () => (await RunAsync(fails))?.State == JobRun.Failed);
        await Eventually.HoldsAsync("one waits again", async () => await AttemptAsync(later) == 1 && (await RunAsync(later))?.State == JobRun.Waiting);
        await Eventually.HoldsAsync("one runs", async () => (await RunAsync(cancelled))?.State == JobRun.Running);
        await _lab.Desk.CancelAsync(_workspace.Id, cancelled);
        await _lab.Desk.CancelAsync(_workspace.Id, waits);
        foreach (var job in new[] { cancelled, waits })
            await Eventually.HoldsAsync("it is cancelled", async () => (await RunAsync(job))?.State == JobRun.Cancelled);

        // Failed for good, and tried once more.
        _lab.Handle = (_, _, _) => Task.CompletedTask;
        Assert.Equal(1, await _lab.Desk.RedriveAsync());
        await Eventually.HoldsAsync("it is done after all", async () => await RunAsync(fails) is (JobRun.Done, 100, null));
    }

    [Fact]
    public async Task What_an_earlier_attempt_still_says_is_not_heard()
    {
        var (runs, started, frozen) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        _lab.Handle = async (_, _, _) =>
        {
            if (Interlocked.Increment(ref runs) > 1)
                return;
            started.SetResult();
            await frozen.Task;
            throw new InvalidOperationException("Its word would be: waiting.");
        };
        var asked = await AskAsync();
        var worker = await _lab.StartAsync();
        await started.Task.WaitAsync(JobLab.Patience);
        await Eventually.HoldsAsync("it runs", async () => (await RunAsync(asked))?.State == JobRun.Running);
        // Another worker takes it over, as from one that is frozen.
        await _lab.Db.System.ExecuteAsync($"UPDATE engine.jobs SET worker_id = NULL, place = nextval('engine.job_places') WHERE id = {asked}");
        await Eventually.HoldsAsync("it is done", async () => await RunAsync(asked) is (JobRun.Done, 100, null));
        frozen.SetResult();
        await Eventually.HoldsAsync("the first has ended as well", () => worker.Held == 0);
        Assert.Equal((JobRun.Done, 100, null), await RunAsync(asked));
    }

    [Fact]
    public async Task Whoever_begins_to_speak_only_after_another_has_taken_over_is_not_heard()
    {
        var asked = await AskAsync();
        var (frozen, heir) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var say = _lab.WritePath.WriteRunsOf(_lab.Registry);
        Job At(int attempt) => new(asked, _workspace.Id, JobLab.Kind, _asker.Actor, default, attempt);
        await _lab.Db.System.ExecuteAsync($"UPDATE engine.jobs SET attempt = 2, worker_id = {heir} WHERE id = {asked}");
        Assert.True(await say(At(2), new Told(JobRun.Running, 0, null, null, heir)));
        Assert.True(await say(At(1), new Told(JobRun.Running, 0, null, null, frozen)));
        Assert.True(await say(At(1), new Told(JobRun.Running, 10, "rows", 1)));
        Assert.True(await say(At(2), new Told(JobRun.Running, 70, "rows", 7)));
        Assert.Equal((JobRun.Running, 70, 7), await RunAsync(asked));
    }

    [Fact]
    public async Task It_is_put_away_by_whoever_asked_and_by_nobody_else_and_changed_by_nobody()
    {
        var job = await AskAsync();
        var stranger = await _workspace.AddMemberAsync(Roles.Member);
        Assert.Equal("record.not_found", (await _workspace.SendAsync(stranger, new { op = "delete", type = "jobs.run", id = job })).Failure?.Code.Code);
        Assert.False((await _workspace.SendAsync(_asker, new { op = "set", type = "jobs.run", id = job, field = "percent", value = 50 })).Succeeded);
        Assert.False((await _workspace.SendAsync(_asker, new { op = "create", type = "jobs.run", id = Guid.CreateVersion7(), values = new { } })).Succeeded);
        // While it is under way, whoever counts what runs must find it.
        Assert.Equal("run.under_way", (await _workspace.SendAsync(_asker, new { op = "delete", type = "jobs.run", id = job })).Failure?.Code.Code);
        await _lab.StartAsync();
        await Eventually.HoldsAsync("it is over", async () => (await server.LookAsync($"SELECT 1 FROM jobs.runs WHERE id = '{job}' AND state = 'done'")).Count == 1);
        Assert.True((await _workspace.SendAsync(_asker, new { op = "delete", type = "jobs.run", id = job })).Succeeded);
    }

    [Fact]
    public async Task What_has_been_over_for_a_week_is_put_away_and_nothing_else()
    {
        var (over, young, waiting) = (await AskAsync(), await AskAsync(), await AskAsync());
        await server.LookAsync($"DELETE FROM engine.jobs WHERE id IN ('{over}', '{young}')");
        await server.LookAsync($"UPDATE jobs.runs SET state = 'done' WHERE id IN ('{over}', '{young}')");
        await server.LookAsync($"UPDATE jobs.runs SET updated_at = now() - interval '8 days' WHERE id IN ('{over}', '{waiting}')");
        await PruneAsync();
        Assert.Null(await RunAsync(over));
        Assert.NotNull(await RunAsync(young));
        Assert.NotNull(await RunAsync(waiting));
    }

    [Fact]
    public async Task What_waits_or_runs_without_a_job_of_its_workspace_is_put_away_at_once()
    {
        var (waits, runs, kept) = (await AskAsync(), await AskAsync(), await AskAsync());
        await server.LookAsync($"UPDATE jobs.runs SET state = 'running' WHERE id = '{runs}'");
        await server.LookAsync($"DELETE FROM engine.jobs WHERE id = '{waits}'");
        // As after an import under a new id: the job is there, and is another workspace's.
        await server.LookAsync($"UPDATE engine.jobs SET workspace_id = '{Guid.CreateVersion7()}' WHERE id = '{runs}'");
        await PruneAsync();
        Assert.Null(await RunAsync(waits));
        Assert.Null(await RunAsync(runs));
        Assert.NotNull(await RunAsync(kept));
    }

    [Fact]
    public async Task A_job_that_is_shown_stands_for_itself_and_comes_with_a_transaction()
    {
        var shown = JobLab.Errand("shown") with { IsShown = true };
        await Assert.ThrowsAsync<ArgumentException>(() => _lab.EnqueueAsync(shown));
        Assert.Throws<ArgumentException>(() => new Transaction { Id = Guid.CreateVersion7(), Actor = _asker.Actor, Jobs = [shown with { OnceKey = "k" }] });
    }

    private Task PruneAsync() => new RunPruner(_lab.Db, _lab.WritePath, _lab.Registry).RunAsync(null!, new ForgetRuns(), CancellationToken.None);

    private async Task<Guid> AskAsync(string name = "import", DateTimeOffset? dueAt = null)
    {
        var job = JobLab.Errand(name) with { IsShown = true, DueAt = dueAt };
        Assert.True((await _lab.WritePath.WriteAsync(_workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = _asker.Actor, Jobs = [job] })).Succeeded);
        return job.Id;
    }

    private static async Task SeenAsync(SyncClient client, Guid job, params string[] parts)
    {
        while (true)
        {
            var delta = (await client.NextAsync("delta")).GetRawText();
            if (delta.Contains(job.ToString(), StringComparison.Ordinal) && parts.All(part => delta.Contains(part.Trim(), StringComparison.Ordinal)))
                return;
        }
    }

    private sealed record Row
    {
        public string State { get; init; } = "";

        public long Percent { get; init; }

        public long? Count { get; init; }
    }

    private async Task<(string State, long Percent, long? Count)?> RunAsync(Guid job) =>
        await server.Engine.Db.In(_workspace.Id).FirstAsync<Row>($"SELECT state, percent, count FROM jobs.runs WHERE workspace_id = {_workspace.Id} AND id = {job}") is { } row
            ? (row.State, row.Percent, row.Count)
            : null;

    private Task<long> AttemptAsync(Guid job) =>
        server.Engine.Db.In(_workspace.Id).FirstAsync<long>($"SELECT attempt FROM jobs.runs WHERE workspace_id = {_workspace.Id} AND id = {job}");
}
