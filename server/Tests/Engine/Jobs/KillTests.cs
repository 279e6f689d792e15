using Holdfast.Host;
using Holdfast.Host.LocalPostgres;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>Whoever is killed and whenever: every job is done, and none counts twice.</summary>
public sealed class KillTests(TestCluster cluster) : IAsyncLifetime
{
    private string _connectionString = "";
    private TestEngine _engine = null!;
    private TestWorkspace _workspace = null!;
    private JobLab _lab = null!;
    private Guid _thing;

    public async ValueTask InitializeAsync() => await UseAsync(await cluster.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_worker_is_killed_before_or_after_its_job_has_made_its_change(string where)
    {
        await EnqueueAsync("victim", "other");
        await using var victim = WorkerProcess.Start(_connectionString, _thing, where);
        await victim.StandsAsync();
        await victim.KillAsync();
        await using var heir = WorkerProcess.Start(_connectionString, _thing);
        await _lab.EmptyAsync();
        Assert.Equal("2", await CountedAsync());
        // The handler knows it again.
        var again = Assert.Single(victim.Runs(), run => run.StartsWith("victim ", StringComparison.Ordinal))[..^1] + "2";
        await Eventually.HoldsAsync("the heir has said what it ran", () => heir.Runs().Contains(again));
    }

    [Fact]
    [Trait("asvs", "2.3.3")]
    public async Task A_worker_is_killed_while_its_job_makes_its_change()
    {
        await EnqueueAsync("victim", "other");
        await using var holder = new NpgsqlConnection(cluster.SuperuserOf(_connectionString));
        await holder.OpenAsync();
        // The change has been sent, and waits for the workspace.
        await ExecuteAsync($"BEGIN; SELECT pg_advisory_xact_lock({BitConverter.ToInt64(_workspace.Id.ToByteArray(), 8)})");
        await using var victim = WorkerProcess.Start(_connectionString, _thing);
        await Eventually.HoldsAsync("it writes", async () => await ExecuteAsync(
            """
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """) > 0, seconds: 60);
        await victim.KillAsync();
        await ExecuteAsync("COMMIT");
        await using var heir = WorkerProcess.Start(_connectionString, _thing);
        await _lab.EmptyAsync();
        Assert.Equal("2", await CountedAsync());

        async Task<long> ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, holder);
            return await command.ExecuteScalarAsync() as long? ?? 0;
        }
    }

    [Fact]
    public async Task Workers_are_killed_at_any_moment()
    {
        await EnqueueAsync([.. Enumerable.Range(0, 400).Select(i => $"{i}")]);
        await using var steady = WorkerProcess.Start(_connectionString, _thing);
        for (var i = 0; i < 4; i++)
        {
            await using var victim = WorkerProcess.Start(_connectionString, _thing);
            await Eventually.HoldsAsync("it has begun", async () => victim.Runs().Count > i || await _lab.CountAsync() == 0, seconds: 60);
            await victim.KillAsync();
            await EnqueueAsync([.. Enumerable.Range(0, 100).Select(j => $"{i} {j}")]);
        }

        await _lab.EmptyAsync();
        Assert.Equal("800", await CountedAsync());
    }

    [Fact]
    public async Task A_frozen_worker_wakes_after_another_has_done_its_work()
    {
        await EnqueueAsync("victim");
        await using var frozen = WorkerProcess.Start(_connectionString, _thing, "before");
        await frozen.StandsAsync();
        frozen.Freeze();
        await using var heir = WorkerProcess.Start(_connectionString, _thing);
        await _lab.EmptyAsync();
        Assert.Equal("1", await CountedAsync());

        await frozen.GoOnAsync();
        frozen.Thaw();
        // It makes its change again, which is no change; and it goes on to work, in a life of its own.
        await EnqueueAsync("victim");
        await heir.KillAsync();
        await Eventually.HoldsAsync("it works again", () => frozen.Runs().Count > 1, seconds: 60);
        await frozen.GoOnAsync();
        await _lab.EmptyAsync();
        Assert.Equal("2", await CountedAsync());
    }

    [Fact]
    public async Task PostgreSQL_is_killed_under_load()
    {
        using var folder = new TemporaryFolder();
        await using var own = new LocalCluster(folder["postgres"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance, new Dictionary<string, string>(StringComparer.Ordinal));
        var connectionString = await own.StartAsync(CancellationToken.None);
        await Holdfast.Engine.Storage.Migrator.MigrateAsync(connectionString, TestCluster.Projects);
        await DisposeAsync();
        await UseAsync(connectionString);
        await EnqueueAsync([.. Enumerable.Range(0, 300).Select(i => $"{i}")]);
        await using var worker = WorkerProcess.Start(connectionString, _thing);
        await Eventually.HoldsAsync("some are done", () => worker.Runs().Count > 20, seconds: 60);
        Posix.Signal(own.ProcessId!.Value, Posix.Kill);
        // The product starts it again; until then nobody can look.
        await Eventually.HoldsAsync("no job waits", async () =>
        {
            try
            {
                return await _lab.CountAsync() == 0;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }, seconds: 60);
        Assert.Equal("300", await CountedAsync());
    }

    private async Task UseAsync(string connectionString)
    {
        _connectionString = connectionString;
        _engine = new TestEngine(connectionString);
        _workspace = await _engine.CreateWorkspaceAsync();
        _thing = await _workspace.AddThingAsync();
        _lab = new JobLab(connectionString) { Workspace = _workspace.Id };
    }

    private Task EnqueueAsync(params string[] names) =>
        _lab.Desk.EnqueueAsync(_workspace.Id, _workspace.Owner.Actor, [.. names.Select(name => JobLab.Errand(name, "test.steady"))]);

    private Task<string> CountedAsync() => _workspace.ValueAsync(_thing, "count");
}
