using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Consumers;

/// <summary>What the readers of the log promise.</summary>
public sealed class ConsumerTests(TestCluster cluster) : IAsyncLifetime
{
    private string _connectionString = "";
    private TestEngine _engine = null!;
    private TestWorkspace _workspace = null!;
    private TestWorkspace _beside = null!;
    private ConsumerLab _lab = null!;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await cluster.CreateDatabaseAsync();
        await AsSuperuserAsync(ConsumerLab.Table);
        _engine = new TestEngine(_connectionString);
        _lab = new ConsumerLab(_connectionString);
        _workspace = await _engine.CreateWorkspaceAsync();
        _beside = await _engine.CreateWorkspaceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _engine.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task Every_entry_is_handled_once_and_in_order()
    {
        await WriteAsync(_workspace, 30);
        await _lab.StartAsync();
        await WriteAsync(_beside, 30);
        await WriteAsync(_workspace, 30);
        foreach (var workspace in new[] { _workspace, _beside })
        {
            await _lab.ReadAsync(workspace.Id);
            Assert.Equal(await SeqsAsync(workspace), await _lab.HandledAsync(workspace.Id));
        }
    }

    [Fact]
    public async Task What_is_committed_in_the_same_process_is_handled_at_once()
    {
        var door = await _lab.StartAsync(new ConsumerSettings { Look = TimeSpan.FromHours(1) });
        await _lab.ReadAsync(_workspace.Id);
        await door.WriteAsync(_workspace.Id, new() { Id = Guid.CreateVersion7(), Actor = _workspace.Owner.Actor, Operations = [_workspace.NewCustomer("Ada")] });
        await _lab.ReadAsync(_workspace.Id);
    }

    [Fact]
    public async Task A_poison_entry_stops_its_workspace_alone_and_is_passed_over_by_hand()
    {
        await WriteAsync(_workspace, 5);
        var poison = await _workspace.HeadAsync() - 2;
        _lab.Handle = (entry, step, _) => step.Workspace == _workspace.Id && entry.Seq == poison ? throw new InvalidOperationException("poison") : ConsumerLab.Note(entry, step);
        await _lab.StartAsync();
        await _lab.FailsAsync(_workspace.Id);
        await WriteAsync(_beside, 5);
        await _lab.ReadAsync(_beside.Id);
        await _lab.ReadAsync(_workspace.Id, ConsumerLab.Other);

        var first = await _lab.StateAsync(_workspace.Id);
        await _lab.FailsAsync(_workspace.Id, first.Attempts + 2);
        var state = await _lab.StateAsync(_workspace.Id);
        Assert.Equal((poison - 1, "poison", first.FailingSince), (state.Seq, state.Error, state.FailingSince));
        Assert.NotNull(state.FailingSince);
        Assert.Equal((await SeqsAsync(_workspace)).Where(seq => seq < poison), await _lab.HandledAsync(_workspace.Id));

        Assert.False(await _lab.Desk.SkipAsync(ConsumerLab.Name, _workspace.Id, poison + 1, _workspace.Owner.Actor));
        Assert.False(await _lab.Desk.SkipAsync(ConsumerLab.Other, _workspace.Id, poison, _workspace.Owner.Actor));
        await Eventually.HoldsAsync("nobody is just trying", () => _lab.Desk.SkipAsync(ConsumerLab.Name, _workspace.Id, poison, _workspace.Owner.Actor));
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal((await SeqsAsync(_workspace)).Where(seq => seq != poison), await _lab.HandledAsync(_workspace.Id));
        Assert.Equal($"{poison} poison {_workspace.Owner.User}", await AsSuperuserAsync("SELECT seq || ' ' || error || ' ' || user_id FROM engine.consumer_skips"));
        Assert.Null((await _lab.StateAsync(_workspace.Id)).FailingSince);
    }

    [Fact]
    public async Task What_the_database_refuses_counts_against_its_entry_and_no_other()
    {
        await WriteAsync(_workspace, 5);
        var poison = await _workspace.HeadAsync() - 2;
        var heals = false;
        _lab.Handle = (entry, step, _) =>
        {
            if (entry.Seq == poison && !heals)
                step.Execute($"INSERT INTO test.handled (workspace_id, seq) VALUES ({step.Workspace}, 666)");
            return ConsumerLab.Note(entry, step);
        };
        await _lab.StartAsync();
        await _lab.FailsAsync(_workspace.Id, 2);
        Assert.Equal((await SeqsAsync(_workspace)).Where(seq => seq < poison), await _lab.HandledAsync(_workspace.Id));
        Assert.Contains("check constraint", (await _lab.StateAsync(_workspace.Id)).Error, StringComparison.Ordinal);

        heals = true;
        Assert.True(await _lab.Desk.RetryAsync(ConsumerLab.Name, _workspace.Id));
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal(await SeqsAsync(_workspace), await _lab.HandledAsync(_workspace.Id));
        Assert.False(await _lab.Desk.RetryAsync(ConsumerLab.Name, _workspace.Id));
    }

    [Theory]
    [InlineData(0, "What it said:  and more")]
    [InlineData(0xD83D, "What it said: \uFFFD and more")]
    [InlineData(0x2603, "Why it failed could not be written down.")]
    public async Task Whatever_a_handler_says_it_is_written_down_and_stops_nobody_else(int said, string stored)
    {
        await AsSuperuserAsync($"ALTER TABLE engine.consumers ADD CHECK (error NOT LIKE '%{(char)0x2603}%')");
        await WriteAsync(_workspace, 5);
        var poison = await _workspace.HeadAsync() - 2;
        _lab.Handle = (entry, step, _) => step.Workspace == _workspace.Id && entry.Seq == poison
            ? throw new InvalidOperationException($"What it said: {(char)said} and more")
            : Task.CompletedTask;
        await _lab.StartAsync();
        await _lab.FailsAsync(_workspace.Id, 2);
        await _lab.ReadAsync(_beside.Id);
        var state = await _lab.StateAsync(_workspace.Id);
        Assert.Equal((poison - 1, stored), (state.Seq, state.Error));
    }

    [Fact]
    public async Task An_entry_that_takes_too_long_holds_up_nobody_else_and_fails()
    {
        var stuck = await _workspace.HeadAsync();
        _lab.Handle = async (entry, step, cancel) =>
        {
            if (step.Workspace == _workspace.Id && entry.Seq == stuck)
                await Task.Delay(Timeout.Infinite, cancel);
            await ConsumerLab.Note(entry, step);
        };
        await _lab.StartAsync();
        await WriteAsync(_beside, 5);
        await _lab.ReadAsync(_beside.Id);
        Assert.Equal(0, (await _lab.StateAsync(_workspace.Id)).Attempts);
        await _lab.FailsAsync(_workspace.Id);
        Assert.Contains("longer than", (await _lab.StateAsync(_workspace.Id)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_paused_consumer_reads_nothing_and_lags_and_then_goes_on()
    {
        await _lab.Desk.PauseAsync(ConsumerLab.Name);
        await _lab.StartAsync();
        await WriteAsync(_workspace, 5);
        await _lab.ReadAsync(_workspace.Id, ConsumerLab.Other);
        Assert.Empty(await _lab.HandledAsync(_workspace.Id));
        Assert.True((await _lab.StateAsync(_workspace.Id)).IsPaused);
        var waiting = await _workspace.HeadAsync() + await _beside.HeadAsync();
        await Eventually.HoldsAsync("the lag is published", () => Measure("holdfast.consumer.lag") == waiting);

        await _lab.Desk.ResumeAsync(ConsumerLab.Name);
        await _lab.ReadAsync(_workspace.Id);
        await Eventually.HoldsAsync("nothing lags", () => Measure("holdfast.consumer.lag") == 0);
        Assert.Equal(waiting, Measure("holdfast.consumer.entries"));
        await Assert.ThrowsAsync<ArgumentException>(() => _lab.Desk.PauseAsync("test.nobody"));
    }

    [Fact]
    public async Task A_rebuild_empties_and_makes_anew()
    {
        await WriteAsync(_workspace, 5);
        await _lab.StartAsync();
        await _lab.ReadAsync(_workspace.Id);
        await AsSuperuserAsync($"UPDATE test.handled SET seq = 0 WHERE workspace_id = '{_workspace.Id}'");
        await _lab.Desk.RebuildAsync(ConsumerLab.Name, _workspace.Id);
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal(await SeqsAsync(_workspace), await _lab.HandledAsync(_workspace.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _lab.Desk.RebuildAsync(ConsumerLab.Other, _workspace.Id));
    }

    [Fact]
    public async Task A_rebuild_in_the_middle_of_a_turn_undoes_the_turn()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var head = await _workspace.HeadAsync();
        _lab.Handle = async (entry, step, _) =>
        {
            await ConsumerLab.Note(entry, step);
            if (step.Workspace == _workspace.Id && entry.Seq == head && reached.TrySetResult())
                await goOn.Task;
        };
        await _lab.StartAsync();
        await reached.Task;
        await _lab.Desk.RebuildAsync(ConsumerLab.Name, _workspace.Id);
        goOn.SetResult();
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal(await SeqsAsync(_workspace), await _lab.HandledAsync(_workspace.Id));
    }

    [Fact]
    public async Task A_consumer_that_answers_itself_comes_to_an_end()
    {
        await _lab.StartAsync();
        await _lab.ReadAsync(_workspace.Id);
        var refused = new ConcurrentQueue<string>();
        _lab.Handle = async (entry, step, _) =>
        {
            var outcome = await _lab.WritePath.WriteAsync(step.Workspace, step.Write(Actor.Server("echo"), [_workspace.NewCustomer("Echo")]));
            if (!outcome.Succeeded)
                refused.Enqueue(outcome.Failure!.Code.Code);
        };
        var before = await _workspace.HeadAsync();
        await WriteAsync(_workspace, 1);
        await Eventually.HoldsAsync("it is refused", () => !refused.IsEmpty);
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal(["transaction.too_deep"], refused);
        Assert.Equal(before + 1 + LogEntry.MaxDepth, await _workspace.HeadAsync());
    }

    [Fact]
    public async Task An_entry_that_is_handled_again_changes_records_once()
    {
        var tries = 0;
        _lab.Handle = async (entry, step, _) =>
        {
            if (step.Workspace != _workspace.Id || entry.Cause is not null || entry.Seq > 1)
                return;
            Assert.True((await _lab.WritePath.WriteAsync(step.Workspace, step.Write(Actor.Server("test"), [_workspace.NewCustomer("Once")]))).Succeeded);
            if (++tries < 3)
                throw new InvalidOperationException("after the change");
        };
        await _lab.StartAsync();
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal(3, tries);
        Assert.Single(await _workspace.CustomersAsync());
    }

    [Fact]
    public async Task A_job_is_asked_for_with_the_cursor()
    {
        var fails = true;
        _lab.Handle = (entry, step, _) =>
        {
            if (step.Workspace == _workspace.Id && entry.Seq == 2)
            {
                step.Enqueue(Actor.Server("test"), new NewJob("test.follow", "payload"));
                if (fails)
                    step.Execute($"INSERT INTO test.handled (workspace_id, seq) VALUES ({step.Workspace}, 666)");
            }

            return Task.CompletedTask;
        };
        await _lab.StartAsync();
        await _lab.FailsAsync(_workspace.Id);
        Assert.Equal("0", await AsSuperuserAsync("SELECT count(*) FROM engine.jobs WHERE kind = 'test.follow'"));
        fails = false;
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal($"{_workspace.Id} 2 0", await AsSuperuserAsync("SELECT string_agg(workspace_id || ' ' || cause || ' ' || depth, ';') FROM engine.jobs WHERE kind = 'test.follow'"));
    }

    [Fact]
    public async Task Several_processes_share_the_work_and_none_reads_beside_another()
    {
        var (reading, collisions) = (new ConcurrentDictionary<Guid, bool>(), 0);
        _lab.Handle = async (entry, step, _) =>
        {
            if (!reading.TryAdd(step.Workspace, true))
                Interlocked.Increment(ref collisions);
            await Task.Yield();
            await ConsumerLab.Note(entry, step);
            reading.TryRemove(step.Workspace, out bool _);
        };
        var doors = new[] { await _lab.StartAsync(), await _lab.StartAsync(), await _lab.StartAsync() };
        for (var i = 0; i < 60; i++)
        {
            var workspace = i % 2 == 0 ? _workspace : _beside;
            await doors[i % 3].WriteAsync(workspace.Id, new() { Id = Guid.CreateVersion7(), Actor = workspace.Owner.Actor, Operations = [workspace.NewCustomer($"{i}")] });
        }

        foreach (var workspace in new[] { _workspace, _beside })
        {
            await _lab.ReadAsync(workspace.Id);
            Assert.Equal(await SeqsAsync(workspace), await _lab.HandledAsync(workspace.Id));
        }

        Assert.Equal(0, collisions);
    }

    [Fact]
    public async Task A_process_that_is_too_old_leaves_an_entry_to_a_newer_one()
    {
        await _lab.StartAsync(settings: null, typeof(Person));
        await _lab.ReadAsync(_workspace.Id);
        await _workspace.SendAsync(new { op = "create", type = "test.person", id = Guid.CreateVersion7(), values = new { lastName = "New" } });
        await _lab.FailsAsync(_workspace.Id);
        Assert.Contains("test.person", (await _lab.StateAsync(_workspace.Id)).Error, StringComparison.Ordinal);
        await _lab.StartAsync();
        await _lab.ReadAsync(_workspace.Id);
        Assert.Equal(await SeqsAsync(_workspace), await _lab.HandledAsync(_workspace.Id));
    }

    private static async Task WriteAsync(TestWorkspace workspace, int times)
    {
        for (var i = 0; i < times; i++)
            Assert.True((await workspace.WriteAsync(workspace.NewCustomer($"Customer {i}"))).Succeeded);
    }

    private static async Task<IEnumerable<long>> SeqsAsync(TestWorkspace workspace) => Enumerable.Range(1, (int)await workspace.HeadAsync()).Select(seq => (long)seq);

    /// <summary>What is published of the consumer by now.</summary>
    private static long Measure(string instrument)
    {
        var value = 0L;
        using var listener = new MeterListener { InstrumentPublished = (published, self) => { if (published.Name == instrument) self.EnableMeasurementEvents(published); } };
        listener.SetMeasurementEventCallback<long>((_, measured, tags, _) =>
        {
            foreach (var tag in tags)
                value += (string?)tag.Value == ConsumerLab.Name ? measured : 0;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return value;
    }

    private async Task<string?> AsSuperuserAsync(string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection(cluster.SuperuserOf(_connectionString));
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
