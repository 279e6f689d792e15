using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>What reviews found: each test fails while its finding stands.</summary>
public sealed class ReviewTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    private TestWorkspace _workspace = null!;
    private TestWorkspace _victims = null!;

    public async ValueTask InitializeAsync() => (_workspace, _victims) = (await server.Engine.CreateWorkspaceAsync(), await server.Engine.CreateWorkspaceAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A member gets a role that permits what he could do anyway, so nothing is told; then the role is emptied.</summary>
    [Fact]
    public async Task A_role_that_changed_nothing_when_it_was_given_is_still_his_role()
    {
        var role = Guid.CreateVersion7();
        await WriteAsync(New(new Role { Name = "As members", Permissions = [.. server.Engine.Policy.PermissionsOf(Roles.Member)] }, role));
        var member = await _workspace.AddMemberAsync(Roles.Member);
        using var client = await server.ConnectAsync(_workspace, member, ["reading.clients"]);
        await client.NextAsync("subOk");
        await WriteAsync(Set<Member>(member.Member, "customRole", role));
        await client.AskAsync(new { t = "sub" });

        await WriteAsync(Set<Role>(role, "permissions", Array.Empty<string>()));
        await WriteAsync(New(new Client { Name = "Not for him" }));
        var came = string.Concat((await client.AskAsync(new { t = "sub" })).Select(frame => frame.GetRawText()));
        Assert.DoesNotContain("Not for him", came, StringComparison.Ordinal);
    }

    /// <summary>Eight searches of one member take all connections on which rights are read, of all workspaces.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Searches_in_one_workspace_do_not_delay_a_revocation_in_another(int many)
    {
        await server.LookAsync($"""
            INSERT INTO solo.customers (workspace_id, id, version, created_at, updated_at, kind, name, email, phone, vat_id, status, tags)
            SELECT '{_workspace.Id}', gen_random_uuid(), 1, now(), now(), 'company', repeat('Müller ', 25), repeat('e', 240) || '@x.org', repeat('1', 50), repeat('2', 20), 'active', array[repeat('t', 50)]
            FROM generate_series(1, 30000)
            """);
        await server.LookAsync("ANALYZE solo.customers");
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        var leaving = await _victims.AddMemberAsync(Roles.Viewer);
        using var client = await server.ConnectAsync(_victims, leaving, ["reading.clients"]);
        await client.NextAsync("subOk");

        using var enough = new CancellationTokenSource();
        var engine = server.Engine;
        var records = new RecordReader(engine.Db, engine.Registry, new AccessReader(engine.Db, engine.Registry, engine.Policy), engine.History, TimeProvider.System);
        var query = string.Join(" or ", Enumerable.Range(0, 60).Select(i => $"zq{i:00}"));
        var searches = Enumerable.Range(0, many).Select(_ => records.ListAsync(_workspace.Id, viewer.Actor, "solo.customer", new ListRequest { Query = query }, enough.Token)).ToArray();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        await _victims.WriteAsServerAsync(Set<Member>(leaving.Member, "role", Roles.Guest));
        try
        {
            await client.NextAsync("revoke");
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(e.Message);
        }

        var took = watch.Elapsed;
        await enough.CancelAsync();
        await Task.WhenAll(searches).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(took < TimeSpan.FromSeconds(1), $"A revocation in another workspace took {took.TotalMilliseconds:0} ms");
    }

    /// <summary>Ten guards look through the whole table for one who may not even create.</summary>
    [Fact]
    public async Task Permission_comes_before_guards_that_read_a_table()
    {
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        Assert.Equal(0, await RoundsAsync(viewer, Guarded(0)));
    }

    /// <summary>One message of a viewer, all of which is refused. A colleague writes meanwhile.</summary>
    [Fact]
    public async Task Refused_guards_hold_up_no_colleague()
    {
        await server.LookAsync($"""
            INSERT INTO solo.customers (workspace_id, id, version, created_at, updated_at, kind, name, status, tags)
            SELECT '{_workspace.Id}', gen_random_uuid(), 1, now(), now(), 'company', 'Customer ' || n, 'active', array[]::text[] FROM generate_series(1, 30000) AS n
            """);
        await server.LookAsync("ANALYZE solo.customers");
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        await HoldsUpAsync("refused guards", () => [.. Enumerable.Range(0, 64).Select(i => _workspace.WriteAsync(viewer, Guarded(i)))]);
    }

    /// <summary>A viewer names an old version of records with a long past. Each conflict walks it, under the lock, before anyone asks whether he may write.</summary>
    [Fact]
    public async Task Conflicts_of_a_viewer_hold_up_nobody()
    {
        Guid[] clients = [.. Enumerable.Range(0, 64).Select(_ => Guid.CreateVersion7())];
        await WriteAsync([.. clients.Select(client => New(new Client { Name = "x" }, client))]);
        var head = await _workspace.HeadAsync();
        await server.LookAsync($$"""
            INSERT INTO engine.log (workspace_id, seq, transaction_id, at, is_system, via, depth, schema, changes)
            SELECT '{{_workspace.Id}}', {{head}} + n, gen_random_uuid(), now(), true, 'test', 0, 3, (
              SELECT jsonb_agg(jsonb_build_object('type', 'reading.client', 'id', id, 'kind', 'set', 'previous', {{head}} + n - 1, 'set', jsonb_build_object('name', 'n' || n), 'before', jsonb_build_object('name', 'n' || (n - 1))))
              FROM reading.clients WHERE workspace_id = '{{_workspace.Id}}')
            FROM generate_series(1, 1000) AS n
            """);
        await server.LookAsync($"UPDATE reading.clients SET version = {head} + 1000, name = 'n1000' WHERE workspace_id = '{_workspace.Id}'");
        await server.LookAsync("ANALYZE engine.log");
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        await HoldsUpAsync("conflicts", () => [.. clients.Select(client => _workspace.WriteAsync(viewer, Set<Client>(client, "name", "mine") with { Guards = [new VersionGuard(head)] }))]);
    }

    /// <summary>Who unsubscribes while an entry is made ready for him and others takes it from the others.</summary>
    [Fact]
    public void What_one_unsubscribes_from_the_others_still_get()
    {
        var registry = server.Engine.Registry;
        var type = registry.Of<Client>();
        var entry = new LogEntry(5, Guid.CreateVersion7(), default, Actor.Server("test"), Origin: null,
            [.. Enumerable.Range(0, 30).Select(_ => new RecordChange(type, Guid.CreateVersion7(), "set", 4, "{\"name\":\"x\"}", "{}") { KeysBefore = [], KeysAfter = [] })]);
        var (leaving, staying) = (NewReader(), NewReader());
        var scope = new Scope(type);
        staying.Scopes[scope] = 0;
        using var over = new CancellationTokenSource();
        // As SubAsync does it: the scopes go before the connection is held.
        var unsubscribes = new Thread(() =>
        {
            while (!over.IsCancellationRequested)
                leaving.Scopes.TryRemove(scope, out _);
        });
        unsubscribes.Start();
        var (lost, tries) = (0, 0);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(1); tries++)
        {
            leaving.Scopes[scope] = 0;
            var frames = new DeltaFrames(entry);
            frames.For(leaving);
            var items = JsonDocument.Parse(frames.For(staying)!).RootElement.GetProperty("items");
            if (items.GetArrayLength() == 0 || items[0].GetProperty("records").GetArrayLength() < 30)
                lost++;
        }

        over.Cancel();
        unsubscribes.Join();
        Assert.True(lost == 0, $"{lost} of {tries} entries reached the other reader without all their changes");

        Reader NewReader() => new(new Access(
            server.Engine.Policy, Actor.Person(Guid.CreateVersion7(), Guid.CreateVersion7()), member: null,
            ImmutableHashSet.Create(type.ReadPermission), ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty));
    }

    /// <summary>The same scope in a hundred spellings of its id is read, written and kept in memory a hundred times.</summary>
    [Fact]
    public async Task A_scope_has_one_name()
    {
        var party = Guid.Parse("0198c1f2-abcd-7abc-8abc-abcdefabcdef");
        await WriteAsync(New(new Device { Party = party, Name = "x" }));
        var member = await _workspace.AddMemberAsync(Roles.Viewer);
        var id = party.ToString();
        var letters = Enumerable.Range(0, id.Length).Where(i => char.IsLetter(id[i])).ToArray();
        string Spelt(int n) => string.Concat(id.Select((sign, i) => Array.IndexOf(letters, i) is >= 0 and var at && (n >> at & 1) == 1 ? char.ToUpperInvariant(sign) : sign));
        using var client = await server.ConnectAsync(_workspace, member, []);
        var answers = await client.AskAsync(new { t = "sub", add = Enumerable.Range(0, 100).Select(n => $"reading.devices(party:{Spelt(n)})").ToArray() });
        Assert.Single(answers, answer => answer.GetProperty("t").ValueEquals("subOk"));
    }

    /// <summary>A member opens sockets and reads nothing: each keeps a whole snapshot in memory.</summary>
    [Fact]
    public async Task Who_does_not_read_takes_little_memory()
    {
        await server.LookAsync($"""
            INSERT INTO solo.customers (workspace_id, id, version, created_at, updated_at, kind, name, email, status, tags)
            SELECT '{_workspace.Id}', gen_random_uuid(), 1, now(), now(), 'company', repeat('n', 200), repeat('e', 240) || '@x.org', 'active', array[]::text[] FROM generate_series(1, 20000)
            """);
        await server.LookAsync("ANALYZE solo.customers");
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        var before = GC.GetTotalMemory(forceFullCollection: true) >> 20;
        var clients = new List<SyncClient>();
        for (var i = 0; i < SnapshotTurns.AtOnce; i++)
            clients.Add(await server.ConnectAsync(_workspace, viewer, ["solo.customers"]));
        while (clients.Count < 20)
        {
            clients.Add(await server.OpenAsync(_workspace.Id, viewer));
            await clients[^1].SendAsync(new { t = "hello", proto = 1, schema = 1, browser = Guid.CreateVersion7(), workspace = _workspace.Id, epoch = (Guid?)null, cursor = (object?)null, scopes = new[] { "solo.customers" } });
        }

        // Whoever comes after them is served meanwhile.
        clients.Add(await server.ConnectAsync(_victims, _victims.Owner, []));
        var held = (GC.GetTotalMemory(forceFullCollection: true) >> 20) - before;
        clients.ForEach(client => client.Dispose());
        Assert.True(held < 100, $"20 sockets that read nothing hold {held} MB");
    }

    /// <summary>An entry takes someone's rights. While they are read he is told who looks at what he may no longer see.</summary>
    [Fact]
    public async Task Who_is_where_waits_for_rights_that_are_being_read()
    {
        var engine = server.Engine;
        var member = await _workspace.AddMemberAsync(Roles.Viewer);
        var room = new Room(_workspace.Id, engine.SyncReader, engine.Registry, TimeProvider.System, _ => { }, _ => { });
        using CancellationTokenSource ending = new(), othersEnding = new();
        var socket = new Listening();
        var watching = new SyncConnection(socket, new SyncUser(member.User, member.Session), ending, TimeProvider.System) { Speaks = (Guid.CreateVersion7(), 0) };
        var looking = new SyncConnection(new Listening(), new SyncUser(_workspace.Owner.User, _workspace.Owner.Session), othersEnding, TimeProvider.System) { Speaks = (Guid.CreateVersion7(), 0) };
        var head = await _workspace.HeadAsync();
        foreach (var connection in new[] { watching, looking })
        {
            room.Enter(connection, new LogHead(head, Guid.CreateVersion7()));
            await using var snapshot = await engine.SyncReader.OpenAsync(_workspace.Id, connection.User, default);
            connection.Reader = new Reader(snapshot!.Moment.Access);
            room.Release(connection, head);
        }

        // His rights are read when it is their turn; the database may be slow.
        await watching.Lane.WaitAsync(TestContext.Current.CancellationToken);
        await WriteAsync(Set<Member>(member.Member, "role", Roles.Guest));
        room.Deliver(await engine.Log.AfterAsync(_workspace.Id, head, 10, default));
        var type = engine.Registry.Of<Client>();
        var client = Guid.CreateVersion7();
        Assert.True(room.TryLook(looking, (type, client, []), head + 1));
        room.SendPresence();
        Assert.DoesNotContain(client.ToString(), socket.Heard, StringComparison.Ordinal);
    }

    /// <summary>Whether a masked field holds something shows in whether the record can be restored.</summary>
    [Fact]
    public async Task Restoring_does_not_tell_what_is_masked()
    {
        var member = await _workspace.AddMemberAsync(Roles.Member);
        var (with, without) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Client { Name = "A", Rate = "90" }, with), New(new Client { Name = "B" }, without));
        await WriteAsync(new DeleteOperation(TypeOf<Client>(), with), new DeleteOperation(TypeOf<Client>(), without));
        var (first, second) = (await _workspace.WriteAsync(member, new RestoreOperation(TypeOf<Client>(), with)), await _workspace.WriteAsync(member, new RestoreOperation(TypeOf<Client>(), without)));
        Assert.Equal(first.Kind, second.Kind);
    }

    /// <summary>Whoever restores what was deleted has not founded it: its key is not his to take.</summary>
    [Fact]
    public void Restoring_a_record_opens_nobody_what_lies_in_it()
    {
        RecordRegistry registry = new([.. new[] { typeof(Member), typeof(Role), typeof(CustomField), typeof(Project), typeof(Crew), typeof(Memo) }.Select(type => new RecordRegistration(type))], []);
        var policy = new Policy(registry, [new RuleRegistration(typeof(Project), new Rules<Project>()), new RuleRegistration(typeof(Crew), new Rules<Crew>()), new RuleRegistration(typeof(Memo), new Rules<Memo>())]);
        var (overlay, facts) = (new Overlay(), new Facts());
        var member = new Member { Id = Guid.CreateVersion7(), User = Guid.CreateVersion7(), Name = "x", Email = "x@example.org", Role = Roles.Member };
        var project = new Project { Id = Guid.CreateVersion7(), Name = "Merger", Version = 3 };
        overlay.Load(registry.Of<Member>(), member);
        overlay.LoadGrave(registry.Of<Project>(), project);
        overlay.Name(registry.Of<Project>(), project.Id);
        var outcome = new TransactionRunner(registry, policy, overlay, facts, [], new Dictionary<long, int>(), TimeProvider.System).Run(
            new Transaction
            {
                Id = Guid.CreateVersion7(),
                Actor = Actor.Person(member.User.Value, Guid.CreateVersion7()),
                Operations = [new RestoreOperation(registry.Of<Project>(), project.Id), Compose.Create(registry, Guid.CreateVersion7(), new Crew { Member = member.Id, Project = project.Id })],
            },
            head: 5, out _);
        Assert.True(facts.Complete);
        Assert.Equal(OutcomeKind.Rejected, outcome.Kind);
    }

    /// <summary>A key that is handed out does not move; so it must not be inherited either. Nor do two types share the keys of their ids.</summary>
    [Theory]
    [InlineData(typeof(Project), typeof(Task_), typeof(Inheriting))]
    [InlineData(typeof(Project), typeof(Rival))]
    public void Unsound_keys_stop_the_start(params Type[] types) =>
        Assert.Throws<InvalidOperationException>(() => new RecordRegistry(types.Select(type => new RecordRegistration(type)), []));

    /// <summary>A creation with ten guards, none of which an index answers, each for another question.</summary>
    private CreateOperation Guarded(int i)
    {
        var type = server.Engine.Customers;
        Field F(string name) => type.Fields.Single(field => field.Name == name);
        return _workspace.NewCustomer($"Mine {i}") with
        {
            Guards = [.. new[] { "kind", "status" }.SelectMany(second => new[] { "name", "kind", "status", "name", "name" }.Select((first, n) => new UniqueGuard([F("name"), .. n % 2 == 0 ? [F(second)] : Array.Empty<Field>(), .. Enumerable.Repeat(F(first), n)])))],
        };
    }

    /// <summary>Measures a colleague's write behind what is sent, and a stranger's that shares a turn with it.</summary>
    private async Task HoldsUpAsync(string what, Func<Task<Outcome>[]> send)
    {
        await _workspace.WriteAsync(_workspace.NewCustomer("Warm"));
        await _victims.WriteAsync(_victims.NewCustomer("Warm"));
        var watch = Stopwatch.StartNew();
        var before = _victims.WriteAsync(_victims.NewCustomer("Occupies a turn"));
        var stranger = _victims.WriteAsync(_victims.NewCustomer("Shares one")).ContinueWith(_ => watch.Elapsed, TaskScheduler.Default);
        var sent = send();
        var colleague = _workspace.WriteAsync(_workspace.NewCustomer("Waits")).ContinueWith(_ => watch.Elapsed, TaskScheduler.Default);
        await before;
        var outcomes = await Task.WhenAll(sent);
        var (strangers, colleagues) = (await stranger, await colleague);
        var report = $"{what}: a colleague waited {colleagues.TotalMilliseconds:0} ms, a stranger {strangers.TotalMilliseconds:0} ms ({string.Join(", ", outcomes.GroupBy(outcome => $"{outcome.Kind} {outcome.Failure?.Code.Code}").Select(group => $"{group.Count()} {group.Key}"))})";
        TestContext.Current.TestOutputHelper!.WriteLine(report);
        Assert.True(colleagues < TimeSpan.FromSeconds(1), report);
    }

    private async Task<int> RoundsAsync(TestMember member, params Operation[] operations)
    {
        GroupPart part = new(server.Engine.Registry, server.Engine.Policy, TimeProvider.System, _workspace.Id, [new Transaction { Id = Guid.CreateVersion7(), Actor = member.Actor, Operations = operations }]);
        var reads = new GroupReads(server.Engine.Registry, [part]);
        await using var database = await server.Engine.Db.BeginWriteAsync([_workspace.Id], CancellationToken.None);
        await database.ReadAsync(reads.Named(waits: true), CancellationToken.None);
        if (reads.Grants() is { Count: > 0 } grants)
            await database.ReadAsync(grants, CancellationToken.None);
        part.Decide();
        return reads.Facts().Count;
    }

    private RecordType TypeOf<T>()
        where T : Record => server.Engine.Registry.Of<T>();

    private CreateOperation New<T>(T record, Guid? id = null)
        where T : Record => Compose.Create(server.Engine.Registry, id ?? Guid.CreateVersion7(), record);

    private SetOperation Set<T>(Guid id, string field, object? value)
        where T : Record => new(TypeOf<T>(), id, TypeOf<T>().Fields.Single(known => known.Name == field), value);

    private Task<Outcome> WriteAsync(params Operation[] operations) => _workspace.WriteAsServerAsync(operations);

    [Record("review.project", "review.projects", ReadBy = "project", ChangedBy = [Roles.Member])]
    private sealed class Project : Record
    {
        [Text(100)]
        public string? Name { get; set; }
    }

    [Record("review.memo", "review.memos", ReadByRole = false, ChangedBy = [Roles.Member])]
    private sealed class Memo : Record
    {
        [Reference(ReadBy = "project")]
        public Guid? Project { get; set; }
    }

    [Record("review.crew", "review.crews", ChangedBy = [Roles.Member])]
    [Grants("project", nameof(Member), nameof(Project))]
    private sealed class Crew : Record
    {
        [Reference(Required = true)]
        public Guid? Member { get; set; }

        [Reference(Required = true)]
        public Guid? Project { get; set; }
    }

    [Record("review.task", "review.tasks")]
    private sealed class Task_ : Record
    {
        [Reference(ReadBy = "project")]
        public Guid? Project { get; set; }
    }

    [Record("review.inheriting", "review.inheritings")]
    [Index(nameof(Task))]
    [Grants("project", nameof(Member), nameof(Project))]
    private sealed class Inheriting : Record
    {
        [Reference(Required = true)]
        public Guid? Member { get; set; }

        [Reference<Task_>(Required = true)]
        public Guid? Task { get; set; }

        [Reference(Required = true, ReadBy = "project", From = nameof(Task))]
        public Guid? Project { get; set; }
    }

    [Record("review.rival", "review.rivals", ReadBy = "project", ChangedBy = [Roles.Member])]
    private sealed class Rival : Record;

    /// <summary>A network that takes everything and remembers it.</summary>
    private sealed class Listening : OpenSocket
    {
        private readonly StringBuilder _heard = new();

        public string Heard
        {
            get
            {
                lock (_heard)
                    return _heard.ToString();
            }
        }

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            lock (_heard)
                _heard.Append(Encoding.UTF8.GetString(buffer));
            return Task.CompletedTask;
        }
    }
}
