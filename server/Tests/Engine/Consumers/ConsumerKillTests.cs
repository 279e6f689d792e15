using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Consumers;

/// <summary>Whoever is killed and whenever: every entry is handled, in order, and what is done beside it in the database counts once.</summary>
public sealed class ConsumerKillTests(TestCluster cluster) : IAsyncLifetime
{
    private string _connectionString = "";
    private TestEngine _engine = null!;
    private TestWorkspace _workspace = null!;
    private ConsumerLab _lab = null!;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await cluster.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(cluster.SuperuserOf(_connectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(ConsumerLab.Table, connection);
        await command.ExecuteNonQueryAsync();
        _engine = new TestEngine(_connectionString);
        _lab = new ConsumerLab(_connectionString);
        _workspace = await _engine.CreateWorkspaceAsync();
        await WriteAsync(20);
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _engine.DisposeAsync();
        await cluster.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task A_process_is_killed_in_the_middle_of_an_entry()
    {
        await using var victim = ConsumerProcess.Start(_connectionString, standsAt: 10);
        await victim.StandsAsync();
        await victim.KillAsync();
        await using var heir = ConsumerProcess.Start(_connectionString);
        await heir.HandlesAsync(10);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Processes_are_killed_at_any_moment()
    {
        await using var steady = ConsumerProcess.Start(_connectionString);
        for (var i = 0; i < 4; i++)
        {
            var next = await _workspace.HeadAsync() + 1;
            await using var victim = ConsumerProcess.Start(_connectionString, standsAt: next + 50);
            var writing = WriteAsync(100);
            await Eventually.HoldsAsync("half of it is read", async () => (await _lab.StateAsync(_workspace.Id)).Seq >= next + 30 + (5 * i), seconds: 60);
            await victim.KillAsync();
            await writing;
        }

        await AssertWholeAsync();
    }

    [Fact]
    public async Task A_frozen_process_wakes_after_another_has_read_on()
    {
        await using var frozen = ConsumerProcess.Start(_connectionString, standsAt: 10);
        await frozen.StandsAsync();
        frozen.Freeze();
        await using var heir = ConsumerProcess.Start(_connectionString);
        await AssertWholeAsync();
        frozen.Thaw();
        await frozen.GoOnAsync();
        // It ends its turn, of which nothing holds; and it goes on to read.
        await heir.KillAsync();
        await WriteAsync(5);
        await frozen.HandlesAsync(await _workspace.HeadAsync());
        await AssertWholeAsync();
    }

    private async Task WriteAsync(int times)
    {
        for (var i = 0; i < times; i++)
            Assert.True((await _workspace.WriteAsync(_workspace.NewCustomer($"{i}"))).Succeeded);
    }

    private async Task AssertWholeAsync()
    {
        await Eventually.HoldsAsync("its log is read", async () => await _lab.StateAsync(_workspace.Id) is { } state && state.Seq == state.Head, seconds: 60);
        Assert.Equal(Enumerable.Range(1, (int)await _workspace.HeadAsync()).Select(seq => (long)seq), await _lab.HandledAsync(_workspace.Id));
    }
}
