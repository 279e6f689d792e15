using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine;

/// <summary>The attack suite of the tables, generated from the catalogue: workspace against workspace, on every table, by every role.</summary>
public sealed class RowSecurityTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _victim = null!;
    private TestWorkspace _attacker = null!;

    public async ValueTask InitializeAsync()
    {
        _victim = await _engine.CreateWorkspaceAsync();
        _attacker = await _engine.CreateWorkspaceAsync();
        foreach (var workspace in new[] { _victim, _attacker })
        {
            var samples = new Samples(_engine.Registry, workspace.Id, workspace.Owner.Member);
            Assert.Equal(OutcomeKind.Applied, (await workspace.SendAsync([.. samples.Creates])).Kind);
            await workspace.WriteAsServerAsync([.. samples.ByServer]);
            await _engine.Secrets.RevealAsync(workspace.Id, Actor.Server("test"), "test.thing", samples.Ids["test.thing"], "password");
            var gone = Guid.CreateVersion7();
            await workspace.WriteAsync(workspace.NewCustomer("Gone", gone));
            await workspace.WriteAsync(new DeleteOperation(_engine.Customers, gone));
            await workspace.RegisterBrowserAsync(workspace.Owner);
        }

        foreach (var (suffix, part) in new[] { ("", "1 day"), ("_hours", "1 month"), ("_days", "1 year") })
            await AsSuperuserAsync($"SELECT engine.series_keep(name, '{suffix}', '{part}', '1 day', '1 day', now()) FROM engine.series");

        // Tables that no test above fills get a row here, as the superuser.
        foreach (var insert in new[]
        {
            "workspaces.invites (workspace_id, id, token_hash, role, created_by, created_at, expires_at) SELECT w, gen_random_uuid(), decode(md5(w::text) || md5('x' || w::text), 'hex'), 'viewer', gen_random_uuid(), now(), now() + interval '1 day'",
            "engine.moves (workspace_id, type, record_id, version, keys) SELECT w, 'solo.customer', gen_random_uuid(), 1, '{}'",
            "engine.jobs (id, workspace_id, queue, priority, place, due_at, kind, payload, is_system, depth, enqueued_at) SELECT gen_random_uuid(), w, 'default', 1, 1, now(), 'test.errand', '{}', true, 0, now()",
            "engine.job_claims (job_id, workspace_id, queue, worker_id) SELECT gen_random_uuid(), w, 'default', gen_random_uuid()",
            "engine.job_ends (id, workspace_id, outcome, job, ended_at, forget_at) SELECT gen_random_uuid(), w, 'failed', '{}', now(), now()",
            "test.traffic (workspace_id, subject, label, at, bytes_in, bytes_out) SELECT w, w, '', now(), 1, 1",
            "test.traffic_hours (workspace_id, subject, label, at, points, bytes_in_sum, bytes_in_max, bytes_out_sum, bytes_out_max) SELECT w, w, '', now(), 1, 1, 1, 1, 1",
            "test.traffic_days (workspace_id, subject, label, at, points, bytes_in_sum, bytes_in_max, bytes_out_sum, bytes_out_max) SELECT w, w, '', now(), 1, 1, 1, 1, 1",
            "security.counts (workspace_id, subject, label, at, times, unwritten) SELECT w, w, '', now(), 1, 0",
            "security.counts_hours (workspace_id, subject, label, at, points, times_sum, times_max, unwritten_sum, unwritten_max) SELECT w, w, '', now(), 1, 1, 1, 0, 0",
            "security.counts_days (workspace_id, subject, label, at, points, times_sum, times_max, unwritten_sum, unwritten_max) SELECT w, w, '', now(), 1, 1, 1, 0, 0",
            "security.events (workspace_id, id, at, name) SELECT w, gen_random_uuid(), now(), 'authz_fail'",
            "engine.bases (workspace_id, seq, entry, made_at) SELECT w, 1, 2, now()",
            "engine.field_lives (workspace_id, days, seq) SELECT w, 30, 1",
            "engine.consumers (workspace_id, consumer, seq) SELECT w, 'test.reader', 0",
            "engine.consumer_skips (workspace_id, id, consumer, seq, attempts, error, is_system, via, at) SELECT w, gen_random_uuid(), 'test.reader', 1, 1, 'poison', true, 'test', now()",
            "engine.revocations (workspace_id, id, browser_id, user_id, seq, scopes, records, sent_at) SELECT w, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, '{}', 0, now()",
        })
        {
            await AsSuperuserAsync($"INSERT INTO {insert} FROM unnest(ARRAY['{_victim.Id}', '{_attacker.Id}']::uuid[]) AS w");
        }
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    [Trait("asvs", "8.4.1")]
    public async Task Every_table_is_protected_or_belongs_to_the_instance() => Assert.Empty(await UnprotectedAsync());

    [Fact]
    public async Task The_check_finds_a_table_without_protection()
    {
        await AsSuperuserAsync("CREATE TABLE solo.forgotten (workspace_id uuid NOT NULL)");
        Assert.Equal(["solo.forgotten"], await UnprotectedAsync());
        await AsSuperuserAsync("DROP TABLE solo.forgotten");
    }

    [Theory]
    [InlineData(DbRoles.App)]
    [InlineData(DbRoles.Writer)]
    [InlineData(DbRoles.Owner)]
    [Trait("asvs", "8.4.1")]
    public async Task No_role_reaches_the_rows_of_another_workspace(string role)
    {
        foreach (var table in await WorkspaceTablesAsync())
        {
            var row = await AsSuperuserAsync($"SELECT to_jsonb(t)::text FROM {table} t WHERE workspace_id = '{_victim.Id}' LIMIT 1");
            Assert.True(row is not null, $"{table} holds no row of the victim, so attacking it proves nothing.");

            await AssertNothingAsync(role, table, $"SELECT count(*) FROM {table} WHERE workspace_id = '{_victim.Id}'");
            await AssertNothingAsync(role, table, $"SELECT count(*) FROM {table} WHERE workspace_id <> '{_attacker.Id}'");
            await AssertNothingAsync(role, table, $"WITH gone AS (DELETE FROM {table} WHERE workspace_id = '{_victim.Id}' RETURNING 1) SELECT count(*) FROM gone");
            await AssertNothingAsync(role, table, $"WITH changed AS (UPDATE {table} SET workspace_id = workspace_id WHERE workspace_id = '{_victim.Id}' RETURNING 1) SELECT count(*) FROM changed");
            await AssertRefusedAsync(role, $"UPDATE {table} SET workspace_id = '{_victim.Id}' WHERE workspace_id = '{_attacker.Id}'", table);
            await AssertRefusedAsync(role, $"INSERT INTO {table} SELECT * FROM jsonb_populate_record(null::{table}, $json${row}$json$::jsonb)", table);
        }
    }

    [Theory]
    [InlineData(DbRoles.App)]
    [InlineData(DbRoles.Writer)]
    [Trait("bug", "16")]
    [Trait("asvs", "8.4.1")]
    public async Task A_forgotten_workspace_is_an_error_and_not_an_empty_answer(string role)
    {
        foreach (var table in await WorkspaceTablesAsync())
            await Assert.ThrowsAsync<PostgresException>(() => RunAsync(role, workspace: null, $"SELECT count(*) FROM {table}"));
    }

    [Fact]
    [Trait("asvs", "8.4.1")]
    public async Task A_group_that_reaches_two_workspaces_changes_only_the_row_that_it_names()
    {
        // Of all but the workspaces themselves, whose ids nobody chooses.
        foreach (var type in _engine.Registry.All.Where(type => type != _engine.Registry.Of<Workspace>()))
        {
            // The attacker has a record of the same id: it is he who chooses ids.
            var id = Guid.Parse((await AsSuperuserAsync($"SELECT id FROM {type.Table.Text} WHERE workspace_id = '{_victim.Id}' LIMIT 1"))!);
            await AsSuperuserAsync($"""
                SET session_replication_role = replica;
                DELETE FROM {type.Table.Text} WHERE workspace_id = '{_attacker.Id}';
                INSERT INTO {type.Table.Text} SELECT (jsonb_populate_record(t, jsonb_build_object('workspace_id', '{_attacker.Id}'))).* FROM {type.Table.Text} t WHERE workspace_id = '{_victim.Id}' AND id = '{id}'
                """);
            Sql versions = $"SELECT workspace_id, version FROM {type.Table} WHERE id = {id}";

            await using var group = await _engine.Db.BeginWriteAsync([_victim.Id, _attacker.Id], CancellationToken.None);
            Assert.Equal(2, (await group.QueryAsync<VersionRow>(versions, CancellationToken.None)).Count);
            var read = new ReadBatch();
            Record? record = null;
            read.Add(type.Sql.SelectOwned(RecordSql.Keys([(_attacker.Id, id)])), row => record = record is null ? type.Sql.Read(row) : throw new InvalidOperationException("Two rows."));
            await group.ReadAsync(read, CancellationToken.None);
            var version = record!.Version;
            record.Version = 999;

            Assert.Equal(1, Assert.Single(await group.ExecuteAsync([type.Sql.Update([(_attacker.Id, record)])], CancellationToken.None)));
            var rows = await group.QueryAsync<VersionRow>(versions, CancellationToken.None);
            Assert.Equal([(_victim.Id, version), (_attacker.Id, 999)], rows.OrderBy(row => row.Version).Select(row => (row.WorkspaceId, row.Version)));
            if (!type.IsReferenced)
                Assert.Equal(1, Assert.Single(await group.ExecuteAsync([type.Sql.Delete([(_attacker.Id, id)])], CancellationToken.None)));
        }
    }

    private sealed record VersionRow
    {
        public Guid WorkspaceId { get; init; }

        public long Version { get; init; }
    }

    [Fact]
    public async Task Only_the_write_path_writes_records_and_nobody_rewrites_the_log()
    {
        foreach (var type in _engine.Registry.All)
            await AssertRefusedAsync(DbRoles.App, $"DELETE FROM {type.Table.Text}", type.Name);
        foreach (var role in new[] { DbRoles.App, DbRoles.Writer, DbRoles.System })
        {
            foreach (var change in new[] { "DELETE FROM engine.log", "UPDATE engine.log SET via = 'forged'", "TRUNCATE engine.log", "DELETE FROM engine.log_0" })
                await AssertRefusedAsync(role, change, change);
        }

        await AssertRefusedAsync(DbRoles.System, "DELETE FROM solo.customers", "system");
    }

    [Fact]
    [Trait("asvs", "16.4.2")]
    public async Task Nobody_changes_what_was_noted_of_security()
    {
        foreach (var role in new[] { DbRoles.App, DbRoles.Writer, DbRoles.System })
        {
            foreach (var change in new[] { "DELETE FROM security.events", "UPDATE security.events SET name = 'forged'", "TRUNCATE security.events" })
                await AssertRefusedAsync(role, change, change);
        }

        await AssertRefusedAsync(DbRoles.Writer, "SELECT count(*) FROM security.events", "reading");
        await AssertRefusedAsync(DbRoles.App, "SELECT security.forget('1 day', now())", "forgetting");
        await AssertRefusedAsync(DbRoles.App, "SELECT security.erase(gen_random_uuid())", "erasing");
        await AssertRefusedAsync(DbRoles.App, "INSERT INTO security.events (id, at, name) VALUES (gen_random_uuid(), now(), 'forged')", "noting what is the instance's");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("INSERT INTO identity.deletions VALUES ('{0}', now(), now(), NULL)", false)]
    [InlineData("INSERT INTO identity.deletions VALUES ('{0}', now(), now(), now())", true)]
    [Trait("asvs", "16.4.2")]
    public async Task What_was_noted_of_somebody_is_emptied_when_his_erasure_has_begun_and_not_before(string deletion, bool isErased)
    {
        var person = Guid.CreateVersion7();
        await AsSuperuserAsync($"""
            INSERT INTO identity.users (id, email, email_key, name, language, created_at) VALUES ('{person}', '{person}@example.org', '{person}@example.org', 'Ada', 'en', now());
            INSERT INTO security.events (id, at, name, user_id, agent) VALUES ('{person}', now(), 'authn_login_success', '{person}', 'Firefox');
            {deletion.Replace("{0}", person.ToString(), StringComparison.Ordinal)}
            """);
        if (isErased)
            Assert.Equal("1", await RunAsync(DbRoles.System, null, $"SELECT security.erase('{person}')"));
        else
            await AssertRefusedAsync(DbRoles.System, $"SELECT security.erase('{person}')", "erasing");
    }

    [Fact]
    public async Task No_role_is_exempt_and_only_the_owner_owns()
    {
        Assert.Equal("0", await AsSuperuserAsync("SELECT count(*)::text FROM pg_roles WHERE rolname LIKE 'holdfast%' AND (rolsuper OR rolbypassrls)"));
        Assert.Null(await AsSuperuserAsync($"""
            SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname !~ '^pg_|^information_schema$' AND c.relkind IN ('r', 'p', 'v', 'S') AND pg_get_userbyid(c.relowner) <> '{DbRoles.Owner}'
            """));
    }

    private async Task<string[]> UnprotectedAsync()
    {
        var found = await AsSuperuserAsync("""
            SELECT string_agg(c.oid::regclass::text, ';' ORDER BY c.oid::regclass::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname !~ '^pg_|^information_schema$' AND c.relkind IN ('r', 'p')
              AND n.nspname <> 'identity' AND c.oid <> ALL ('{engine.migrations, engine.paused_consumers, engine.queues, engine.schedules, engine.series, engine.series_batches, engine.workers, http.limits, http.secrets, security.events}'::regclass[])
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                AND (c.relispartition OR (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname IN ('workspace', 'groups') AND p.polwithcheck IS NOT NULL) = 2))
            """);
        return found?.Split(';') ?? [];
    }

    private async Task<string[]> WorkspaceTablesAsync() => (await AsSuperuserAsync("""
        SELECT string_agg(a.attrelid::regclass::text, ';') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attname = 'workspace_id' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_'
        """))!.Split(';');

    private async Task AssertNothingAsync(string role, string table, string sql)
    {
        try
        {
            Assert.True("0" == await RunAsync(role, _attacker.Id, sql), $"{role} reached {table}: {sql}");
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // Refused, which is as good as nothing.
        }
    }

    private async Task AssertRefusedAsync(string role, string sql, string what)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(role, _attacker.Id, sql));
        Assert.True(refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege, $"{role} on {what}: {refusal.MessageText}");
    }

    /// <summary>Runs one statement as a role, the way the product does, and undoes it.</summary>
    private async Task<string?> RunAsync(string role, Guid? workspace, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, $"SET LOCAL ROLE {role}");
        if (workspace is not null)
            await ExecuteAsync(connection, $"SELECT set_config('holdfast.workspace', '{workspace}', true)");
        return await ExecuteAsync(connection, sql);
    }

    private async Task<string?> AsSuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        return await ExecuteAsync(connection, sql);
    }

    private static async Task<string?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString() is { Length: > 0 } text ? text : null;
    }
}
