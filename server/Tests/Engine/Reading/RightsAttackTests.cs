using System.Diagnostics;
using System.Globalization;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>Ways to get at what one may not read, or to keep what was taken away; each worked once.</summary>
public sealed class RightsAttackTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    private TestWorkspace _workspace = null!;
    private TestMember _member = null!;

    public async ValueTask InitializeAsync()
    {
        _workspace = await server.Engine.CreateWorkspaceAsync();
        _member = await _workspace.AddMemberAsync(Roles.Member);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_role_does_not_give_itself_more()
    {
        var role = Guid.CreateVersion7();
        await WriteAsync(New(new Role { Name = "Readers", Permissions = ["access.role.read"] }, role));
        var clerk = await _workspace.AddMemberAsync(Roles.Member, customRole: role);
        var outcome = await _workspace.WriteAsync(clerk, Set<Role>(role, "permissions", new[] { "access.role.read", "access.role.update", "access.member.read", "access.member.update", "access.member.create", "solo.customer.read", "solo.customer.delete", "no.such.thing" }));
        Assert.NotEqual(OutcomeKind.Applied, outcome.Kind);
    }

    [Fact]
    [Trait("asvs", "8.2.3")]
    public async Task A_guarded_field_cannot_be_guessed()
    {
        var id = Guid.CreateVersion7();
        await WriteAsync(New(new Client { Name = "Ada", Rate = "90" }, id));
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        var wrong = await _workspace.WriteAsync(viewer, Set<Client>(id, "rate", "91"));
        var right = await _workspace.WriteAsync(viewer, Set<Client>(id, "rate", "90"));
        Assert.Equal(wrong.Kind, right.Kind);
    }

    [Fact]
    public async Task A_cursor_reads_neither_the_past_nor_what_is_now_others()
    {
        var (ours, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var device = Guid.CreateVersion7();
        await WriteAsync(New(new Device { Party = null, Name = "Stock" }, device));
        await WriteAsync(Set<Device>(device, "party", ours));
        await WriteAsync(Set<Device>(device, "party", theirs));
        await WriteAsync(Set<Device>(device, "name", "Secret of theirs"));
        var gone = Guid.CreateVersion7();
        await WriteAsync(New(new Device { Party = ours, Name = "Deleted before he came" }, gone));
        await WriteAsync(new DeleteOperation(TypeOf<Device>(), gone));
        var guest = await _workspace.AddMemberAsync(Roles.Guest, ours);
        using var first = await server.ConnectAsync(_workspace, guest, ["reading.devices"]);
        Assert.Empty((await first.NextAsync("subOk")).GetProperty("records").EnumerateArray());
        using var back = await server.ConnectAsync(_workspace, guest, ["reading.devices"], cursor: new { seq = 0 }, epoch: first.Welcome.GetProperty("epoch").GetGuid(), access: first.Access);
        await back.NextAsync("subOk");
        await WriteAsync(New(new Device { Party = ours, Name = "End" }));
        var got = "";
        while (!got.Contains("End", StringComparison.Ordinal))
            got += (await back.NextAsync("delta")).GetRawText();
        Assert.DoesNotContain("Secret of theirs", got, StringComparison.Ordinal);
        Assert.DoesNotContain("Deleted before he came", got, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catching_up_sends_nothing_of_after_a_record_left()
    {
        var (ours, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, ours);
        var device = Guid.CreateVersion7();
        await WriteAsync(New(new Device { Party = theirs, Name = "Theirs" }, device));
        using var client = await server.ConnectAsync(_workspace, guest, ["reading.devices"], other: true);
        await client.NextAsync("subOk");
        await WriteAsync(Set<Device>(device, "party", ours));
        await WriteAsync(Set<Device>(device, "party", theirs), Set<Device>(device, "name", "Secret of theirs"));
        await WriteAsync(New(new Device { Party = ours, Name = "End" }));
        var got = "";
        while (!got.Contains("End", StringComparison.Ordinal))
            got += (await client.NextAsync("delta")).GetRawText() + "\n";
        Assert.DoesNotContain("Secret of theirs", got, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_moved_away_around_a_change_of_rights_is_taken_back()
    {
        var (old, now, third) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, old);
        var (moved, stays) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Device { Party = old, Name = "Moved" }, moved), New(new Device { Party = old, Name = "Stays" }, stays));
        using var client = await server.ConnectAsync(_workspace, guest, ["reading.devices"], other: true);
        Assert.Equal(2, (await client.NextAsync("subOk")).GetProperty("records").GetArrayLength());
        // The other process has not heard yet when the browser subscribes to something more.
        await WriteAsync(Set<Device>(moved, "party", third));
        await WriteAsync(Set<Member>(guest.Member, "party", now));
        await client.SendAsync(new { t = "sub", add = new[] { "access.workspaces" } });
        var revoked = (await client.NextAsync("revoke")).GetRawText();
        await client.NextAsync("subOk");
        await WriteAsync(New(new Device { Party = now, Name = "End" }));
        while (!revoked.Contains("End", StringComparison.Ordinal))
            revoked += (await client.NextAsync("delta")).GetRawText();
        Assert.Contains(moved.ToString(), revoked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_of_many_is_taken_from_all()
    {
        var role = Guid.CreateVersion7();
        await WriteAsync(New(new Role { Name = "Clerks", Permissions = ["reading.client.read"] }, role), New(new Client { Name = "Ada" }));
        var clerks = new List<SyncClient>();
        var clerk = await _workspace.AddMemberAsync(Roles.Member, customRole: role);
        for (var i = 0; i < 60; i++)
        {
            clerks.Add(await server.ConnectAsync(_workspace, clerk, ["reading.clients"]));
            await clerks[^1].NextAsync("subOk");
        }

        await WriteAsync(Set<Role>(role, "permissions", Array.Empty<string>()));
        foreach (var one in clerks)
        {
            await one.NextAsync("revoke");
            one.Dispose();
        }
    }

    [Fact]
    public async Task A_herd_comes_back()
    {
        using var first = await server.ConnectAsync(_workspace, _member, ["reading.clients"]);
        await WriteAsync(New(new Client { Name = "Ada" }));
        await Task.WhenAll(Enumerable.Range(0, 80).Select(async _ =>
        {
            using var one = await server.ConnectAsync(_workspace, _member, ["reading.clients"], cursor: first.Welcome.GetProperty("head"), epoch: first.Welcome.GetProperty("epoch").GetGuid(), access: first.Access);
            await one.NextAsync("delta");
        }));
    }

    [Fact]
    public async Task A_connection_lost_after_me_costs_nothing()
    {
        var role = Guid.CreateVersion7();
        var id = Guid.CreateVersion7();
        await WriteAsync(New(new Client { Name = "Ada", Rate = "90" }, id));
        await WriteAsync(New(new Role { Name = "Clerks", Permissions = ["reading.client.read", "reading.client.see.rates"] }, role));
        var clerk = await _workspace.AddMemberAsync(Roles.Member, customRole: role);
        string access;
        object cursor;
        Guid epoch;
        using (var client = await server.ConnectAsync(_workspace, clerk, ["reading.clients"]))
        {
            Assert.Contains("\"90\"", (await client.NextAsync("subOk")).GetRawText(), StringComparison.Ordinal);
            (cursor, epoch) = (client.Welcome.GetProperty("head"), client.Welcome.GetProperty("epoch").GetGuid());
            await WriteAsync(Set<Role>(role, "permissions", new[] { "reading.client.read" }));
            access = (await client.NextAsync("revoke")).GetProperty("me").GetProperty("access").GetString()!;
            // The network goes here.
        }

        using var back = await server.ConnectAsync(_workspace, clerk, ["reading.clients"], cursor: cursor, epoch: epoch, access: access);
        Assert.False((await back.NextAsync("subOk")).TryGetProperty("unchanged", out _), "He keeps the rate that was taken from him.");
    }

    [Fact]
    public async Task Who_does_not_read_does_not_stop_the_others()
    {
        await server.LookAsync($"INSERT INTO reading.devices (workspace_id, id, version, created_at, updated_at, name) SELECT '{_workspace.Id}', ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 1, now(), now(), repeat('x', 100) FROM generate_series(1, 30000) i");
        var sockets = new List<SyncClient>();
        for (var i = 0; i < 32; i++)
        {
            sockets.Add(await server.ConnectAsync(_workspace, _member, []));
        }

        foreach (var socket in sockets)
            await socket.SendAsync(new { t = "sub", add = new[] { "reading.devices", "reading.clients" } });

        await ReadsAsync("reading.devices");
        await Eventually.HoldsAsync("no snapshot waits for who does not read", async () => await CountAsync("state LIKE 'idle in transaction%'") == 0, seconds: 10);
        foreach (var socket in sockets)
            socket.Dispose();
    }

    [Fact]
    public async Task Nobody_lets_himself_into_a_talk()
    {
        var talk = Guid.CreateVersion7();
        await WriteAsync(New(new Talk(), talk), New(new Participation { Member = _workspace.Owner.Member, Talk = talk }));
        Assert.NotEqual(OutcomeKind.Applied, (await _workspace.WriteAsync(_member, New(new Participation { Member = _member.Member, Talk = talk }))).Kind);
    }

    [Fact]
    public async Task Nobody_gives_himself_a_party()
    {
        var (role, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var device = Guid.CreateVersion7();
        await WriteAsync(New(new Device { Party = theirs, Name = "Theirs" }, device));
        await WriteAsync(New(new Role { Name = "Desk", Permissions = ["access.member.read", "access.member.update", "reading.device.read.party", "reading.device.update"] }, role));
        var clerk = await _workspace.AddMemberAsync(Roles.Member, customRole: role);
        Assert.NotEqual(OutcomeKind.Applied, (await _workspace.WriteAsync(clerk, Set<Member>(clerk.Member, "role", Roles.Guest), Set<Member>(clerk.Member, "party", theirs))).Kind);
    }

    [Fact]
    public async Task Deleting_and_making_again_is_no_update()
    {
        var id = Guid.CreateVersion7();
        await WriteAsync(New(new Client { Name = "Ada" }, id));
        Assert.NotEqual(OutcomeKind.Applied, (await _workspace.WriteAsync(_member, new DeleteOperation(TypeOf<Client>(), id), New(new Client { Name = "Eve" }, id))).Kind);
    }

    [Fact]
    public async Task A_role_is_made_and_given_in_one_transaction()
    {
        var role = Guid.CreateVersion7();
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(New(new Role { Name = "Clerks", Permissions = [] }, role), Set<Member>(_member.Member, "customRole", role))).Kind);
    }

    [Fact]
    public async Task Taking_rights_away_through_a_role_is_beyond_too()
    {
        var (mighty, weak) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Role { Name = "Mighty", Permissions = ["solo.customer.read", "solo.customer.delete"] }, mighty));
        await WriteAsync(New(new Role { Name = "Weak", Permissions = ["access.role.read", "access.role.update"] }, weak));
        var clerk = await _workspace.AddMemberAsync(Roles.Member, customRole: weak);
        Assert.NotEqual(OutcomeKind.Applied, (await _workspace.WriteAsync(clerk, Set<Role>(mighty, "permissions", Array.Empty<string>()))).Kind);
    }

    [Fact]
    public async Task Who_stops_reading_does_not_keep_his_rights()
    {
        await server.LookAsync($"INSERT INTO reading.devices (workspace_id, id, version, created_at, updated_at, name) SELECT '{_workspace.Id}', ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 1, now(), now(), repeat('x', 100) FROM generate_series(1, 40000) i");
        await WriteAsync(New(new Client { Name = "Secret" }));
        using var client = await server.ConnectAsync(_workspace, _member, []);
        await client.SendAsync(new { t = "sub", add = new[] { "reading.devices", "reading.clients" } });
        await ReadsAsync("reading.devices");
        await WriteAsync(new DeleteOperation(TypeOf<Member>(), _member.Member));
        await client.WaitForCloseAsync();
        Assert.DoesNotContain(client.Passed("subOk"), frame => frame.GetRawText().Contains("Secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_subscribes_or_asks_without_end()
    {
        using var client = await server.ConnectAsync(_workspace, _member, []);
        for (var i = 0; i < 4; i++)
            await client.SendAsync(new { t = "sub", add = Enumerable.Range(0, 100).Select(_ => $"reading.devices(party:{Guid.CreateVersion7()})") });
        Assert.Equal("scope.too_many", (await client.NextAsync("subErr")).GetProperty("error").GetProperty("code").GetString());
        for (var i = 0; i < 250; i++)
            await client.SendAsync(new { t = "here", record = (object?)null });
        Assert.Equal("frame.too_often", (await client.NextAsync("error")).GetProperty("error").GetProperty("code").GetString());
        // It lives on.
        await WriteAsync(New(new Client { Name = "Ada" }));
        await client.SendAsync(new { t = "push", transactions = new[] { new { mutation = 1, id = Guid.CreateVersion7(), schema = 1, operations = new[] { SyncClient.Create(Guid.CreateVersion7(), new { name = "Eve" }) } } } });
        Assert.Equal("applied", (await client.NextAsync("result")).GetProperty("results")[0].GetProperty("outcome").GetString());
    }

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
        var victims = await server.Engine.CreateWorkspaceAsync();
        var viewer = await _workspace.AddMemberAsync(Roles.Viewer);
        var leaving = await victims.AddMemberAsync(Roles.Viewer);
        using var client = await server.ConnectAsync(victims, leaving, ["reading.clients"]);
        await client.NextAsync("subOk");

        using var enough = new CancellationTokenSource();
        var engine = server.Engine;
        var records = new RecordReader(engine.Db, engine.Registry, new AccessReader(engine.Db, engine.Registry, engine.Policy), engine.History, TimeProvider.System);
        var words = QueryReader.MaxLooks / engine.Customers.Fields.Count(field => field is TextField or TextListField);
        var query = string.Join(" or ", Enumerable.Range(0, words).Select(i => $"zq{i:00}"));
        var searches = Enumerable.Range(0, many).Select(_ => records.ListAsync(_workspace.Id, viewer.Actor, "solo.customer", new ListRequest { Query = query }, enough.Token)).ToArray();
        await Eventually.HoldsAsync("they search", async () => await CountAsync("state = 'active' AND query LIKE '%FROM solo.customers %'") > 0);
        var watch = Stopwatch.StartNew();
        await victims.WriteAsServerAsync(Set<Member>(leaving.Member, "role", Roles.Guest));
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

    private Task ReadsAsync(string table) => Eventually.HoldsAsync($"{table} is read", async () => await CountAsync($"query LIKE '%FROM {table} %'") > 0);

    private async Task<long> CountAsync(string condition) => long.Parse(
        (await server.LookAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}"))[0]!,
        CultureInfo.InvariantCulture);

    private RecordType TypeOf<T>()
        where T : Record => server.Engine.Registry.Of<T>();

    private CreateOperation New<T>(T record, Guid? id = null)
        where T : Record => Compose.Create(server.Engine.Registry, id ?? Guid.CreateVersion7(), record);

    private SetOperation Set<T>(Guid id, string field, object? value)
        where T : Record => new(TypeOf<T>(), id, TypeOf<T>().Fields.Single(known => known.Name == field), value);

    private Task<Outcome> WriteAsync(params Operation[] operations) => _workspace.WriteAsServerAsync(operations);

    [Record("attack.project", "attack.projects", ReadBy = "project", ChangedBy = [Roles.Member])]
    private sealed class Project : Record
    {
        [Text(100)]
        public string? Name { get; set; }
    }

    [Record("attack.memo", "attack.memos", ReadByRole = false, ChangedBy = [Roles.Member])]
    private sealed class Memo : Record
    {
        [Reference(ReadBy = "project")]
        public Guid? Project { get; set; }
    }

    [Record("attack.crew", "attack.crews", ChangedBy = [Roles.Member])]
    [Grants("project", nameof(Member), nameof(Project))]
    private sealed class Crew : Record
    {
        [Reference(Required = true)]
        public Guid? Member { get; set; }

        [Reference(Required = true)]
        public Guid? Project { get; set; }
    }
}
