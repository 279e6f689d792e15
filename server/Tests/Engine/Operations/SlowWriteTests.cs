using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>Transactions for which the database takes too long, and those that wait beside them.</summary>
public sealed class SlowWriteTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _slow = null!;
    private TestWorkspace _other = null!;

    public async ValueTask InitializeAsync()
    {
        (_slow, _other) = (await _engine.CreateWorkspaceAsync(), await _engine.CreateWorkspaceAsync());
        await database.AsSuperuserAsync("""
            CREATE OR REPLACE FUNCTION solo.slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
            CREATE OR REPLACE TRIGGER slowly BEFORE INSERT ON solo.customers FOR EACH ROW WHEN (NEW.name = 'Slow') EXECUTE FUNCTION solo.slowly();
            """);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task What_takes_too_long_is_refused_for_good_and_spoils_no_other()
    {
        // They share a turn: those of a busy moment wait for the first.
        var first = _other.WriteAsync(_other.NewCustomer("First"));
        var before = _slow.WriteAsync(_slow.NewCustomer("Before"));
        var slow = new Transaction { Id = Guid.CreateVersion7(), Actor = _slow.Owner.Actor, Operations = [_slow.NewCustomer("Slow")] };
        var refused = _engine.WritePath.WriteAsync(_slow.Id, slow);
        var beside = Enumerable.Range(0, 10).Select(i => _other.WriteAsync(_other.NewCustomer($"Beside {i}"))).ToArray();
        var outcomes = await Task.WhenAll([first, before, .. beside]);
        Assert.All(outcomes, outcome => Assert.Equal(OutcomeKind.Applied, outcome.Kind));
        Assert.False(refused.IsCompleted);
        var outcome = await refused;
        Assert.Equal((OutcomeKind.Rejected, "transaction.too_slow"), (outcome.Kind, outcome.Failure?.Code.Code));

        // Asked again it has the same answer, and costs nobody the time once more.
        await database.AsSuperuserAsync("DROP TRIGGER slowly ON solo.customers");
        Assert.Equal(OutcomeKind.Rejected, (await _engine.WritePath.WriteAsync(_slow.Id, slow)).Kind);
        Assert.Equal("Before", Assert.Single(await _slow.CustomersAsync()).Name);
        Assert.Empty(await _slow.FindingsAsync());
    }

    [Fact]
    public async Task Who_waits_too_long_for_another_process_may_try_again()
    {
        Outcome outcome;
        var write = new Transaction { Id = Guid.CreateVersion7(), Actor = _slow.Owner.Actor, Operations = [_slow.NewCustomer("Patient")] };
        await using (var connection = new NpgsqlConnection(database.SuperuserConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var hold = new NpgsqlCommand($"SELECT pg_advisory_lock({BitConverter.ToInt64(_slow.Id.ToByteArray(), 8)})", connection);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            outcome = await _engine.WritePath.WriteAsync(_slow.Id, write);
            await using var release = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", connection);
            await release.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(OutcomeKind.Retry, outcome.Kind);
        Assert.Equal(OutcomeKind.Applied, (await _engine.WritePath.WriteAsync(_slow.Id, write)).Kind);
    }
}
