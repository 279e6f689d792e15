using System.Text.Json.Nodes;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Protocol;

/// <summary>The page on the protocol suffices: a client that was written from it alone does all that a browser must.</summary>
public sealed class TinyClientTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Customers = "solo.customers";
    private const string Members = "access.members";

    [Fact]
    public async Task It_subscribes_writes_is_refused_comes_back_and_catches_up()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = NewClient(ada, await ada.WorkspaceAsync());
        using var other = NewClient(ada, await ada.WorkspaceAsync());
        await StartAsync(client);
        await StartAsync(other);

        var made = Guid.CreateVersion7().ToString();
        await client.WriteAsync(Create(made, "Grace"));
        await client.HearUntilAsync(() => client.Queue.Count == 0, Patience);
        await other.HearUntilAsync(() => NameOf(other, made) == "Grace", Patience);
        Assert.Equal("Grace", NameOf(client, made));

        // One that nobody takes, and one that was meant for what is no longer there.
        var before = (long)client.Records[("solo.customer", made)]["version"]!;
        await other.WriteAsync(Set(made, "name", "Hopper"));
        await other.HearUntilAsync(() => other.Queue.Count == 0, Patience);
        await client.WriteAsync(Set(made, "name", null));
        var guarded = Set(made, "name", "Murray");
        guarded["guard"] = new JsonObject { ["version"] = before };
        await client.WriteAsync(guarded);
        await client.HearUntilAsync(() => client.Refused.Count == 2, Patience);
        Assert.Equal(["rejected", "conflict"], client.Refused.Select(refused => (string)refused.Result["outcome"]!));
        Assert.Equal("Hopper", (string)client.Refused[1].Result["conflicts"]![0]!["fields"]!["name"]!["theirs"]!);

        // Cut with a push under way and no answer, it sends the same again, and hears what it missed as a range of the log.
        await client.WriteAsync(Set(made, "phone", "1234"));
        client.Cut();
        await client.WriteAsync(Set(made, "email", "grace@example.org"));
        await other.WriteAsync(Set(made, "name", "Grace Hopper"));
        await other.HearUntilAsync(() => other.Queue.Count == 0, Patience);
        var snapshots = client.Told["subOk"];
        await client.ConnectAsync();
        await client.HearUntilAsync(() => client.Queue.Count == 0 && NameOf(client, made) == "Grace Hopper", Patience);
        await other.HearUntilAsync(() => (string?)other.Records[("solo.customer", made)]["values"]!["email"] == "grace@example.org", Patience);
        Assert.Equal(other.Records[("solo.customer", made)].ToJsonString(), Sorted(client.Records[("solo.customer", made)], other.Records[("solo.customer", made)]));
        Assert.Equal(snapshots + 2, client.Told["subOk"]);
        Assert.Equal(2, client.Refused.Count);
        Assert.Equal("1234", (string)client.Records[("solo.customer", made)]["values"]!["phone"]!);
    }

    [Fact]
    public async Task What_is_revoked_it_forgets_and_says_so_and_gets_back_when_it_may()
    {
        using var two = await MeetAsync();
        var (owner, member, workspace, made, bobs) = (two.Owner, two.Member, two.Workspace, two.Made, two.Membership);

        await owner.WriteAsync(Role(bobs, "guest"));
        await owner.HearUntilAsync(() => owner.Queue.Count == 0, Patience);
        await member.HearUntilAsync(() => member.Told.ContainsKey("revoke"), Patience);
        Assert.DoesNotContain(member.Records.Keys, key => key.Type == "solo.customer");
        Assert.Contains(Customers, member.Closed);
        await Eventually.HoldsAsync("the acknowledgement is kept", async () => await AcknowledgedAsync() is ["1"]);

        await owner.WriteAsync(Role(bobs, "member"));
        await member.HearUntilAsync(() => NameOf(member, made) == "Grace" && member.IsCaughtUp, Patience);
        await owner.WriteAsync(new JsonObject { ["op"] = "delete", ["type"] = "access.member", ["id"] = bobs });
        await member.HearUntilAsync(() => false, Patience);
        Assert.Equal(4403, (int)member.CloseStatus!);
        Assert.Equal(["2"], await AcknowledgedAsync());

        Task<IReadOnlyList<string?>> AcknowledgedAsync() =>
            server.LookAsync($"SELECT count(*)::text FROM engine.revocations WHERE workspace_id = '{workspace}' AND acknowledged_at IS NOT NULL");
    }

    [Fact]
    public async Task An_answer_that_was_lost_comes_again_under_the_same_number()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = NewClient(ada, await ada.WorkspaceAsync());
        using var other = NewClient(ada, await ada.WorkspaceAsync());
        await StartAsync(client);
        await StartAsync(other);
        var made = Guid.CreateVersion7().ToString();
        await client.WriteAsync(Create(made, "Grace"));
        await client.WriteAsync(Set(made, "name", null));
        await client.WriteAsync(Set(made, "phone", "1234"));
        // All three are decided, for they are in order; what the server said of them is still unread when the line is cut.
        await other.HearUntilAsync(() => FieldOf(other, made, "phone") == "1234", Patience);
        client.Cut();

        await client.ConnectAsync();
        await client.HearUntilAsync(() => client.Queue.Count == 0, Patience);
        Assert.Equal(["duplicate", "rejected", "duplicate"], client.Answers.Select(answer => (string)answer["outcome"]!));
        Assert.Equal([1, 2, 3], client.Answers.Select(answer => (int)answer["mutation"]!));
        Assert.Equal((long)other.Records[("solo.customer", made)]["version"]!, (long)client.Records[("solo.customer", made)]["version"]!);
        await client.WriteAsync(Set(made, "phone", "5678"));
        await client.HearUntilAsync(() => client.Queue.Count == 0, Patience);
        Assert.Equal("applied", (string)client.Answers[^1]["outcome"]!);
        Assert.Equal(4, (int)client.Answers[^1]["mutation"]!);
    }

    [Fact]
    public async Task What_goes_while_it_is_away_is_gone_when_it_comes_back_and_what_is_restored_comes_again()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = NewClient(ada, await ada.WorkspaceAsync());
        using var other = NewClient(ada, await ada.WorkspaceAsync());
        await StartAsync(client);
        await StartAsync(other);
        var made = Guid.CreateVersion7().ToString();
        await other.WriteAsync(Create(made, "Grace"));
        await client.HearUntilAsync(() => NameOf(client, made) == "Grace", Patience);

        client.Cut();
        await other.WriteAsync(new JsonObject { ["op"] = "delete", ["type"] = "solo.customer", ["id"] = made });
        await other.HearUntilAsync(() => other.Queue.Count == 0, Patience);
        await client.ConnectAsync();
        await client.HearUntilAsync(() => client.IsCaughtUp, Patience);
        Assert.Null(NameOf(client, made));

        await other.WriteAsync(new JsonObject { ["op"] = "restore", ["type"] = "solo.customer", ["id"] = made });
        await client.HearUntilAsync(() => NameOf(client, made) == "Grace", Patience);
    }

    [Fact]
    public async Task What_it_may_no_longer_read_when_it_comes_back_is_revoked_then()
    {
        using var two = await MeetAsync();
        var (owner, member, workspace, made, bobs) = (two.Owner, two.Member, two.Workspace, two.Made, two.Membership);

        member.Cut();
        await owner.WriteAsync(Role(bobs, "guest"));
        await owner.HearUntilAsync(() => owner.Queue.Count == 0, Patience);
        await member.ConnectAsync();
        await member.HearUntilAsync(() => member.Told.ContainsKey("revoke"), Patience);
        Assert.DoesNotContain(member.Records.Keys, key => key.Type == "solo.customer");
        Assert.Contains(Customers, member.Closed);
        await Eventually.HoldsAsync("the acknowledgement is kept", async () =>
            (await server.LookAsync($"SELECT count(*) FROM engine.revocations WHERE workspace_id = '{workspace}' AND acknowledged_at IS NOT NULL")) is [not "0"]);
    }

    [Fact]
    public async Task A_scope_that_nobody_knows_is_refused_and_holds_nothing_up()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = new TinyClient(
            async () => await ada.OpenAsync(ada.Address.GetLeftPart(UriPartial.Authority)), await ada.WorkspaceAsync(), [Members, "solo.nothing"],
            new Dictionary<string, string> { ["access.member"] = Members });
        await client.ConnectAsync();
        await client.HearUntilAsync(() => client.IsCaughtUp, Patience);
        Assert.Equal(["solo.nothing"], client.Closed);
        Assert.Single(client.Records);
    }

    /// <summary>An owner and a member who have both read a customer of the owner's.</summary>
    /// <param name="Owner">Has made it.</param>
    /// <param name="Member">Knows it as Grace.</param>
    /// <param name="Workspace">Theirs.</param>
    /// <param name="Made">The customer.</param>
    /// <param name="Membership">The record of the one who is a member.</param>
    private sealed record Two(TinyClient Owner, TinyClient Member, Guid Workspace, string Made, string Membership) : IDisposable
    {
        public void Dispose()
        {
            Owner.Dispose();
            Member.Dispose();
        }
    }

    private async Task<Two> MeetAsync()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        var (owner, member) = (NewClient(ada, workspace), NewClient(bob, workspace));
        await StartAsync(owner);
        await StartAsync(member);
        var made = Guid.CreateVersion7().ToString();
        await owner.WriteAsync(Create(made, "Grace"));
        await member.HearUntilAsync(() => NameOf(member, made) == "Grace", Patience);
        return new Two(owner, member, workspace, made, (string)member.Records.Values.Single(record => (string?)record["values"]!["role"] == "member")["id"]!);
    }

    private static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    private static TinyClient NewClient(TestBrowser person, Guid workspace) => new(
        async () => await person.OpenAsync(person.Address.GetLeftPart(UriPartial.Authority)), workspace, [Customers, Members],
        new Dictionary<string, string> { ["solo.customer"] = Customers, ["access.member"] = Members });

    private static async Task StartAsync(TinyClient client)
    {
        await client.ConnectAsync();
        await client.HearUntilAsync(() => client.Told.GetValueOrDefault("subOk") == 2, Patience);
    }

    private static string? NameOf(TinyClient client, string id) => FieldOf(client, id, "name");

    private static string? FieldOf(TinyClient client, string id, string field) =>
        client.Records.TryGetValue(("solo.customer", id), out var held) ? (string?)held["values"]![field] : null;

    /// <summary>The same object with its members in the order of another.</summary>
    private static string Sorted(JsonObject record, JsonObject like) =>
        new JsonObject(like.Select(member => KeyValuePair.Create(member.Key, record[member.Key]?.DeepClone()))).ToJsonString();

    private static JsonObject Create(string id, string name) =>
        new() { ["op"] = "create", ["type"] = "solo.customer", ["id"] = id, ["values"] = new JsonObject { ["name"] = name } };

    private static JsonObject Set(string id, string field, string? value) =>
        new() { ["op"] = "set", ["type"] = "solo.customer", ["id"] = id, ["field"] = field, ["value"] = value };

    private static JsonObject Role(string id, string role) =>
        new() { ["op"] = "set", ["type"] = "access.member", ["id"] = id, ["field"] = "role", ["value"] = role };
}
