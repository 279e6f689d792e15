using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine.Log;

/// <summary>What was erased is nowhere any more, and the log is as provable as before.</summary>
public sealed class ErasureTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private const string Secret = "ada@example.org";

    private readonly TestEngine _engine = new(database.ConnectionString);
    private readonly Guid _ada = Guid.CreateVersion7();
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync()
    {
        _workspace = await _engine.CreateWorkspaceAsync();
        var create = Compose.Create(_engine.Registry, _ada, new Customer { Name = "Ada", Email = Secret, Tags = ["met"] });
        await _workspace.WriteAsync(create, _workspace.NewCustomer("Beside her"));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task What_a_field_once_held_goes_and_what_it_holds_stays()
    {
        await _workspace.WriteAsync(_workspace.Set(_ada, "email", "new@example.org"));
        var erased = await _workspace.EraseAsync(_ada, "email");

        Assert.Equal(OutcomeKind.Applied, erased.Kind);
        Assert.Equal(0, await PlacesOfAsync(Secret));
        Assert.Empty(await _workspace.FindingsAsync());
        var versions = await VersionsAsync();
        Assert.Equal(["email"], versions[0].Change.ErasedFromBefore);
        Assert.Empty(versions[0].Change.ErasedFromSet);
        Assert.Contains("new@example.org", versions[0].Change.Set, StringComparison.Ordinal);
        Assert.Equal(["email"], versions[1].Change.ErasedFromSet);
        Assert.Contains("\"Ada\"", versions[1].Change.Set, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_refused_and_what_jobs_carry_holds_it_no_more_either()
    {
        var (email, name) = (Field("email"), Field("name"));
        var refused = await _engine.WritePath.WriteAsync(_workspace.Id, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = _workspace.Owner.Actor,
            Operations =
            [
                new SetOperation(_engine.Customers, _ada, email, "wanted@example.org") { Guards = [new FieldGuard(email, "believed@example.org")] },
                new SetOperation(_engine.Customers, _ada, name, "Countess"),
            ],
        });
        Assert.Equal(OutcomeKind.Conflict, refused.Kind);
        var payload = $$"""{"id": "{{_ada}}", "email": ["{{Secret}}", "other@example.org"], "sender": "{{Secret}}", "rows": [{"email": "{{Secret}}"}]}""";
        await AsSuperuserAsync($$"""
            INSERT INTO engine.jobs (id, workspace_id, queue, priority, due_at, kind, payload, is_system, depth, enqueued_at)
            SELECT gen_random_uuid(), '{{_workspace.Id}}', 'default', 1, now() + interval '1 hour', kind, payload::jsonb, true, 0, now()
            FROM (VALUES ('names', '{{payload}}'), ('names none', '["{{Secret}}"]')) AS job(kind, payload);
            INSERT INTO engine.job_ends (id, workspace_id, outcome, job, ended_at, forget_at)
            VALUES (gen_random_uuid(), '{{_workspace.Id}}', 'failed', '{"kind": "names", "payload": {{payload}}}', now(), now() + interval '1 day'),
              (gen_random_uuid(), '{{_workspace.Id}}', 'failed', '{"kind": "records.import", "payload": {"csv": "{{Secret}}"} }', now(), now() + interval '1 day'),
              (gen_random_uuid(), gen_random_uuid(), 'failed', '{"kind": "records.import", "payload": {"csv": "of another workspace"} }', now(), now() + interval '1 day')
            """);

        await ApplyAsync([_workspace.Set(_ada, "email", null)], new Erasure(_engine.Customers, _ada, ["email"]));

        Assert.Equal("""[{"id": "?", "base": {}, "mine": {"name": "Countess"}, "type": "solo.customer"}]""", (await AsSuperuserAsync(
            $"SELECT answer ->> 'conflicts' FROM engine.outcomes WHERE workspace_id = '{_workspace.Id}' AND outcome = 'conflict'"))!.Replace($"{_ada}", "?", StringComparison.Ordinal));
        foreach (var carried in new[] { "payload FROM engine.jobs WHERE kind = 'names' AND", "job -> 'payload' FROM engine.job_ends WHERE" })
        {
            // What is called otherwise may be something else.
            Assert.Equal(
                $$"""{"rows": [{"email": null}], "email": [null, "other@example.org"], "sender": "{{Secret}}"}""",
                await AsSuperuserAsync($"SELECT said - 'id' FROM (SELECT {carried} workspace_id = '{_workspace.Id}') AS carried(said)"));
        }

        Assert.Equal("of another workspace", await AsSuperuserAsync("SELECT string_agg(job #>> '{payload,csv}', ' ') FROM engine.job_ends WHERE job ->> 'kind' = 'records.import'"));
        Assert.Equal($"[\"{Secret}\"]", await AsSuperuserAsync($"SELECT payload::text FROM engine.jobs WHERE kind = 'names none' AND workspace_id = '{_workspace.Id}'"));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_field_that_is_emptied_in_the_same_transaction_leaves_nothing()
    {
        var outcome = await ApplyAsync([_workspace.Set(_ada, "email", null)], new Erasure(_engine.Customers, _ada, ["email"]));
        Assert.True(outcome.Succeeded);
        Assert.Equal(0, await PlacesOfAsync(Secret));
        Assert.Empty(await _workspace.FindingsAsync());
        Assert.Equal("Ada", (await _workspace.CustomersAsync()).Single(row => row.Id == _ada).Name);
    }

    [Fact]
    public async Task A_deleted_record_goes_whole_and_its_tombstone_with_it()
    {
        await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Lovelace"));
        await ApplyAsync([new DeleteOperation(_engine.Customers, _ada)], new Erasure(_engine.Customers, _ada));

        foreach (var word in new[] { Secret, "\"Ada\"", "Lovelace", "met" })
            Assert.Equal(0, await PlacesOfAsync(word));
        Assert.Equal(1, await PlacesOfAsync("Beside her"));
        Assert.Empty(await _workspace.FindingsAsync());
        Assert.All(await VersionsAsync(), version => Assert.DoesNotContain("\"", Remove(version.Change), StringComparison.Ordinal));
        Assert.Null(await _engine.History.AtAsync(_workspace.Id, _engine.Customers, _ada, long.MaxValue, CancellationToken.None));
    }

    [Fact]
    public async Task The_salt_goes_with_the_value_so_that_it_cannot_be_guessed()
    {
        await _workspace.WriteAsync(_workspace.Set(_ada, "email", "new@example.org"));
        await _workspace.EraseAsync(_ada, "email");
        var entry = (await _engine.Log.SealedAfterAsync(_workspace.Id, 0, int.MaxValue, CancellationToken.None)).Single(entry => entry.Changes.AsSpan().IndexOf("Beside her"u8) >= 0);
        foreach (var value in new LogSealer(_workspace.Id).Values(entry))
            Assert.Equal(value.IsErased, entry.Salts.AsSpan(value.Slot * LogSealer.SaltSize, LogSealer.SaltSize).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public async Task An_erasure_is_an_entry_of_its_own_and_moves_no_version()
    {
        await _workspace.WriteAsync(_workspace.Set(_ada, "email", null));
        var version = (await VersionsAsync())[0].Seq;
        var outcome = await _workspace.EraseAsync(_ada, "email");
        var entry = Assert.Single(await _engine.Log.AfterAsync(_workspace.Id, outcome.Seq!.Value - 1, 1, CancellationToken.None));

        Assert.Empty(entry.Changes);
        var erasure = Assert.Single(entry.Erasures);
        Assert.Equal((_ada, "email", "erase", _workspace.Owner.User), (erasure.Id, Assert.Single(erasure.Fields!), entry.Actor.Via, entry.Actor.User));
        Assert.Equal(version, (await VersionsAsync())[0].Seq);
        Assert.Equal(version, (await _workspace.CustomersAsync()).Single(row => row.Id == _ada).Version);
    }

    [Fact]
    public async Task Erasing_again_changes_nothing_more()
    {
        await ApplyAsync([new DeleteOperation(_engine.Customers, _ada)], new Erasure(_engine.Customers, _ada));
        var before = await AsSuperuserAsync($"SELECT md5(string_agg(changes::text || salts::text, '' ORDER BY seq)) FROM engine.log WHERE workspace_id = '{_workspace.Id}'");
        var head = await _workspace.HeadAsync();
        await _workspace.EraseAsync(_ada);
        Assert.Equal(before, await AsSuperuserAsync($"SELECT md5(string_agg(changes::text || salts::text, '' ORDER BY seq)) FROM engine.log WHERE workspace_id = '{_workspace.Id}' AND seq <= {head}"));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Theory]
    [InlineData("salts", "salts = overlay(salts PLACING '\\x01' FROM 1 + 16 * {0})")]
    [InlineData("value", "changes = jsonb_set(changes, '{{0,set,email}}', '\"guess\"')")]
    [InlineData("digest", "changes = jsonb_set(changes, '{{0,erased,set,email}}', to_jsonb(encode(sha256('x'), 'base64')))")]
    [InlineData("mark", "changes = changes #- '{{0,erased}}'")]
    public async Task What_is_put_in_the_place_of_an_erased_value_is_found(string what, string change)
    {
        await ApplyAsync([_workspace.Set(_ada, "email", null)], new Erasure(_engine.Customers, _ada, ["email"]));
        var entry = (await _engine.Log.SealedAfterAsync(_workspace.Id, 0, int.MaxValue, CancellationToken.None)).Single(entry => entry.Changes.AsSpan().IndexOf("Beside her"u8) >= 0);
        var slot = new LogSealer(_workspace.Id).Values(entry).Single(value => value.IsErased).Slot;
        await AsSuperuserAsync($"UPDATE engine.log SET {string.Format(change, slot)} WHERE workspace_id = '{_workspace.Id}' AND seq = {entry.Seq}");
        Assert.True((await _workspace.FindingsAsync()).Any(finding => finding.StartsWith($"entry {entry.Seq}:", StringComparison.Ordinal)), what);
    }

    [Fact]
    public async Task Entries_without_digests_are_erased_as_well()
    {
        await AsSuperuserAsync($"""
            UPDATE engine.log SET salts = NULL, digest = NULL WHERE workspace_id = '{_workspace.Id}';
            UPDATE engine.workspaces SET sealed_from = {await _workspace.HeadAsync() + 1} WHERE workspace_id = '{_workspace.Id}'
            """);
        await ApplyAsync([_workspace.Set(_ada, "email", null)], new Erasure(_engine.Customers, _ada, ["email"]));
        Assert.Equal(0, await PlacesOfAsync(Secret));
        Assert.Empty(await _workspace.FindingsAsync());
        Assert.Equal(["email"], (await VersionsAsync())[^1].Change.ErasedFromSet);
    }

    [Fact]
    public async Task Only_commands_erase_and_only_what_there_is()
    {
        var head = await _workspace.HeadAsync();
        var person = await _engine.WritePath.WriteAsync(_workspace.Id, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = _workspace.Owner.Actor,
            Erasures = [new Erasure(_engine.Customers, _ada)],
        });
        Assert.Equal("permission.denied", person.Failure!.Code.Code);
        Assert.Equal("record.not_found", (await _workspace.EraseAsync(Guid.CreateVersion7())).Failure!.Code.Code);
        var unknown = (await _workspace.EraseAsync(_ada, "emial")).Failure!;
        Assert.Equal(("field.unknown", "emial"), (unknown.Code.Code, unknown.Field));
        Assert.Equal(head, await _workspace.HeadAsync());
    }

    [Fact]
    public async Task The_door_in_the_database_empties_and_does_nothing_else()
    {
        var entry = await _workspace.HeadAsync();
        var other = await _engine.CreateWorkspaceAsync();
        string Call(string record, string side, string field) =>
            $"SELECT engine.erase('solo.customer', '{record}', '[{{\"seq\":{entry},\"change\":0,\"side\":\"{side}\",\"field\":\"{field}\",\"slot\":0,\"digest\":\"\"}}]')";

        foreach (var (role, workspace, sql) in new[]
        {
            (DbRoles.Writer, _workspace, Call($"{Guid.CreateVersion7()}", "set", "email")),
            (DbRoles.Writer, _workspace, Call($"{_ada}", "set", "nothing")),
            (DbRoles.Writer, _workspace, Call($"{_ada}", "kind", "email")),
            (DbRoles.Writer, other, Call($"{_ada}", "set", "email")),
            (DbRoles.App, _workspace, Call($"{_ada}", "set", "email")),
            (DbRoles.System, _workspace, Call($"{_ada}", "set", "email")),
        })
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            await using var enter = new NpgsqlCommand($"SET ROLE {role}; SET holdfast.workspace = '{workspace.Id}'", connection);
            await enter.ExecuteNonQueryAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        }

        Assert.Empty(await _workspace.FindingsAsync());
    }

    private Holdfast.Engine.Records.Field Field(string name) => _engine.Customers.Fields.Single(field => field.Name == name);

    private Task<Outcome> ApplyAsync(Operation[] operations, params Erasure[] erasures) => _engine.WritePath.WriteAsync(_workspace.Id, new Transaction
    {
        Id = Guid.CreateVersion7(),
        Actor = Actor.Server("erase"),
        Operations = operations,
        Erasures = erasures,
    });

    private Task<IReadOnlyList<RecordVersion>> VersionsAsync() =>
        _engine.History.OfAsync(_workspace.Id, _engine.Customers, _ada, from: null, limit: 100, CancellationToken.None);

    /// <summary>The text of a change without the names of its fields.</summary>
    private static string Remove(RecordChange change) =>
        System.Text.RegularExpressions.Regex.Replace(change.Set + change.Before, "\"\\w+\":", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>In how many rows of the log, the tombstones and the records the text stands.</summary>
    private async Task<long> PlacesOfAsync(string text) => long.Parse((await AsSuperuserAsync($"""
        SELECT (SELECT count(*) FROM engine.log t WHERE workspace_id = '{_workspace.Id}' AND position('{text}' IN t::text || t.changes::text) > 0)
          + (SELECT count(*) FROM engine.tombstones t WHERE workspace_id = '{_workspace.Id}' AND position('{text}' IN t::text || t.before::text) > 0)
        """))!);

    private Task<string?> AsSuperuserAsync(string sql) => database.AsSuperuserAsync(sql);
}
