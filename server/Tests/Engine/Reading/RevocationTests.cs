using System.Diagnostics;
using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Sync;
using Holdfast.Tests.Support;
using Xunit;
using Record = Holdfast.Engine.Records.Record;

namespace Holdfast.Tests.Engine.Reading;

/// <summary>Whatever a browser must forget it is told to, and that it has is kept: however it went, and however much it is.</summary>
public sealed class RevocationTests(ScopeServer server) : IClassFixture<ScopeServer>, IAsyncLifetime
{
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await server.Engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_field_that_is_masked_from_now_on_is_acknowledged()
    {
        await WriteAsync(New(new Client { Name = "Ada", Rate = "90" }));
        var member = await _workspace.AddMemberAsync(Roles.Moderator);
        using var client = await server.ConnectAsync(_workspace, member, ["reading.clients"]);
        Assert.Contains("\"rate\":\"90\"", (await client.NextAsync("subOk")).GetRawText(), StringComparison.Ordinal);

        await WriteAsync(Set<Member>(member.Member, "role", Roles.Member));
        Assert.DoesNotContain("rate", (await client.NextAsync("subOk")).GetRawText(), StringComparison.Ordinal);
        await AcknowledgeAsync(client, await client.NextAsync("revoke"));

        // What is gained is nothing to forget.
        await WriteAsync(Set<Member>(member.Member, "role", Roles.Moderator));
        Assert.Contains("\"rate\":\"90\"", (await client.NextAsync("subOk")).GetRawText(), StringComparison.Ordinal);
        await client.NextAsync("me");
        Assert.Empty(client.Passed("revoke"));
    }

    /// <summary>How a right goes, and whether the process that has the socket is the one that wrote it.</summary>
    public static MatrixTheoryData<string, bool> WaysToGo { get; } = new(["role", "membership", "custom role", "grant"], [true, false]);

    [Theory]
    [MemberData(nameof(WaysToGo))]
    public async Task It_is_told_within_a_second_of_the_commit(string way, bool isHere)
    {
        await WriteAsync(New(new Client { Name = "Ada" }));
        var took = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var (member, scope, taken) = await ReaderAsync(way);
            using var client = await server.ConnectAsync(_workspace, member, [scope], other: !isHere);
            Assert.NotEmpty((await client.NextAsync("subOk")).GetProperty("records").EnumerateArray());
            await WriteAsync(taken);
            var committed = Stopwatch.StartNew();
            await client.NextAsync("revoke");
            took.Add(committed.Elapsed);
        }

        // The middle of five: a machine that has much else to do for a moment says nothing of the server.
        Assert.InRange(took.Order().ElementAt(2), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>Someone who reads something, what he subscribes to for it, and what takes it from him.</summary>
    private async Task<(TestMember Member, string Scope, Operation Taken)> ReaderAsync(string way)
    {
        var (role, talk, part) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await WriteAsync(New(new Role { Name = $"{role}", Permissions = ["reading.client.read"] }, role), New(new Talk(), talk));
        var member = await _workspace.AddMemberAsync(Roles.Member, customRole: way == "custom role" ? role : null);
        await WriteAsync(New(new Participation { Member = member.Member, Talk = talk }, part));
        return way switch
        {
            "role" => (member, "reading.clients", Set<Member>(member.Member, "role", Roles.Guest)),
            "membership" => (member, "reading.clients", new DeleteOperation(server.Engine.Registry.Of<Member>(), member.Member)),
            "custom role" => (member, "reading.clients", Set<Role>(role, "permissions", Array.Empty<string>())),
            _ => (member, "reading.talks", new DeleteOperation(server.Engine.Registry.Of<Participation>(), part)),
        };
    }

    [Fact]
    public async Task Who_is_dismissed_is_asked_for_his_answer_and_then_closed()
    {
        var member = await _workspace.AddMemberAsync(Roles.Moderator);
        await WriteAsync(New(new Client { Name = "Ada" }));
        using var client = await server.ConnectAsync(_workspace, member, ["reading.clients"]);
        await client.NextAsync("subOk");
        await WriteAsync(new DeleteOperation(server.Engine.Registry.Of<Member>(), member.Member));
        var revoke = await client.NextAsync("revoke");
        Assert.Equal(["reading.clients"], revoke.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!));
        var id = revoke.GetProperty("id").GetGuid();

        // Nothing but the answer is taken, and nothing is delivered.
        await WriteAsync(New(new Client { Name = "After him" }));
        await client.SendAsync(client.Push(server.Engine.Registry.Schema, [SyncClient.Create(Guid.CreateVersion7(), new { name = "Not taken" }, "reading.client")]));
        await client.SendAsync(new { t = "sub", add = new[] { "reading.clients" } });
        await client.SendAsync(new { t = "nonsense" });
        await client.SendAsync(new { t = "revoked", id });
        Assert.Equal(4403, (int?)await client.WaitForCloseAsync());
        Assert.Equal(["1"], await AcknowledgedAsync(client, id));
        Assert.All(["delta", "result", "subOk", "subErr", "error"], kind => Assert.Empty(client.Passed(kind)));
        Assert.Equal(["0"], await server.LookAsync($"SELECT count(*)::text FROM engine.outcomes WHERE workspace_id = '{_workspace.Id}' AND browser_id = '{client.Browser}'"));
    }

    [Fact]
    public async Task Who_is_dismissed_and_does_not_answer_is_closed_a_moment_later_and_holds_nobody_up()
    {
        var member = await _workspace.AddMemberAsync(Roles.Moderator);
        using var silent = await server.ConnectAsync(_workspace, member, ["reading.clients"]);
        using var other = await server.ConnectAsync(_workspace, _workspace.Owner, ["reading.clients"]);
        await WriteAsync(new DeleteOperation(server.Engine.Registry.Of<Member>(), member.Member));
        var id = (await silent.NextAsync("revoke")).GetProperty("id").GetGuid();
        var closed = silent.WaitForCloseAsync();
        for (var i = 0; i < 10; i++)
        {
            await WriteAsync(New(new Client { Name = $"After him {i}" }));
            await other.NextAsync("delta");
        }

        Assert.Equal(4403, (int?)await closed);
        Assert.Equal(["0"], await AcknowledgedAsync(silent, id));
        Assert.Empty(silent.Passed("delta"));
    }

    [Fact]
    public async Task What_was_taken_away_meanwhile_is_acknowledged_by_who_comes_back()
    {
        var party = Guid.CreateVersion7();
        var guest = await _workspace.AddMemberAsync(Roles.Guest, party);
        await WriteAsync(New(new Device { Party = party, Name = "His" }));
        using var first = await server.ConnectAsync(_workspace, guest, ["reading.devices"]);
        first.Dispose();
        await WriteAsync(Set<Member>(guest.Member, "party", null));

        using var back = await server.ConnectAsync(_workspace, guest, ["reading.devices"], first.Browser, first.Welcome.GetProperty("head"), first.Welcome.GetProperty("epoch").GetGuid(), first.Access);
        await back.NextAsync("subErr");
        var revoke = await back.NextAsync("revoke");
        Assert.Equal(["reading.devices"], revoke.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!));
        await AcknowledgeAsync(back, revoke);

        // With the same rights there is nothing to forget.
        using var again = await server.ConnectAsync(_workspace, guest, ["reading.devices"], first.Browser, back.Welcome.GetProperty("head"), back.Welcome.GetProperty("epoch").GetGuid(), back.Access);
        await again.AskAsync(new { t = "sub" });
        Assert.Empty(again.Passed("revoke"));
    }

    [Fact]
    public async Task More_than_is_told_one_by_one_is_replaced_and_acknowledged()
    {
        var (party, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var guest = await _workspace.AddMemberAsync(Roles.Guest, party);
        await server.LookAsync($"""
            INSERT INTO reading.devices (workspace_id, id, version, created_at, updated_at, party, name)
            SELECT '{_workspace.Id}', gen_random_uuid(), 1, now(), now(), '{party}', 'Taken' FROM generate_series(1, {Snapshot.MostGone + 1})
            """);
        await WriteAsync(New(new Device { Party = other, Name = "Given" }));
        using var client = await server.ConnectAsync(_workspace, guest, ["reading.devices"]);
        Assert.Equal(Snapshot.MostGone + 1, (await client.NextAsync("subOk")).GetProperty("records").GetArrayLength());

        await WriteAsync(Set<Member>(guest.Member, "party", other));
        var replaced = Assert.Single((await client.NextAsync("subOk")).GetProperty("records").EnumerateArray());
        Assert.Equal("Given", replaced.GetProperty("values").GetProperty("name").GetString());
        var revoke = await client.NextAsync("revoke");
        Assert.Empty(revoke.GetProperty("records").EnumerateArray());
        await AcknowledgeAsync(client, revoke);
    }

    [Fact]
    public async Task Who_missed_more_than_a_window_holds_gets_the_window()
    {
        var talk = Guid.CreateVersion7();
        await WriteAsync(New(new Talk(), talk), New(new Participation { Member = _workspace.Owner.Member, Talk = talk }));
        for (var i = 0; i < 3; i++)
            await WriteAsync(New(new Note { Talk = talk }));
        Assert.Equal(3, (await SinceAsync<Note>())?.Changed.Count);
        await WriteAsync(New(new Note { Talk = talk }));
        Assert.Null(await SinceAsync<Note>());

        await server.LookAsync($$"""
            INSERT INTO engine.tombstones (workspace_id, type, record_id, version, deleted_at, schema, before)
            SELECT '{{_workspace.Id}}', 'reading.client', gen_random_uuid(), 1, now(), 1, '{}' FROM generate_series(1, {{Snapshot.MostGone}})
            """);
        Assert.Equal(Snapshot.MostGone, (await SinceAsync<Client>())?.Gone.Count);
        await server.LookAsync($$"""
            INSERT INTO engine.tombstones (workspace_id, type, record_id, version, deleted_at, schema, before)
            SELECT '{{_workspace.Id}}', 'reading.client', gen_random_uuid(), 1, now(), 1, '{}'
            """);
        Assert.Null(await SinceAsync<Client>());
    }

    private async Task<ScopeChanges?> SinceAsync<T>()
        where T : Record
    {
        var engine = server.Engine;
        await using var snapshot = await engine.SyncReader.OpenAsync(_workspace.Id, new SyncUser(_workspace.Owner.User, _workspace.Owner.Session), default);
        return await snapshot!.SinceAsync(new Scope(engine.Registry.Of<T>()), version: 0, default);
    }

    private async Task AcknowledgeAsync(SyncClient client, JsonElement revoke)
    {
        var id = revoke.GetProperty("id").GetGuid();
        Assert.Equal(["0"], await AcknowledgedAsync(client, id));
        await client.AskAsync(new { t = "revoked", id });
        Assert.Equal(["1"], await AcknowledgedAsync(client, id));
    }

    private Task<IReadOnlyList<string?>> AcknowledgedAsync(SyncClient client, Guid revocation) =>
        server.LookAsync($"SELECT count(acknowledged_at)::text FROM engine.revocations WHERE id = '{revocation}' AND browser_id = '{client.Browser}' HAVING count(*) = 1");

    private CreateOperation New<T>(T record, Guid? id = null)
        where T : Record => Compose.Create(server.Engine.Registry, id ?? Guid.CreateVersion7(), record);

    private SetOperation Set<T>(Guid id, string field, object? value)
        where T : Record => new(server.Engine.Registry.Of<T>(), id, server.Engine.Registry.Of<T>().Fields.Single(known => known.Name == field), value);

    private Task<Outcome> WriteAsync(params Operation[] operations) => _workspace.WriteAsServerAsync(operations);
}
