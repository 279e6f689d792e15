using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>What was written before a field was renamed, dropped, split or reworded still arrives.</summary>
public sealed class SchemaTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_queue_of_schema_1_drains()
    {
        Assert.Equal(3, _engine.Registry.Schema);
        var browser = await _workspace.RegisterBrowserAsync(_workspace.Owner);
        var queue = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "server/Tests/Engine/Operations/queue-of-schema-1.json")));
        foreach (var waiting in queue.RootElement.EnumerateArray())
        {
            var transaction = _engine.Read(
                _workspace.Owner, waiting.GetProperty("operations").GetRawText(), waiting.GetProperty("schema").GetInt32(), (browser, waiting.GetProperty("mutation").GetInt64()));
            var outcome = await _engine.WritePath.WriteAsync(_workspace.Id, transaction);
            Assert.True(outcome.Kind == OutcomeKind.Applied, $"{waiting}: {outcome.Failure?.Detail}");
        }

        var person = await _engine.Db.In(_workspace.Id).FirstAsync<string>(
            $"SELECT concat_ws('|', first_name, last_name, email, mood, visits) FROM test.people WHERE workspace_id = {_workspace.Id}");
        Assert.Equal("Ada|Lovelace|ada@example.com|happy|2", person);
    }

    [Fact]
    public async Task Without_the_steps_from_schema_to_schema_it_would_not_drain()
    {
        var without = new OperationReader(new RecordRegistry([.. _engine.Registry.All.Select(type => new RecordRegistration(type.Class))], []));
        var queue = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "server/Tests/Engine/Operations/queue-of-schema-1.json")));
        Assert.Contains(queue.RootElement.EnumerateArray(), waiting => without.ReadAll(waiting.GetProperty("operations"), RecordRegistry.OldestSchema, out _) is not null);
    }

    [Theory]
    [InlineData("""{"fullName":"\ud800"}""")]
    [InlineData("""{"mail":"\udc00@example.com"}""")]
    public void Half_a_character_of_an_older_schema_is_refused_and_breaks_nothing(string values) =>
        Assert.NotNull(_engine.Read(_workspace.Owner, $$"""[{"op":"create","type":"test.person","id":"{{Guid.CreateVersion7()}}","values":{{values}}}]""", schema: 1).Refusal);

    [Fact]
    public async Task A_guard_on_a_field_that_was_split_guards_all_it_became()
    {
        var person = await AddPersonAsync();
        string Rename(string expected) => JsonSerializer.Serialize(new[]
        {
            new { op = "set", type = "test.person", id = person, field = "fullName", value = "New Name", guard = new { field = "fullName", equals = expected } },
        });
        Assert.Equal(OutcomeKind.Conflict, (await SendAsync(Rename("Someone Lovelace"), 1)).Kind);
        Assert.Equal(OutcomeKind.Conflict, (await SendAsync(Rename("Ada Byron"), 1)).Kind);
        Assert.Equal(OutcomeKind.Applied, (await SendAsync(Rename("Ada Lovelace"), 1)).Kind);
    }

    [Theory]
    [InlineData(0, "transaction.schema_too_old")]
    [InlineData(4, "transaction.schema_unknown")]
    public async Task A_schema_that_is_not_known_is_refused_with_the_way_out(int schema, string code)
    {
        var outcome = await SendAsync("""[{"op":"delete","type":"test.person","id":"019ab000-0000-7000-8000-00000000000a"}]""", schema);
        Assert.Equal((OutcomeKind.Rejected, code, "schema"), (outcome.Kind, outcome.Failure!.Code.Code, outcome.Failure.Field));
        Assert.True(schema > 0 || outcome.Failure.Detail.Contains("Export", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Old_names_mean_nothing_under_the_new_schema_and_nonsense_stays_nonsense()
    {
        var person = await AddPersonAsync();
        var renamed = $$"""[{"op":"set","type":"test.person","id":"{{person}}","field":"mail","value":"x@example.org"}]""";
        Assert.Equal("field.unknown", (await SendAsync(renamed, 3)).Failure!.Code.Code);
        var counted = $$"""[{"op":"increment","type":"test.person","id":"{{person}}","field":"fullName","by":1}]""";
        Assert.Equal(("field.unknown", "fullName"), Refusal(await SendAsync(counted, 1)));
        Assert.Equal(("operation.malformed", "op"), Refusal(await SendAsync("[7]", 1)));
        Assert.Equal(("operation.malformed", "values"), Refusal(await SendAsync($$"""[{"op":"create","type":"test.person","id":"{{person}}","values":[]}]""", 1)));
    }

    [Fact]
    public async Task The_log_and_the_tombstones_of_an_older_schema_are_read_in_the_shape_of_today()
    {
        var person = await AddPersonAsync();
        await SendAsync($$"""[{"op":"set","type":"test.person","id":"{{person}}","field":"lastName","value":"Byron"}]""", 3);
        await SendAsync($$"""[{"op":"delete","type":"test.person","id":"{{person}}"}]""", 3);
        const string Old = """{"fullName":"Grace Hopper","mail":"grace@example.org","fax":"1","mood":"glad","visits":5}""";
        await AsSuperuserAsync($$"""
            UPDATE engine.log SET schema = 1, changes = jsonb_set(changes, '{0,before}', '{"fullName": "Grace Hopper"}') WHERE changes @> '[{"kind": "set", "id": "{{person}}"}]';
            UPDATE engine.tombstones SET schema = 1, before = '{{Old}}' WHERE record_id = '{{person}}'
            """);

        var entries = await _engine.Log.AfterAsync(_workspace.Id, 0, 100, default);
        var change = entries.SelectMany(entry => entry.Changes).Single(change => change.Id == person && change.Kind == "set");
        Assert.Equal("""{"firstName":"Grace","lastName":"Hopper"}""", change.Before);
        var restored = await SendAsync($$"""[{"op":"restore","type":"test.person","id":"{{person}}"}]""", 3);
        Assert.True(restored.Kind == OutcomeKind.Applied, restored.Failure?.Detail);
        var row = await _engine.Db.In(_workspace.Id).FirstAsync<string>(
            $"SELECT concat_ws('|', first_name, last_name, email, mood, visits) FROM test.people WHERE workspace_id = {_workspace.Id} AND id = {person}");
        Assert.Equal("Grace|Hopper|grace@example.org|happy|5", row);
    }

    private async Task<Guid> AddPersonAsync()
    {
        var id = Guid.CreateVersion7();
        await _workspace.SendAsync(new { op = "create", type = "test.person", id, values = new { firstName = "Ada", lastName = "Lovelace" } });
        return id;
    }

    private Task<Outcome> SendAsync(string operations, int schema) =>
        _engine.WritePath.WriteAsync(_workspace.Id, _engine.Read(_workspace.Owner, operations, schema));

    private static (string, string?) Refusal(Outcome outcome) => (outcome.Failure!.Code.Code, outcome.Failure.Field);

    private async Task AsSuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
