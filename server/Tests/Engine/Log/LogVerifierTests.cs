using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Storage;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Log;

/// <summary>Whatever is changed behind the product's back is found, and named.</summary>
public sealed class LogVerifierTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private readonly Guid _ada = Guid.CreateVersion7();
    private readonly Guid _bob = Guid.CreateVersion7();
    private readonly Guid _gone = Guid.CreateVersion7();
    private TestWorkspace _workspace = null!;
    private long _created;

    public async ValueTask InitializeAsync()
    {
        _workspace = await _engine.CreateWorkspaceAsync();
        _created = (await _workspace.WriteAsync(_workspace.NewCustomer("Ada", _ada), _workspace.NewCustomer("Gone", _gone))).Seq!.Value;
        await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Ada Lovelace"));
        await _workspace.WriteAsync(_workspace.NewCustomer("Bob", _bob));
        await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, _gone));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [InlineData("transaction_id = gen_random_uuid()")]
    [InlineData("at = at + interval '1 microsecond'")]
    [InlineData("is_system = NOT is_system")]
    [InlineData("via = 'forged'")]
    [InlineData("user_id = gen_random_uuid()")]
    [InlineData("session_id = NULL")]
    [InlineData("browser_id = gen_random_uuid()")]
    [InlineData("mutation = 7")]
    [InlineData("cause = 1")]
    [InlineData("depth = 1")]
    [InlineData("schema = 2")]
    [InlineData("erasures = '[]'")]
    [InlineData("base = '{}'")]
    [InlineData("changes = jsonb_set(changes, '{0,set,name}', '\"Eve\"')")]
    [InlineData("changes = jsonb_set(changes, '{0,before,name}', '\"Eve\"')")]
    [InlineData("changes = changes #- '{0,before,name}'")]
    [InlineData("changes = jsonb_set(changes, '{0,kind}', '\"create\"')")]
    [InlineData("changes = jsonb_set(changes, '{0,id}', to_jsonb(gen_random_uuid()))")]
    [InlineData("changes = jsonb_set(changes, '{0,previous}', '1')")]
    [InlineData("changes = jsonb_set(changes, '{0,was}', '{\"client\": null}')")]
    [InlineData("changes = jsonb_set(changes, '{0,is}', '{\"client\": null}')")]
    [InlineData("changes = jsonb_set(changes, '{0,made}', '{}')")]
    [InlineData("changes = jsonb_set(changes, '{0,more}', '1')")]
    [InlineData("changes = changes || changes")]
    [InlineData("salts = overlay(salts PLACING '\\x00' FROM 20)")]
    [InlineData("salts = NULL")]
    [InlineData("digest = sha256(digest)")]
    public async Task A_changed_entry_is_found(string change)
    {
        var seq = _created + 1;
        await AsSuperuserAsync($"UPDATE engine.log SET {change} WHERE workspace_id = '{_workspace.Id}' AND seq = {seq}");
        Assert.Contains(await _workspace.FindingsAsync(), finding => finding.StartsWith($"entry {seq}:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_digest_that_was_made_anew_breaks_the_chain_behind_it()
    {
        var seq = _created + 1;
        var sealer = new LogSealer(_workspace.Id);
        var entries = await _engine.Log.SealedAfterAsync(_workspace.Id, seq - 2, 2, CancellationToken.None);
        var forged = sealer.Seal(entries[1] with { Via = "forged" }, entries[0].Digest);
        await AsSuperuserAsync($"""
            UPDATE engine.log SET via = 'forged', salts = '\x{Convert.ToHexString(forged.Salts!)}', digest = '\x{Convert.ToHexString(forged.Digest!)}'
            WHERE workspace_id = '{_workspace.Id}' AND seq = {seq}
            """);
        Assert.Equal([$"entry {seq + 1}: its digest does not match what it holds"], await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_removed_entry_is_found()
    {
        await AsSuperuserAsync($"DELETE FROM engine.log WHERE workspace_id = '{_workspace.Id}' AND seq = {_created + 1}");
        Assert.Equal(
            [$"entry {_created + 1}: is missing", $"solo.customer {_ada}: has version {_created + 1} in its table, and no such entry touches it"],
            await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task Two_swapped_entries_are_found()
    {
        await AsSuperuserAsync($"""
            UPDATE engine.log a SET changes = b.changes, salts = b.salts, transaction_id = b.transaction_id, at = b.at, digest = b.digest
            FROM engine.log b WHERE a.workspace_id = '{_workspace.Id}' AND b.workspace_id = a.workspace_id
              AND a.seq IN ({_created + 1}, {_created + 2}) AND b.seq IN ({_created + 1}, {_created + 2}) AND a.seq <> b.seq
            """);
        var findings = await _workspace.FindingsAsync();
        Assert.Contains($"entry {_created + 1}: its digest does not match what it holds", findings);
        Assert.Contains($"entry {_created + 2}: its digest does not match what it holds", findings);
    }

    [Fact]
    public async Task Digests_that_were_taken_away_are_missed()
    {
        await AsSuperuserAsync($"UPDATE engine.log SET digest = NULL WHERE workspace_id = '{_workspace.Id}' AND seq > {_created}");
        Assert.Equal(
            [$"entry {_created + 1}: has no digest, although all from 1 on were written with one", "the log: lacks 3 digests"],
            await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_forgery_that_takes_all_digests_away_is_not_taken_for_an_old_log()
    {
        await AsSuperuserAsync($$"""
            UPDATE engine.log SET changes = jsonb_set(changes, '{0,set,name}', '"Eve"') WHERE workspace_id = '{{_workspace.Id}}' AND seq = {{_created + 2}};
            UPDATE solo.customers SET name = 'Eve' WHERE workspace_id = '{{_workspace.Id}}' AND id = '{{_bob}}';
            UPDATE engine.log SET salts = NULL, digest = NULL WHERE workspace_id = '{{_workspace.Id}}'
            """);
        Assert.Equal(["entry 1: has no digest, although all from 1 on were written with one", $"the log: lacks {_created + 3} digests"], await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_chain_that_was_made_anew_has_not_the_digests_that_were_kept()
    {
        var entries = await _engine.Log.SealedAfterAsync(_workspace.Id, 0, int.MaxValue, CancellationToken.None);
        var kept = entries.ToDictionary(entry => entry.Seq, entry => Convert.ToHexStringLower(entry.Digest!));
        Assert.Empty(await AgainstAsync(kept));

        var sealer = new LogSealer(_workspace.Id);
        var previous = entries[1].Digest;
        foreach (var entry in entries.Skip(2))
        {
            var forged = sealer.Seal(entry with { Via = "forged" }, previous);
            previous = forged.Digest;
            await AsSuperuserAsync($"""
                UPDATE engine.log SET via = 'forged', salts = '\x{Convert.ToHexString(forged.Salts!)}', digest = '\x{Convert.ToHexString(forged.Digest!)}'
                WHERE workspace_id = '{_workspace.Id}' AND seq = {entry.Seq}
                """);
        }

        Assert.Empty(await _workspace.FindingsAsync());
        Assert.Equal(entries.Skip(2).Select(entry => $"entry {entry.Seq}"), (await AgainstAsync(kept)).Select(finding => finding.Where));
        Assert.Equal(
            [new LogFinding("entry 99", $"is missing, and its digest was kept: the log ends at {_created + 3}")],
            await AgainstAsync(new Dictionary<long, string> { [99] = kept[1] }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    public async Task A_log_that_began_before_there_were_digests_owes_them_from_its_first(int without)
    {
        await AsSuperuserAsync($"""
            ALTER TABLE engine.workspaces DROP COLUMN sealed_from;
            UPDATE engine.log SET salts = NULL, digest = NULL WHERE workspace_id = '{_workspace.Id}' AND seq <= {without}
            """);
        // The first that has a digest stands on none.
        var (sealer, previous) = (new LogSealer(_workspace.Id), LogSealer.NoDigest);
        foreach (var entry in await _engine.Log.SealedAfterAsync(_workspace.Id, without, int.MaxValue, CancellationToken.None))
        {
            previous = sealer.SealAnew(entry, previous);
            await AsSuperuserAsync($@"UPDATE engine.log SET digest = '\x{Convert.ToHexString(previous)}' WHERE workspace_id = '{_workspace.Id}' AND seq = {entry.Seq}");
        }

        var migration = Migrator.Read(typeof(LogStore).Assembly).Single(migration => migration.Name == "sealed_from");
        await AsSuperuserAsync($"BEGIN; SET LOCAL ROLE {DbRoles.Owner}; {migration.Text}; COMMIT");
        Assert.Equal($"{Math.Min(without, _created + 3) + 1}", await AsSuperuserAsync($"SELECT sealed_from FROM engine.workspaces WHERE workspace_id = '{_workspace.Id}'"));
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task From_where_on_there_are_digests_is_for_nobody_of_the_product_to_move()
    {
        foreach (var role in DbRoles.All.Where(role => role != DbRoles.Owner))
            Assert.Equal("False", await AsSuperuserAsync($"SELECT has_column_privilege('{role}', 'engine.workspaces', 'sealed_from', 'UPDATE')"));
    }

    [Theory]
    [InlineData("name = 'Eve'", "has another 'name' in its table than in the log")]
    [InlineData("status = 'lost', tags = ARRAY['x']", "has another 'status', 'tags' in its table than in the log")]
    [InlineData("version = version - 1", "has other times or authors in its table than in the log")]
    [InlineData("version = 1", "has version 1 in its table, and no such entry touches it")]
    [InlineData("updated_at = updated_at + interval '1 microsecond'", "has other times or authors in its table than in the log")]
    [InlineData("created_by = NULL", "has other times or authors in its table than in the log")]
    public async Task A_changed_row_is_found(string change, string says)
    {
        await AsSuperuserAsync($"UPDATE solo.customers SET {change} WHERE workspace_id = '{_workspace.Id}' AND id = '{_ada}'");
        Assert.Equal([$"solo.customer {_ada}: {says}"], await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_deleted_row_is_found()
    {
        await AsSuperuserAsync($"DELETE FROM solo.customers WHERE workspace_id = '{_workspace.Id}' AND id = '{_bob}'");
        Assert.Equal([$"solo.customer {_bob}: was created by entry {_created + 2} and is neither in its table nor among the tombstones"], await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_row_without_an_entry_is_found()
    {
        var stranger = Guid.CreateVersion7();
        await AsSuperuserAsync($"""
            INSERT INTO solo.customers SELECT (jsonb_populate_record(c, jsonb_build_object('id', '{stranger}'))).*
            FROM solo.customers c WHERE workspace_id = '{_workspace.Id}' AND id = '{_ada}'
            """);
        Assert.Equal([$"solo.customer {stranger}: has version {_created + 1} in its table, and no such entry touches it"], await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_removed_tombstone_is_found()
    {
        await AsSuperuserAsync($"DELETE FROM engine.tombstones WHERE workspace_id = '{_workspace.Id}'");
        Assert.Equal([$"solo.customer {_gone}: was created by entry {_created} and is neither in its table nor among the tombstones"], await _workspace.FindingsAsync());
    }

    [Theory]
    [InlineData("version = version - 1", "and no such entry deletes it")]
    [InlineData("deleted_at = deleted_at + interval '1 second'", "has another time in its tombstone than in the log")]
    [InlineData("before = jsonb_set(before, '{name}', '\"Eve\"')", "has other values in its tombstone than in the log")]
    public async Task A_changed_tombstone_is_found(string change, string says)
    {
        await AsSuperuserAsync($"UPDATE engine.tombstones SET {change} WHERE workspace_id = '{_workspace.Id}'");
        Assert.EndsWith(says, Assert.Single(await _workspace.FindingsAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_record_that_came_back_by_itself_is_found()
    {
        await AsSuperuserAsync($"""
            INSERT INTO solo.customers SELECT (jsonb_populate_record(c, jsonb_build_object('id', '{_gone}', 'version', {_created + 3}))).*
            FROM solo.customers c WHERE workspace_id = '{_workspace.Id}' AND id = '{_ada}'
            """);
        Assert.Contains($"solo.customer {_gone}: was deleted by entry {_created + 3} and is in its table", await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task Entries_from_before_there_were_digests_are_said_and_do_not_fail()
    {
        // As the first version of the schema left them.
        await AsSuperuserAsync($"""
            UPDATE engine.log SET salts = NULL, digest = NULL WHERE workspace_id = '{_workspace.Id}';
            UPDATE engine.workspaces SET sealed_from = {_created + 4} WHERE workspace_id = '{_workspace.Id}'
            """);
        await _workspace.WriteAsync(_workspace.Set(_bob, "name", "Bobby"));

        var report = await _engine.Verifier.VerifyAsync(_workspace.Id, finding => Assert.Fail($"{finding}"), CancellationToken.None);
        Assert.Equal((_created + 4, _created + 3), (report.Entries, report.Unsealed));
        Assert.Equal(64, report.Digest!.Length);
    }

    [Fact]
    public async Task Writers_beside_it_make_it_find_nothing()
    {
        using var stop = new CancellationTokenSource();
        var customers = Enumerable.Range(0, 300).Select(_ => Guid.CreateVersion7()).ToArray();
        await Task.WhenAll(customers.Select(customer => _workspace.WriteAsync(_workspace.NewCustomer("First", customer))));
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = writer; !stop.IsCancellationRequested; i += 4)
            {
                var id = customers[i % customers.Length];
                var made = Guid.CreateVersion7();
                await _workspace.WriteAsync(_workspace.Set(id, "name", $"{i}"), _workspace.NewCustomer("New", made));
                await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, made));
                if (i % 8 == 0)
                    await _workspace.EraseAsync(id);
            }
        })).ToArray();
        for (var round = 0; round < 3; round++)
            Assert.Empty(await _workspace.FindingsAsync());
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_history_longer_than_one_statement_is_followed_to_its_end()
    {
        await Task.WhenAll(Enumerable.Range(0, 450).Select(i => _workspace.WriteAsync(_workspace.Set(_ada, "name", $"Ada {i}"))));
        Assert.Empty(await _workspace.FindingsAsync());
        await AsSuperuserAsync($"UPDATE solo.customers SET status = 'lost' WHERE workspace_id = '{_workspace.Id}' AND id = '{_ada}'");
        Assert.Equal([$"solo.customer {_ada}: has another 'status' in its table than in the log"], await _workspace.FindingsAsync());
    }

    [Theory]
    [InlineData(DbRoles.App)]
    [InlineData(DbRoles.Writer)]
    [InlineData(DbRoles.System)]
    public async Task No_role_of_the_product_can_change_an_entry(string role)
    {
        foreach (var column in (await AsSuperuserAsync("SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = 'engine.log'::regclass AND attnum > 0 AND NOT attisdropped"))!.Split(','))
            Assert.Equal("False", await AsSuperuserAsync($"SELECT has_column_privilege('{role}', 'engine.log', '{column}', 'UPDATE')"));
        Assert.Equal("False", await AsSuperuserAsync($"SELECT has_table_privilege('{role}', 'engine.log', 'UPDATE, DELETE, TRUNCATE')"));
        Assert.Equal($"{role == DbRoles.Writer}", await AsSuperuserAsync($"SELECT has_function_privilege('{role}', 'engine.erase(text, uuid, jsonb)', 'EXECUTE')"));
    }

    private async Task<IReadOnlyList<LogFinding>> AgainstAsync(IReadOnlyDictionary<long, string> kept)
    {
        var findings = new List<LogFinding>();
        await _engine.Verifier.VerifyAsync(_workspace.Id, kept, findings.Add, CancellationToken.None);
        return findings;
    }

    private Task<string?> AsSuperuserAsync(string sql) => database.AsSuperuserAsync(sql);
}
