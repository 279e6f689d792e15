using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

public sealed class SecretTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Value = "correct horse battery staple";

    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task The_value_stands_in_its_own_table_and_nowhere_else()
    {
        var thing = await _workspace.AddThingAsync(new { password = Value });
        var browser = await _workspace.RegisterBrowserAsync(_workspace.Owner);
        var outcomes = new List<Outcome>();
        object[] writes =
        [
            TestWorkspace.SetThing(thing, "password", Value + " 2"),
            TestWorkspace.SetThing(thing, "password", Value + " 3", new { version = 1 }),
            TestWorkspace.SetThing(thing, "password", Value + new string('x', 200)),
            TestWorkspace.SetThing(thing, "password", new[] { Value }),
            TestWorkspace.SetThing(thing, "title", "Guarded", new { field = "password", equals = Value }),
            TestWorkspace.SetThing(thing, "title", "Guarded", new { unique = new[] { "password" } }),
            new { op = "create", type = "test.thing", id = Guid.CreateVersion7(), values = new { password = Value } },
            new { op = "create", type = "test.thing", id = thing, values = new { title = "Twice", password = Value } },
        ];
        for (var i = 0; i < writes.Length; i++)
        {
            var transaction = _engine.Read(_workspace.Owner, System.Text.Json.JsonSerializer.Serialize(new[] { writes[i] }), origin: (browser, i + 1));
            outcomes.Add(await _engine.WritePath.WriteAsync(_workspace.Id, transaction));
            outcomes.Add(await _engine.WritePath.WriteAsync(_workspace.Id, transaction));
        }

        Assert.Equal(
            [null, "record.changed", "field.too_long", "field.wrong_kind", "field.opaque", "field.opaque", "field.required", "record.exists"],
            outcomes.Where((_, i) => i % 2 == 0).Select(outcome => outcome.Failure?.Code.Code));
        await _workspace.SendAsync(new { op = "delete", type = "test.thing", id = await _workspace.AddThingAsync(new { password = Value }) });
        Assert.All(outcomes, outcome => Assert.DoesNotContain("horse", $"{outcome} {outcome.Stored}", StringComparison.Ordinal));
        Assert.DoesNotContain("horse", (await _workspace.ThingAsync(thing))!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["engine.secrets"], await TablesHoldingAsync("horse"));
    }

    [Fact]
    public async Task A_new_value_is_seen_in_the_log_and_the_old_one_is_gone()
    {
        var thing = await _workspace.AddThingAsync(new { password = Value });
        var changed = await _workspace.SendAsync(TestWorkspace.SetThing(thing, "password", "another"));
        var change = (await _engine.Log.AfterAsync(_workspace.Id, changed.Seq!.Value - 1, 1, default))[0].Changes[0];
        Assert.Equal(("{\"password\": true}", "{\"password\": true}"), (change.Set, change.Before));
        Assert.Equal((null, "another"), await RevealAsync(_workspace.Owner, thing));

        await _workspace.SendAsync(TestWorkspace.SetThing(thing, "password", null));
        Assert.Equal((null, null), await RevealAsync(_workspace.Owner, thing));
        Assert.Equal("false", await _workspace.ValueAsync(thing, "password"));
    }

    [Fact]
    public async Task Reading_needs_a_permission_of_its_own_and_leaves_a_trail()
    {
        var thing = await _workspace.AddThingAsync(new { password = Value });
        var member = await _workspace.AddMemberAsync(Roles.Member);
        Assert.Equal((null, Value), await RevealAsync(_workspace.Owner, thing));
        Assert.Equal(("permission.denied", null), await RevealAsync(member, thing));
        Assert.Equal(("record.not_found", null), await RevealAsync(_workspace.Owner, Guid.CreateVersion7()));
        Assert.Equal(("field.unknown", null), await RevealAsync(_workspace.Owner, thing, "title"));

        var trail = await _engine.Db.In(_workspace.Id).QueryAsync<string>($"SELECT user_id || ' ' || record_id || ' ' || field FROM engine.reveals WHERE workspace_id = {_workspace.Id}");
        Assert.Equal([$"{_workspace.Owner.User} {thing} password"], trail);
        await Assert.ThrowsAsync<PostgresException>(() => _engine.Db.In(_workspace.Id).ExecuteAsync($"DELETE FROM engine.reveals"));
    }

    [Theory]
    [InlineData("holdfast_writer")]
    [InlineData("holdfast_system")]
    public async Task Neither_the_write_path_nor_what_reads_across_workspaces_can_read_values(string role)
    {
        await _workspace.AddThingAsync(new { password = Value });
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var look = new NpgsqlCommand($"SET ROLE {role}; SELECT set_config('holdfast.workspace', '{_workspace.Id}', false); SELECT value FROM engine.secrets", connection);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => look.ExecuteNonQueryAsync());
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task A_deleted_record_leaves_no_secret_and_comes_back_without()
    {
        var thing = await _workspace.AddThingAsync(new { password = Value });
        await _workspace.SendAsync(new { op = "delete", type = "test.thing", id = thing });
        Assert.Equal(0, await _engine.Db.In(_workspace.Id).FirstAsync<long>($"SELECT count(*) FROM engine.secrets WHERE record_id = {thing}"));
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(new { op = "restore", type = "test.thing", id = thing })).Kind);
        Assert.Equal("false", await _workspace.ValueAsync(thing, "password"));
        Assert.Equal((null, null), await RevealAsync(_workspace.Owner, thing));
    }

    private async Task<(string? Code, string? Value)> RevealAsync(TestMember who, Guid thing, string field = "password")
    {
        var (failure, value) = await _engine.Secrets.RevealAsync(_workspace.Id, who.Actor, "test.thing", thing, field);
        return (failure?.Code.Code, value);
    }

    /// <summary>Looks through every table of the database, as the superuser.</summary>
    private async Task<string[]> TablesHoldingAsync(string text)
    {
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        await using var tables = new NpgsqlCommand(
            "SELECT array_agg(c.oid::regclass::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname !~ '^pg_|^information_schema$'", connection);
        var found = new List<string>();
        foreach (var table in (string[])(await tables.ExecuteScalarAsync())!)
        {
            await using var look = new NpgsqlCommand($"SELECT EXISTS (SELECT FROM {table} t WHERE t::text LIKE '%{text}%')", connection);
            if (await look.ExecuteScalarAsync() is true)
                found.Add(table);
        }

        return [.. found];
    }
}
