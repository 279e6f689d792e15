using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>Reading by scope, through the socket.</summary>
public sealed class ScopeTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
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
    public async Task Only_who_takes_part_reads_a_talk_not_even_the_owner()
    {
        var (talk, _) = await TalkAsync(_member);
        await WriteAsync(New(new Note { Talk = talk, Words = "Between us" }));

        using var inside = await server.ConnectAsync(_workspace, _member, [$"reading.notes(talk:{talk})"]);
        Assert.Equal(["Between us"], Words(await inside.NextAsync("subOk")));
        using var owner = await server.ConnectAsync(_workspace, _workspace.Owner, [$"reading.notes(talk:{talk})", "reading.notes"]);
        Assert.Equal("scope.unknown", (await owner.NextAsync("subErr")).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("scope.unknown", (await owner.NextAsync("subErr")).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Who_joins_is_sent_what_is_there_and_who_leaves_is_told_to_forget_it()
    {
        var (talk, _) = await TalkAsync(_workspace.Owner);
        await WriteAsync(New(new Note { Talk = talk, Words = "Old" }));
        using var client = await server.ConnectAsync(_workspace, _member, ["reading.talks"]);
        await client.NextAsync("subErr");

        var (_, part) = await JoinAsync(talk, _member);
        var access = (await client.NextAsync("me")).GetProperty("me").GetProperty("access").GetString();
        Assert.NotEqual(client.Access, access);
        await client.SendAsync(new { t = "sub", add = new[] { "reading.talks", "reading.notes" } });
        Assert.Equal(talk, (await client.NextAsync("subOk")).GetProperty("records")[0].GetProperty("id").GetGuid());
        Assert.Equal(["Old"], Words(await client.NextAsync("subOk")));
        await WriteAsync(New(new Note { Talk = talk, Words = "New" }));
        await client.NextAsync("delta");

        // A second talk opens into the scopes that are subscribed to.
        var (second, _) = await TalkAsync(_member);
        var opened = await client.NextAsync("subOk");
        Assert.Equal(("reading.talks", second), (opened.GetProperty("scope").GetString(), opened.GetProperty("changed")[0].GetProperty("id").GetGuid()));

        await WriteAsync(new DeleteOperation(TypeOf<Participation>(), part));
        var revoke = await client.NextAsync("revoke");
        Assert.Empty(revoke.GetProperty("scopes").EnumerateArray());
        Assert.Equal(["reading.note", "reading.note", "reading.talk"], revoke.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("type").GetString()!).Order(StringComparer.Ordinal));
        await WriteAsync(New(new Note { Talk = talk, Words = "Not for him" }));
        await WriteAsync(New(new Note { Talk = second, Words = "For him" }));
        Assert.Equal("For him", First(await client.NextAsync("delta")).GetProperty("values").GetProperty("words").GetString());

        await client.SendAsync(new { t = "revoked", id = revoke.GetProperty("id").GetGuid() });
        await Eventually.HoldsAsync("the acknowledgement is kept", async () => (await server.LookAsync($"SELECT 1 FROM engine.revocations WHERE id = '{revoke.GetProperty("id").GetGuid()}' AND acknowledged_at IS NOT NULL AND records = 3")).Count == 1);
    }

    [Fact]
    public async Task A_guest_sees_what_is_his_partys_and_moves_with_it()
    {
        var (ours, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, ours);
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Device { Party = ours, Name = "Mine" }, mine), New(new Device { Party = theirs, Name = "Theirs" }, other));
        using var client = await server.ConnectAsync(_workspace, guest, ["reading.devices", "solo.customers", "access.members"]);
        Assert.Equal([mine], Ids(await client.NextAsync("subOk")));
        foreach (var _ in new[] { 1, 2 })
            await client.NextAsync("subErr");

        await WriteAsync(Set<Device>(other, "party", ours));
        var entered = First(await client.NextAsync("delta"));
        Assert.Equal((other, "Theirs", true), (entered.GetProperty("id").GetGuid(), entered.GetProperty("values").GetProperty("name").GetString(), entered.GetProperty("enter").GetBoolean()));
        await WriteAsync(Set<Device>(mine, "party", theirs));
        Assert.True(First(await client.NextAsync("delta")).GetProperty("leave").GetBoolean());

        // The guest himself goes over to the other party.
        await WriteAsync(Set<Member>(guest.Member, "party", theirs));
        Assert.Equal([other], (await client.NextAsync("revoke")).GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetGuid()));
        Assert.Equal(mine, (await client.NextAsync("subOk")).GetProperty("changed")[0].GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task A_guest_writes_within_his_party_and_finds_nothing_beyond()
    {
        var (ours, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, ours);
        var (mine, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Device { Party = ours }, mine), New(new Device { Party = theirs }, other));

        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(guest, Set<Device>(mine, "name", "Renamed"))).Kind);
        foreach (var operation in new Operation[] { Set<Device>(other, "name", "Seen"), new DeleteOperation(TypeOf<Device>(), other), Set<Device>(Guid.CreateVersion7(), "name", "Ghost") })
            Assert.Equal("record.not_found", (await _workspace.WriteAsync(guest, operation)).Failure!.Code.Code);
        Assert.Equal("permission.out_of_reach", (await _workspace.WriteAsync(guest, Set<Device>(mine, "party", theirs))).Failure!.Code.Code);
        Assert.Equal("permission.out_of_reach", (await _workspace.WriteAsync(guest, New(new Device { Party = theirs }))).Failure!.Code.Code);
        Assert.Equal("record.not_found", (await _workspace.WriteAsync(guest, _workspace.NewCustomer("Mine now"))).Failure!.Code.Code);
    }

    [Fact]
    public async Task Who_takes_part_writes_and_who_does_not_cannot()
    {
        var (talk, _) = await TalkAsync(_member);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(_member, New(new Note { Talk = talk }))).Kind);
        var stranger = await _workspace.AddMemberAsync(Roles.Member);
        Assert.Equal("permission.out_of_reach", (await _workspace.WriteAsync(stranger, New(new Note { Talk = talk }))).Failure!.Code.Code);
        // Within one transaction: founds a talk, takes part, speaks.
        var (own, part) = (Guid.CreateVersion7(), new Participation { Member = stranger.Member });
        part.Talk = own;
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(stranger, New(new Talk(), own), New(part), New(new Note { Talk = own }))).Kind);
        Assert.Equal("permission.grant_moved", (await WriteAnyAsync(Set<Participation>((await FirstAsync<Participation>(stranger.Member)), "talk", talk))).Failure!.Code.Code);
    }

    [Fact]
    public async Task A_guarded_field_is_seen_by_those_who_may_and_others_still_get_the_version()
    {
        var id = Guid.CreateVersion7();
        await WriteAsync(New(new Client { Name = "Ada", Rate = "90" }, id));
        using var owner = await server.ConnectAsync(_workspace, _workspace.Owner, ["reading.clients"]);
        using var member = await server.ConnectAsync(_workspace, _member, ["reading.clients"]);
        Assert.Equal("90", (await owner.NextAsync("subOk")).GetProperty("records")[0].GetProperty("values").GetProperty("rate").GetString());
        Assert.False((await member.NextAsync("subOk")).GetProperty("records")[0].GetProperty("values").TryGetProperty("rate", out _));

        await WriteAsync(Set<Client>(id, "rate", "95"));
        Assert.Equal("95", First(await owner.NextAsync("delta")).GetProperty("set").GetProperty("rate").GetString());
        var blind = First(await member.NextAsync("delta"));
        Assert.Equal(("{}", blind.GetProperty("previous").GetInt64() + 1), (blind.GetProperty("set").GetRawText(), blind.GetProperty("version").GetInt64()));
        Assert.Equal("permission.denied", (await _workspace.WriteAsync(_member, Set<Client>(id, "rate", "0"))).Failure!.Code.Code);

        await WriteAsync(Set<Member>(_member.Member, "role", Roles.Moderator));
        Assert.Equal("95", (await member.NextAsync("subOk")).GetProperty("records")[0].GetProperty("values").GetProperty("rate").GetString());
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(_member, Set<Client>(id, "rate", "100"))).Kind);
    }

    [Fact]
    public async Task A_role_of_the_workspaces_own_counts_from_the_moment_that_it_changes()
    {
        var role = Guid.CreateVersion7();
        await WriteAsync(New(new Role { Name = "Clerks", Permissions = ["reading.client.read", "reading.client.create"] }, role));
        var clerk = await _workspace.AddMemberAsync(Roles.Member, customRole: role);
        using var client = await server.ConnectAsync(_workspace, clerk, ["reading.clients", "solo.customers"]);
        await client.NextAsync("subOk");
        await client.NextAsync("subErr");
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(clerk, New(new Client { Name = "Ada" }))).Kind);

        await WriteAsync(Set<Role>(role, "permissions", new[] { "solo.customer.read" }));
        var revoke = await client.NextAsync("revoke");
        Assert.Equal(["reading.clients"], revoke.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!));
        Assert.Equal(["solo.customer.read"], revoke.GetProperty("me").GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString()!));
        Assert.Equal("record.not_found", (await _workspace.WriteAsync(clerk, New(new Client { Name = "Eve" }))).Failure!.Code.Code);
    }

    [Fact]
    public async Task Nobody_hands_out_a_right_that_he_does_not_have()
    {
        var (admin, second) = (await _workspace.AddMemberAsync(Roles.Admin), await _workspace.AddMemberAsync(Roles.Owner));
        Assert.Equal("member.beyond_yours", (await _workspace.WriteAsync(admin, Set<Member>(_member.Member, "role", Roles.Owner))).Failure!.Code.Code);
        Assert.Equal("member.beyond_yours", (await _workspace.WriteAsync(admin, Set<Member>(second.Member, "role", Roles.Viewer))).Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.WriteAsync(admin, Set<Member>(_member.Member, "role", Roles.Admin))).Kind);
        Assert.Equal("role.beyond_yours", (await _workspace.WriteAsync(admin, New(new Role { Name = "Gods", Permissions = ["no.such.thing"] }))).Failure!.Code.Code);

        var keeper = Guid.CreateVersion7();
        await WriteAsync(New(new Role { Name = "Keepers", Permissions = ["access.member.read", "access.member.update", "access.role.read", "access.role.create"] }, keeper));
        var clerk = await _workspace.AddMemberAsync(Roles.Member, customRole: keeper);
        Assert.Equal("role.beyond_yours", (await _workspace.WriteAsync(clerk, New(new Role { Name = "Mighty", Permissions = ["solo.customer.delete"] }))).Failure!.Code.Code);
        Assert.Equal("member.beyond_yours", (await _workspace.WriteAsync(clerk, Set<Member>(clerk.Member, "customRole", null))).Failure!.Code.Code);
        Assert.Equal("reference.not_found", (await WriteAnyAsync(Set<Member>(_member.Member, "customRole", Guid.CreateVersion7()))).Failure!.Code.Code);
        Assert.Equal("member.no_party", (await WriteAnyAsync(Set<Member>(_member.Member, "party", Guid.CreateVersion7()))).Failure!.Code.Code);
    }

    [Fact]
    public async Task A_window_holds_the_newest_and_says_that_there_is_more()
    {
        var (talk, _) = await TalkAsync(_member);
        for (var i = 1; i <= 5; i++)
            await WriteAsync(New(new Note { Talk = talk, Words = $"{i}" }));
        using var client = await server.ConnectAsync(_workspace, _member, [$"reading.notes(talk:{talk})"]);
        var snapshot = await client.NextAsync("subOk");
        Assert.True(snapshot.GetProperty("more").GetBoolean());
        Assert.Equal(["5", "4", "3"], Words(snapshot));
    }

    [Fact]
    public async Task Who_was_away_for_too_long_gets_what_changed_went_and_came()
    {
        var (ours, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, ours);
        var (changed, deleted, left, came, untouched) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync([.. new[] { changed, deleted, left, untouched }.Select(id => New(new Device { Party = ours }, id)), New(new Device { Party = theirs }, came)]);
        Guid epoch;
        object cursor;
        string access;
        using (var first = await server.ConnectAsync(_workspace, guest, ["reading.devices"]))
            (epoch, cursor, access) = (first.Welcome.GetProperty("epoch").GetGuid(), first.Welcome.GetProperty("head"), first.Access!);

        await WriteAsync(Set<Device>(changed, "name", "Changed"), Set<Device>(left, "party", theirs), Set<Device>(came, "party", ours), new DeleteOperation(TypeOf<Device>(), deleted));
        await Task.WhenAll(Enumerable.Range(0, 2001).Select(i => _workspace.WriteAsync(_workspace.NewCustomer($"Noise {i}"))));

        using var back = await server.ConnectAsync(_workspace, guest, ["reading.devices"], cursor: cursor, epoch: epoch, access: access);
        Assert.False(back.Welcome.GetProperty("reset").GetBoolean());
        var since = await back.NextAsync("subOk");
        Assert.Equal(new[] { changed, came }.Order(), since.GetProperty("changed").EnumerateArray().Select(record => record.GetProperty("id").GetGuid()).Order());
        Assert.Equal(new[] { deleted, left }.Order(), since.GetProperty("gone").EnumerateArray().Select(id => id.GetGuid()).Order());
    }

    [Fact]
    public async Task Who_comes_back_with_other_rights_gets_everything_anew()
    {
        var (ours, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, ours);
        var seen = Guid.CreateVersion7();
        await WriteAsync(New(new Device { Party = ours }), New(new Device { Party = theirs }, seen));
        using var first = await server.ConnectAsync(_workspace, guest, ["reading.devices"]);
        var (epoch, cursor) = (first.Welcome.GetProperty("epoch").GetGuid(), first.Welcome.GetProperty("head"));
        first.Dispose();
        await WriteAsync(Set<Member>(guest.Member, "party", theirs));
        using var back = await server.ConnectAsync(_workspace, guest, ["reading.devices"], cursor: cursor, epoch: epoch, access: first.Access);
        Assert.Equal([seen], Ids(await back.NextAsync("subOk")));
    }

    [Fact]
    public async Task A_move_written_by_another_process_reaches_whom_it_concerns()
    {
        var (ours, theirs) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, ours);
        var device = Guid.CreateVersion7();
        await WriteAsync(New(new Device { Party = theirs, Name = "Coming" }, device));
        using var client = await server.ConnectAsync(_workspace, guest, ["reading.devices"], other: true);
        Assert.Empty(Ids(await client.NextAsync("subOk")));

        await WriteAsync(Set<Device>(device, "party", ours));
        Assert.Equal("Coming", First(await client.NextAsync("delta")).GetProperty("values").GetProperty("name").GetString());
        await WriteAsync(Set<Member>(guest.Member, "party", theirs));
        Assert.Equal(device, (await client.NextAsync("revoke")).GetProperty("records")[0].GetProperty("id").GetGuid());
        await WriteAsync(new DeleteOperation(TypeOf<Member>(), guest.Member));
        Assert.Equal(4403, (int?)await client.WaitForCloseAsync());
    }

    [Fact]
    public async Task Presence_shows_only_who_is_on_what_one_may_read()
    {
        var (talk, _) = await TalkAsync(_member);
        using var member = await server.ConnectAsync(_workspace, _member, []);
        using var owner = await server.ConnectAsync(_workspace, _workspace.Owner, []);
        await owner.SendAsync(new { t = "here", record = new { type = "reading.talk", id = talk } });
        Assert.Equal("record.not_found", (await owner.NextAsync("error")).GetProperty("error").GetProperty("code").GetString());
        await owner.NextAsync("presence");
        await member.SendAsync(new { t = "here", record = new { type = "reading.talk", id = talk } });
        Assert.Empty((await owner.NextAsync("presence")).GetProperty("people").EnumerateArray());
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

    private RecordType TypeOf<T>()
        where T : Record => server.Engine.Registry.Of<T>();

    private CreateOperation New<T>(T record, Guid? id = null)
        where T : Record => Compose.Create(server.Engine.Registry, id ?? Guid.CreateVersion7(), record);

    private SetOperation Set<T>(Guid id, string field, object? value)
        where T : Record => new(TypeOf<T>(), id, TypeOf<T>().Fields.Single(known => known.Name == field), value);

    private Task<Outcome> WriteAsync(params Operation[] operations) => _workspace.WriteAsServerAsync(operations);

    private Task<Outcome> WriteAnyAsync(params Operation[] operations) =>
        server.Engine.WritePath.WriteAsync(_workspace.Id, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("test"), Operations = operations });

    private async Task<(Guid Talk, Guid Participation)> TalkAsync(TestMember member)
    {
        var talk = Guid.CreateVersion7();
        await WriteAsync(New(new Talk(), talk));
        return await JoinAsync(talk, member);
    }

    private async Task<(Guid Talk, Guid Participation)> JoinAsync(Guid talk, TestMember member)
    {
        var part = Guid.CreateVersion7();
        await WriteAsync(New(new Participation { Member = member.Member, Talk = talk }, part));
        return (talk, part);
    }

    private async Task<Guid> FirstAsync<T>(Guid member)
        where T : Record => Guid.Parse((await server.LookAsync($"SELECT id::text FROM {TypeOf<T>().Table.Text} WHERE member = '{member}'"))[0]!);

    private static IEnumerable<Guid> Ids(JsonElement snapshot) => snapshot.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetGuid());

    private static IEnumerable<string> Words(JsonElement snapshot) =>
        snapshot.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("values").GetProperty("words").GetString()!);

    private static JsonElement First(JsonElement delta) => delta.GetProperty("items")[0].GetProperty("records")[0];
}
