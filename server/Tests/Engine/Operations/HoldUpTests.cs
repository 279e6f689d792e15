using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>What one transaction can do to the others: each of these worked once.</summary>
public sealed class HoldUpTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    private TestWorkspace _attackers = null!;
    private TestWorkspace[] _victims = [];

    public async ValueTask InitializeAsync()
    {
        _attackers = await server.Engine.CreateWorkspaceAsync();
        _victims = [await server.Engine.CreateWorkspaceAsync(), await server.Engine.CreateWorkspaceAsync()];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A viewer in a workspace of his own names a definition without a key beside a customer. Nobody else may feel it.</summary>
    [Fact]
    public async Task A_custom_field_without_a_key_fails_nobody_else()
    {
        var viewer = await _attackers.AddMemberAsync(Roles.Viewer);
        await FailsNobodyElseAsync(() => _attackers.SendAsync(
            viewer,
            new { op = "create", type = "solo.customer", id = Guid.CreateVersion7(), values = new { name = "x" } },
            new { op = "create", type = "access.field", id = Guid.CreateVersion7(), values = new { recordType = "solo.customer", label = "x", required = true } }));
    }

    /// <summary>A grant to oneself that names no key.</summary>
    [Fact]
    public async Task A_grant_without_a_key_fails_nobody_else()
    {
        var member = await _attackers.AddMemberAsync(Roles.Member);
        await FailsNobodyElseAsync(() => _attackers.SendAsync(
            member, new { op = "create", type = "reading.participation", id = Guid.CreateVersion7(), values = new { member = member.Member } }));
    }

    /// <summary>The same thing sent by itself has an answer that lasts.</summary>
    [Fact]
    public async Task What_is_malformed_is_refused_for_good()
    {
        var member = await _attackers.AddMemberAsync(Roles.Member);
        var grant = await _attackers.SendAsync(member, new { op = "create", type = "reading.participation", id = Guid.CreateVersion7(), values = new { member = member.Member } });
        Assert.Equal(OutcomeKind.Rejected, grant.Kind);
    }

    /// <summary>A hundred notes with a thousand sheets each: who may not even change the notes makes the server load all of them.</summary>
    [Fact]
    public async Task A_refused_move_loads_no_more_than_may_move()
    {
        var viewer = await _attackers.AddMemberAsync(Roles.Viewer);
        var (talk, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _attackers.WriteAsServerAsync(New(new Talk(), talk), New(new Talk(), other), New(new Participation { Member = viewer.Member, Talk = talk }), New(new Participation { Member = viewer.Member, Talk = other }));
        var notes = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToArray();
        await _attackers.WriteAsServerAsync([.. notes.Select(note => New(new Note { Talk = talk }, note))]);
        await server.LookAsync($"""
            INSERT INTO reading.sheets (workspace_id, id, version, created_at, updated_at, note, talk)
            SELECT workspace_id, gen_random_uuid(), version, now(), now(), id, talk FROM reading.notes, generate_series(1, 1001) WHERE workspace_id = '{_attackers.Id}'
            """);
        await server.LookAsync("ANALYZE reading.sheets");

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var outcome = await _attackers.WriteAsync(viewer, [.. notes.Select(note => Set<Note>(note, "talk", other))]);
        var (took, allocated) = (watch.Elapsed, (GC.GetTotalAllocatedBytes(precise: true) - before) / (1024 * 1024));
        TestContext.Current.TestOutputHelper!.WriteLine($"{outcome.Failure?.Code.Code}: {allocated} MB in {took.TotalMilliseconds:0} ms");
        Assert.True(allocated < 20, $"{outcome.Failure?.Code.Code}: {allocated} MB allocated in {took.TotalMilliseconds:0} ms");
    }

    /// <summary>Who lacks the permission is told so, and not how much lies below what he can only read.</summary>
    [Fact]
    public async Task Permission_comes_before_what_would_move_along()
    {
        var role = Guid.CreateVersion7();
        await _attackers.WriteAsServerAsync(New(new Role { Name = "Lookers", Permissions = ["reading.note.read.talk"] }, role));
        var looker = await _attackers.AddMemberAsync(Roles.Viewer, customRole: role);
        var (talk, note) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _attackers.WriteAsServerAsync(New(new Talk(), talk), New(new Participation { Member = looker.Member, Talk = talk }), New(new Note { Talk = talk }, note));
        await server.LookAsync($"""
            INSERT INTO reading.sheets (workspace_id, id, version, created_at, updated_at, note, talk)
            SELECT workspace_id, gen_random_uuid(), version, now(), now(), id, talk FROM reading.notes, generate_series(1, 1001) WHERE id = '{note}'
            """);
        var outcome = await _attackers.WriteAsync(looker, Set<Note>(note, "talk", null));
        Assert.Equal("permission.denied", outcome.Failure!.Code.Code);
    }

    /// <summary>A restore of many records asks for their references one by one, a round trip and a whole run for each.</summary>
    [Fact]
    public async Task What_restored_records_refer_to_is_read_at_once()
    {
        Guid[] shelves = [.. Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7())], things = [.. Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7())];
        await _attackers.WriteAsServerAsync([.. shelves.Select(shelf => New(new Shelf { Name = "x" }, shelf))]);
        await _attackers.WriteAsServerAsync([.. things.Select((thing, i) => New(new Thing { Title = "x", Shelf = shelves[i] }, thing))]);
        await _attackers.WriteAsServerAsync([.. things.Select(thing => new DeleteOperation(TypeOf<Thing>(), thing))]);
        var rounds = await RoundsAsync(_attackers.Owner, [.. things.Select(thing => new RestoreOperation(TypeOf<Thing>(), thing))]);
        Assert.True(rounds < 5, $"{rounds} round trips");
    }

    /// <summary>Who deletes what he may delete learns nothing of records below it that he cannot read.</summary>
    [Fact]
    public async Task A_delete_does_not_name_what_is_hidden()
    {
        var role = Guid.CreateVersion7();
        await _attackers.WriteAsServerAsync(New(new Role { Name = "Keepers", Permissions = ["reading.note.read.talk", "reading.note.delete"] }, role));
        var keeper = await _attackers.AddMemberAsync(Roles.Member, customRole: role);
        var (talk, note) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _attackers.WriteAsServerAsync(New(new Talk(), talk), New(new Participation { Member = keeper.Member, Talk = talk }), New(new Note { Talk = talk }, note), New(new Sheet { Note = note }, Guid.CreateVersion7()));
        var outcome = await _attackers.WriteAsync(keeper, new DeleteOperation(TypeOf<Note>(), note));
        Assert.DoesNotContain("reading.sheet", outcome.Failure!.Detail, StringComparison.Ordinal);
    }

    /// <summary>One operation on one note: of a thousand sheets below it each is asked for its marks before anybody counts.</summary>
    [Fact]
    public async Task One_move_loads_no_more_than_may_move_however_deep()
    {
        var (talk, other, note) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await _attackers.WriteAsServerAsync(
            New(new Talk(), talk), New(new Talk(), other), New(new Participation { Member = _attackers.Owner.Member, Talk = talk }),
            New(new Participation { Member = _attackers.Owner.Member, Talk = other }), New(new Note { Talk = talk }, note));
        await server.LookAsync($"""
            INSERT INTO reading.sheets (workspace_id, id, version, created_at, updated_at, note, talk)
            SELECT workspace_id, gen_random_uuid(), version, now(), now(), id, talk FROM reading.notes, generate_series(1, 1000) WHERE id = '{note}'
            """);
        await server.LookAsync($"""
            INSERT INTO reading.marks (workspace_id, id, version, created_at, updated_at, sheet, talk)
            SELECT workspace_id, gen_random_uuid(), version, now(), now(), id, talk FROM reading.sheets, generate_series(1, 100) WHERE note = '{note}'
            """);
        await server.LookAsync("ANALYZE reading.sheets, reading.marks");

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var outcome = await _attackers.WriteAsync(Set<Note>(note, "talk", other));
        var (took, allocated) = (watch.Elapsed, (GC.GetTotalAllocatedBytes(precise: true) - before) / (1024 * 1024));
        Assert.True(allocated < 20, $"{outcome.Failure?.Code.Code}: {allocated} MB allocated in {took.TotalMilliseconds:0} ms");
    }

    /// <summary>The refusal names a record and says how much lies below it, to one who reads neither.</summary>
    [Fact]
    public async Task Too_many_below_names_nothing_hidden()
    {
        var role = Guid.CreateVersion7();
        await _attackers.WriteAsServerAsync(New(new Role { Name = "Blind movers", Permissions = ["reading.note.read.talk", "reading.note.update"] }, role));
        var mover = await _attackers.AddMemberAsync(Roles.Member, customRole: role);
        var (talk, other, note, sheet) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await _attackers.WriteAsServerAsync(
            New(new Talk(), talk), New(new Talk(), other), New(new Participation { Member = mover.Member, Talk = talk }),
            New(new Participation { Member = mover.Member, Talk = other }), New(new Note { Talk = talk }, note), New(new Sheet { Note = note }, sheet));
        await server.LookAsync($"""
            INSERT INTO reading.marks (workspace_id, id, version, created_at, updated_at, sheet, talk)
            SELECT workspace_id, gen_random_uuid(), version, now(), now(), id, talk FROM reading.sheets, generate_series(1, 1001) WHERE id = '{sheet}'
            """);
        var outcome = await _attackers.WriteAsync(mover, Set<Note>(note, "talk", other));
        Assert.DoesNotContain(sheet.ToString(), outcome.Failure!.Detail, StringComparison.Ordinal);
    }

    /// <summary>One message of 100 kB in a workspace with many definitions. Who waits in the same group waits with it.</summary>
    [Fact]
    public async Task Custom_fields_hold_up_nobody_else()
    {
        await server.LookAsync($"""
            INSERT INTO access.fields (workspace_id, id, version, created_at, updated_at, record_type, key, label, kind, required, choices)
            SELECT '{_attackers.Id}', gen_random_uuid(), 1, now(), now(), 'solo.customer', 'k' || n, 'x', 'integer', false, array[]::text[] FROM generate_series(1, 3000) AS n
            """);
        var values = string.Join(',', Enumerable.Repeat("\"ext.k3000\":1", 7000));
        var transaction = server.Engine.Read(_attackers.Owner, $$$"""[{"op":"create","type":"solo.customer","id":"{{{Guid.CreateVersion7()}}}","values":{"name":"x",{{{values}}}}}]""");
        await _victims[0].WriteAsync(_victims[0].NewCustomer("Warm"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var bad = server.Engine.WritePath.WriteAsync(_attackers.Id, transaction);
        var good = await _victims[0].WriteAsync(_victims[0].NewCustomer("Waits"));
        var took = watch.Elapsed;
        await bad;
        Assert.True(took < TimeSpan.FromMilliseconds(500), $"A write of another workspace took {took.TotalMilliseconds:0} ms ({good.Kind}, {(await bad).Kind})");
    }

    /// <summary>Every write reads every role of its workspace, and there is no end to them.</summary>
    [Fact]
    public async Task Roles_hold_up_nobody_else()
    {
        await server.LookAsync($"""
            INSERT INTO access.roles (workspace_id, id, version, created_at, updated_at, name, permissions)
            SELECT '{_attackers.Id}', gen_random_uuid(), 1, now(), now(), 'r' || n, array(SELECT 'a.permission.number.' || i FROM generate_series(1, 20) AS i) FROM generate_series(1, 50000) AS n
            """);
        await server.LookAsync("ANALYZE access.roles");
        await _victims[0].WriteAsync(_victims[0].NewCustomer("Warm"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var bad = _attackers.WriteAsync(_attackers.NewCustomer("x"));
        await _victims[0].WriteAsync(_victims[0].NewCustomer("Waits"));
        var took = watch.Elapsed;
        await bad;
        Assert.True(took < TimeSpan.FromMilliseconds(300), $"A write of another workspace took {took.TotalMilliseconds:0} ms");
    }

    /// <summary>Refusals of the database in one workspace cost the others a few groups, not one for each.</summary>
    [Fact]
    public async Task Refusals_cost_others_little()
    {
        var (shelf, number) = (Guid.CreateVersion7(), "N1");
        await _attackers.WriteAsServerAsync(New(new Shelf { Name = "x" }, shelf), New(new Thing { Title = "x", Shelf = shelf, Number = number }));
        async Task<TimeSpan> RoundAsync(Func<Task<Outcome>> beside)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var others = Enumerable.Range(0, 63).Select(_ => beside()).ToArray();
            var good = await _victims[0].WriteAsync(_victims[0].NewCustomer("Waits"));
            var took = watch.Elapsed;
            Assert.Equal(OutcomeKind.Applied, good.Kind);
            await Task.WhenAll(others);
            return took;
        }

        async Task<double> MedianAsync(Func<Task<Outcome>> beside)
        {
            var times = new List<double>();
            for (var round = 0; round < 12; round++)
                times.Add((await RoundAsync(beside)).TotalMilliseconds);
            return times.Skip(2).Order().ElementAt(5);
        }

        var calm = await MedianAsync(() => _attackers.WriteAsync(New(new Thing { Title = "x" })));
        var refused = await MedianAsync(() => _attackers.WriteAsync(New(new Thing { Title = "x", Number = number })));
        Assert.True(refused < 4 * calm, $"A write of another workspace took {refused:0} ms beside refused ones, {calm:0} ms beside others");
    }

    /// <summary>What is hidden and what is absent take the same round trips: else the clock tells them apart.</summary>
    [Fact]
    public async Task Absent_and_hidden_cost_the_same()
    {
        var member = await _attackers.AddMemberAsync(Roles.Member);
        var (talk, hidden) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _attackers.WriteAsServerAsync(New(new Talk(), talk), New(new Participation { Member = member.Member, Talk = talk }), New(new Note { Talk = Guid.CreateVersion7() }, hidden));
        Assert.Equal(await RoundsAsync(member, New(new Sheet { Note = hidden })), await RoundsAsync(member, New(new Sheet { Note = Guid.CreateVersion7() })));
    }

    /// <summary>Ten guards look through the whole table for one who may not even create.</summary>
    [Fact]
    public async Task Permission_comes_before_guards_that_read_a_table()
    {
        var viewer = await _attackers.AddMemberAsync(Roles.Viewer);
        Assert.Equal(0, await RoundsAsync(viewer, Guarded(0)));
    }

    /// <summary>One message of a viewer, all of which is refused. A colleague writes meanwhile.</summary>
    [Fact]
    public async Task Refused_guards_hold_up_no_colleague()
    {
        await server.LookAsync($"""
            INSERT INTO solo.customers (workspace_id, id, version, created_at, updated_at, kind, name, status, tags)
            SELECT '{_attackers.Id}', gen_random_uuid(), 1, now(), now(), 'company', 'Customer ' || n, 'active', array[]::text[] FROM generate_series(1, 30000) AS n
            """);
        await server.LookAsync("ANALYZE solo.customers");
        var viewer = await _attackers.AddMemberAsync(Roles.Viewer);
        await HoldsUpAsync("refused guards", () => [.. Enumerable.Range(0, 64).Select(i => _attackers.WriteAsync(viewer, Guarded(i)))]);
    }

    /// <summary>A viewer names an old version of records with a long past. Each conflict walks it, under the lock, before anyone asks whether he may write.</summary>
    [Fact]
    public async Task Conflicts_of_a_viewer_hold_up_nobody()
    {
        Guid[] clients = [.. Enumerable.Range(0, 64).Select(_ => Guid.CreateVersion7())];
        await _attackers.WriteAsServerAsync([.. clients.Select(client => New(new Client { Name = "x" }, client))]);
        var head = await _attackers.HeadAsync();
        await server.LookAsync($$"""
            INSERT INTO engine.log (workspace_id, seq, transaction_id, at, is_system, via, depth, schema, changes)
            SELECT '{{_attackers.Id}}', {{head}} + n, gen_random_uuid(), now(), true, 'test', 0, 3, (
              SELECT jsonb_agg(jsonb_build_object('type', 'reading.client', 'id', id, 'kind', 'set', 'previous', {{head}} + n - 1, 'set', jsonb_build_object('name', 'n' || n), 'before', jsonb_build_object('name', 'n' || (n - 1))))
              FROM reading.clients WHERE workspace_id = '{{_attackers.Id}}')
            FROM generate_series(1, 1000) AS n
            """);
        await server.LookAsync($"UPDATE reading.clients SET version = {head} + 1000, name = 'n1000' WHERE workspace_id = '{_attackers.Id}'");
        await server.LookAsync("ANALYZE engine.log");
        var viewer = await _attackers.AddMemberAsync(Roles.Viewer);
        await HoldsUpAsync("conflicts", () => [.. clients.Select(client => _attackers.WriteAsync(viewer, Set<Client>(client, "name", "mine") with { Guards = [new VersionGuard(head)] }))]);
    }

    /// <summary>How many further batches a transaction takes, once all that it names has been read.</summary>
    private async Task<int> RoundsAsync(TestMember member, params Operation[] operations)
    {
        GroupPart part = new(server.Engine.Registry, server.Engine.Policy, TimeProvider.System, _attackers.Id, [new Transaction { Id = Guid.CreateVersion7(), Actor = member.Actor, Operations = operations }]);
        var reads = new GroupReads(server.Engine.Registry, [part]);
        await using var database = await server.Engine.Db.BeginWriteAsync([_attackers.Id], CancellationToken.None);
        await database.ReadAsync(reads.Named(waits: true), CancellationToken.None);
        if (reads.Grants() is { Count: > 0 } grants)
            await database.ReadAsync(grants, CancellationToken.None);
        part.Decide();
        var rounds = 0;
        for (; reads.Facts() is { Count: > 0 } facts; rounds++)
        {
            await database.ReadAsync(facts, CancellationToken.None);
            part.Decide();
        }

        return rounds;
    }

    /// <summary>A creation with ten guards, none of which an index answers, each for another question.</summary>
    private CreateOperation Guarded(int i)
    {
        var type = server.Engine.Customers;
        Field F(string name) => type.Fields.Single(field => field.Name == name);
        return _attackers.NewCustomer($"Mine {i}") with
        {
            Guards = [.. new[] { "kind", "status" }.SelectMany(second => new[] { "name", "kind", "status", "name", "name" }.Select((first, n) => new UniqueGuard([F("name"), .. n % 2 == 0 ? [F(second)] : Array.Empty<Field>(), .. Enumerable.Repeat(F(first), n)])))],
        };
    }

    /// <summary>Measures a colleague's write behind what is sent, and a stranger's that shares a turn with it.</summary>
    private async Task HoldsUpAsync(string what, Func<Task<Outcome>[]> send)
    {
        await _attackers.WriteAsync(_attackers.NewCustomer("Warm"));
        await _victims[0].WriteAsync(_victims[0].NewCustomer("Warm"));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var before = _victims[0].WriteAsync(_victims[0].NewCustomer("Occupies a turn"));
        var stranger = _victims[0].WriteAsync(_victims[0].NewCustomer("Shares one")).ContinueWith(_ => watch.Elapsed, TaskScheduler.Default);
        var sent = send();
        var colleague = _attackers.WriteAsync(_attackers.NewCustomer("Waits")).ContinueWith(_ => watch.Elapsed, TaskScheduler.Default);
        await before;
        var outcomes = await Task.WhenAll(sent);
        var (strangers, colleagues) = (await stranger, await colleague);
        var report = $"{what}: a colleague waited {colleagues.TotalMilliseconds:0} ms, a stranger {strangers.TotalMilliseconds:0} ms ({string.Join(", ", outcomes.GroupBy(outcome => $"{outcome.Kind} {outcome.Failure?.Code.Code}").Select(group => $"{group.Count()} {group.Key}"))})";
        TestContext.Current.TestOutputHelper!.WriteLine(report);
        Assert.True(colleagues < TimeSpan.FromSeconds(1), report);
    }

    private async Task FailsNobodyElseAsync(Func<Task<Outcome>> poison)
    {
        // They share a turn where none runs just then, so it takes a few rounds to be sure.
        for (var round = 0; round < 10; round++)
        {
            var bad = poison();
            var good = Enumerable.Range(0, 30).Select(i => _victims[i % 2].WriteAsync(_victims[i % 2].NewCustomer($"Customer {i}"))).ToArray();
            await bad;
            var kinds = (await Task.WhenAll(good)).Select(outcome => outcome.Kind).ToArray();
            Assert.True(kinds.All(kind => kind == OutcomeKind.Applied), $"{kinds.Count(kind => kind == OutcomeKind.Retry)} of {kinds.Length} writes of other workspaces were not written");
        }
    }

    private RecordType TypeOf<T>()
        where T : Record => server.Engine.Registry.Of<T>();

    private CreateOperation New<T>(T record, Guid? id = null)
        where T : Record => new(TypeOf<T>(), id ?? Guid.CreateVersion7(), [.. TypeOf<T>().Fields.Where(field => !field.ReadOnly).Select(field => (field, field.Get(record)))]);

    private SetOperation Set<T>(Guid id, string field, object? value)
        where T : Record => new(TypeOf<T>(), id, TypeOf<T>().Fields.Single(known => known.Name == field), value);
}
