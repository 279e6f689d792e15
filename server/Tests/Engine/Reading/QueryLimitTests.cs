using System.Text;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>What lists and histories may cost, and that they are of one moment with the rights to them.</summary>
public sealed class QueryLimitTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private readonly Guid _ada = Guid.CreateVersion7();
    private TestWorkspace _workspace = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _workspace = await _engine.CreateWorkspaceAsync();
        await _workspace.WriteAsync(_workspace.NewCustomer("Before", _ada));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    [Trait("asvs", "2.4.1")]
    public async Task Who_looks_for_too_much_is_told_so_and_a_third_waits_for_his_turn()
    {
        await using var locked = await LockAsync("solo.customers");
        var reader = Reader(_engine.Db);
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => reader.ListAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", new ListRequest(), Cancel)));
        Assert.Equal(["query.too_slow", "query.too_slow", "query.busy"], answers.Select(answer => answer.Failure?.Code.Code));
        Assert.Equal(2, answers[2].Failure!.Params!["retryAfter"]);
    }

    [Fact]
    public async Task The_database_ends_a_statement_by_itself()
    {
        await using var query = await _engine.Db.BeginQueryAsync(_workspace.Id, Cancel);
        var ended = await Assert.ThrowsAsync<PostgresException>(() => query.QueryAsync<string>($"SELECT pg_sleep(60)::text", Cancel));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, ended.SqlState);
    }

    [Fact]
    public async Task One_record_is_found_while_searches_run()
    {
        await using var locked = await LockAsync("engine.log");
        var reader = Reader(_engine.Db);
        var past = Enumerable.Range(0, 4).Select(_ => reader.FindAtAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", _ada, 1, Cancel)).ToArray();
        Assert.NotNull((await reader.FindAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", _ada, Cancel)).Json);
        Assert.DoesNotContain(past, one => one.IsCompleted);
        Assert.Equal(["history.too_long", "history.too_long", "query.busy", "query.busy"], (await Task.WhenAll(past)).Select(answer => answer.Failure?.Code.Code));
    }

    [Fact]
    public async Task A_long_past_ends_after_its_time_however_short_each_step_is()
    {
        var first = await _workspace.HeadAsync();
        for (var i = 0; i < 120; i++)
            await _workspace.WriteAsync(_workspace.Set(_ada, "name", $"Name {i}"));
        var clock = new StoppedClock();
        // The rights, the record, its head, and then 50 versions at a time.
        var traffic = new Traffic { Before = count => count == 5 ? clock.RunOutAsync() : Task.CompletedTask };
        await using var db = new Db(database.ConnectionString, traffic);
        var reader = Reader(db, clock);
        var (json, failure) = await reader.FindAtAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", _ada, first, Cancel);
        Assert.Equal((null, "history.too_long"), (json, failure?.Code.Code));
        Assert.Equal(5, traffic.Count);

        traffic.Before = _ => Task.CompletedTask;
        (json, failure) = await reader.FindAtAsync(_workspace.Id, _workspace.Owner.Actor, "solo.customer", _ada, first, Cancel);
        Assert.Null(failure);
        Assert.Contains("Before", Encoding.UTF8.GetString(json!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_is_read_in_the_moment_of_the_rights_to_it(bool history)
    {
        var traffic = new Traffic
        {
            Before = async count =>
        {
            if (count == 2)
                await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Afterwards"));
        }
        };
        await using var db = new Db(database.ConnectionString, traffic);
        var (reader, owner) = (Reader(db), _workspace.Owner.Actor);
        var (json, _) = history
            ? await reader.HistoryAsync(_workspace.Id, owner, "solo.customer", _ada, null, 50, Cancel)
            : await reader.FindAtAsync(_workspace.Id, owner, "solo.customer", _ada, long.MaxValue, Cancel);
        Assert.Equal("Afterwards", Assert.Single(await _workspace.CustomersAsync()).Name);
        Assert.Contains("Before", Encoding.UTF8.GetString(json!), StringComparison.Ordinal);
        Assert.DoesNotContain("Afterwards", Encoding.UTF8.GetString(json!), StringComparison.Ordinal);
    }

    private RecordReader Reader(Db db, TimeProvider? clock = null) =>
        new(db, _engine.Registry, new AccessReader(db, _engine.Registry, _engine.Policy), new History(db, _engine.Registry), clock ?? TimeProvider.System);

    /// <summary>Keeps everybody from reading a table, until it is disposed of.</summary>
    private async Task<NpgsqlConnection> LockAsync(string table)
    {
        var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    /// <summary>Tells before each batch the how many-th it is.</summary>
    private sealed class Traffic : DbTraffic
    {
        public int Count { get; private set; }

        public required Func<int, Task> Before { get; set; }

        internal override async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancel)
        {
            await Before(++Count);
            return await base.ReadAsync(batch, cancel);
        }
    }

    /// <summary>A clock whose time is over when the test says so.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private readonly List<Timer> _timers = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(callback, state);
            _timers.Add(timer);
            return timer;
        }

        public Task RunOutAsync()
        {
            _timers.ForEach(timer => timer.RunOut());
            return Task.CompletedTask;
        }

        private sealed class Timer(TimerCallback callback, object? state) : ITimer
        {
            private bool _over;

            public void RunOut()
            {
                if (!_over)
                    callback(state);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => _over = true;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
