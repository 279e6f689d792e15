using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine;

/// <summary>The socket, as a stranger's client sees it, against the whole product.</summary>
public sealed class SyncTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task What_one_writes_the_other_sees()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await JoinAsync(ada, "member");
        using var first = await SyncClient.ConnectAsync(ada);
        using var second = await SyncClient.ConnectAsync(bob, workspace: first.Workspace);
        Assert.Equal(0, (await second.NextAsync("subOk")).GetProperty("records").GetArrayLength());

        var id = await first.CreateCustomerAsync("Ünïcode \u202Bעברית\u202C 🦆🏳️‍🌈");
        var entered = Item(await second.NextAsync("delta"));
        Assert.Equal("Ünïcode \u202Bעברית\u202C 🦆🏳️‍🌈", entered.GetProperty("values").GetProperty("name").GetString());

        var result = await second.PushAsync(SyncClient.Set(id, "status", "dormant"));
        await first.NextAsync("delta");
        var changed = Item(await first.NextAsync("delta"));
        Assert.Equal(result.GetProperty("seq").GetInt64(), changed.GetProperty("version").GetInt64());
        Assert.Equal(entered.GetProperty("version").GetInt64(), changed.GetProperty("previous").GetInt64());
        Assert.Equal("""{"status":"dormant"}""", changed.GetProperty("set").GetRawText());

        await second.PushAsync(new { op = "delete", type = "solo.customer", id });
        Assert.True(Item(await first.NextAsync("delta")).GetProperty("deleted").GetBoolean());
    }

    [Fact]
    public async Task A_snapshot_and_what_follows_leave_no_gap_while_others_write()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var writer = await SyncClient.ConnectAsync(ada, scopes: []);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
                await writer.CreateCustomerAsync($"Customer {i}");
        });
        var readers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReadAllAsync(ada, 60)));
        await writing;
        Assert.All(readers, names => Assert.Equal(60, names.Count));
    }

    [Fact]
    public async Task Who_comes_back_with_a_cursor_gets_what_was_missed_and_no_more()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var writer = await SyncClient.ConnectAsync(ada);
        await writer.CreateCustomerAsync("Before");
        using (var first = await SyncClient.ConnectAsync(ada))
            Assert.Equal(1, (await first.NextAsync("subOk")).GetProperty("records").GetArrayLength());
        var epoch = writer.Welcome.GetProperty("epoch").GetGuid();
        using var look = await SyncClient.ConnectAsync(ada);
        var cursor = look.Welcome.GetProperty("head");
        await writer.CreateCustomerAsync("Missed 1");
        await writer.CreateCustomerAsync("Missed 2");

        using var back = await SyncClient.ConnectAsync(ada, cursor: cursor, epoch: epoch, access: look.Access);
        Assert.False(back.Welcome.GetProperty("reset").GetBoolean());
        Assert.True((await back.NextAsync("subOk")).GetProperty("unchanged").GetBoolean());
        var delta = await back.NextAsync("delta");
        Assert.Equal(cursor.GetProperty("seq").GetInt64(), delta.GetProperty("from").GetInt64());
        Assert.Equal(["Missed 1", "Missed 2"], delta.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("records")[0].GetProperty("values").GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Who_missed_much_gets_it_in_pieces_without_a_gap()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var writer = await SyncClient.ConnectAsync(ada);
        var (epoch, cursor) = (writer.Welcome.GetProperty("epoch").GetGuid(), writer.Welcome.GetProperty("head"));
        for (var i = 0; i < 201; i++)
            await writer.CreateCustomerAsync($"Missed {i}");

        using var back = await SyncClient.ConnectAsync(ada, cursor: cursor, epoch: epoch, access: writer.Access);
        var names = new List<string>();
        var (from, pieces) = (cursor.GetProperty("seq").GetInt64(), 0);
        for (; names.Count < 201; pieces++)
        {
            var delta = await back.NextAsync("delta");
            Assert.Equal(from, delta.GetProperty("from").GetInt64());
            from = delta.GetProperty("to").GetProperty("seq").GetInt64();
            names.AddRange(delta.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("records")[0].GetProperty("values").GetProperty("name").GetString()!));
        }

        Assert.Equal(3, pieces);
        Assert.Equal(Enumerable.Range(0, 201).Select(i => $"Missed {i}"), names);
    }

    [Theory]
    [InlineData("another epoch")]
    [InlineData("ahead of the log")]
    [InlineData("another transaction")]
    public async Task A_cursor_of_another_life_of_the_log_resets(string what)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var first = await SyncClient.ConnectAsync(ada);
        var epoch = first.Welcome.GetProperty("epoch").GetGuid();
        var head = first.Welcome.GetProperty("head");
        var (seq, tx) = (head.GetProperty("seq").GetInt64(), head.GetProperty("tx").GetGuid());
        using var back = what switch
        {
            "another epoch" => await SyncClient.ConnectAsync(ada, cursor: new { seq, tx }, epoch: Guid.CreateVersion7()),
            "ahead of the log" => await SyncClient.ConnectAsync(ada, cursor: new { seq = seq + 1, tx }, epoch: epoch),
            _ => await SyncClient.ConnectAsync(ada, cursor: new { seq, tx = Guid.CreateVersion7() }, epoch: epoch),
        };
        Assert.True(back.Welcome.GetProperty("reset").GetBoolean());
        Assert.True((await back.NextAsync("subOk")).TryGetProperty("records", out _));
    }

    [Fact]
    [Trait("asvs", "8.2.1")]
    public async Task A_viewer_sees_all_and_changes_nothing_even_with_a_forged_message()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var eve = await JoinAsync(ada, "viewer");
        using var owner = await SyncClient.ConnectAsync(ada);
        var id = await owner.CreateCustomerAsync("Kept");
        using var viewer = await SyncClient.ConnectAsync(eve, scopes: ["solo.customers", "access.members"], workspace: owner.Workspace);
        Assert.Equal("viewer", viewer.Welcome.GetProperty("me").GetProperty("role").GetString());
        Assert.Equal(1, (await viewer.NextAsync("subOk")).GetProperty("records").GetArrayLength());

        var member = viewer.Welcome.GetProperty("me").GetProperty("member").GetGuid();
        foreach (var forged in new[]
        {
            SyncClient.Set(id, "name", "Forged"),
            SyncClient.Create(Guid.CreateVersion7(), new { name = "Forged" }),
            new { op = "delete", type = "solo.customer", id },
            SyncClient.Set(member, "role", "owner", "access.member"),
            SyncClient.Set(owner.Workspace, "name", "Forged", "access.workspace"),
        })
        {
            var result = await viewer.PushAsync(forged);
            Assert.Equal(("rejected", "permission.denied"), (result.GetProperty("outcome").GetString(), CodeOf(result)));
        }

        using var fresh = await SyncClient.ConnectAsync(ada);
        var record = Assert.Single((await fresh.NextAsync("subOk")).GetProperty("records").EnumerateArray());
        Assert.Equal("Kept", record.GetProperty("values").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_change_of_role_reaches_the_open_socket()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await JoinAsync(ada, "member");
        using var owner = await SyncClient.ConnectAsync(ada);
        using var member = await SyncClient.ConnectAsync(bob, workspace: owner.Workspace);
        var id = await member.CreateCustomerAsync("Mine");
        var record = member.Welcome.GetProperty("me").GetProperty("member").GetGuid();

        await owner.PushAsync(SyncClient.Set(record, "role", "viewer", "access.member"));
        Assert.Equal("viewer", (await member.NextAsync("me")).GetProperty("me").GetProperty("role").GetString());
        Assert.Equal("permission.denied", CodeOf(await member.PushAsync(SyncClient.Set(id, "name", "No longer"))));

        await owner.PushAsync(new { op = "delete", type = "access.member", id = record });
        Assert.Equal("solo.customers", (await member.NextAsync("revoke")).GetProperty("scopes")[0].GetString());
        Assert.Equal((WebSocketCloseStatus)4403, await member.WaitForCloseAsync());
    }

    [Fact]
    public async Task A_session_that_ends_between_two_messages_ends_its_socket_and_writes_nothing()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await JoinAsync(ada, "member");
        using var other = await SyncClient.ConnectAsync(ada);
        using var client = await SyncClient.ConnectAsync(bob, workspace: other.Workspace);
        await client.CreateCustomerAsync("Before");
        (await bob.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);

        Assert.Equal((WebSocketCloseStatus)4401, await client.WaitForCloseAsync());
        await other.CreateCustomerAsync("Still here");
    }

    [Fact]
    public async Task A_session_that_ends_before_hello_ends_its_socket_and_reads_nothing()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.OpenAsync(ada);
        (await ada.PostAsync("/api/sign-out")).Is(HttpStatusCode.NoContent);

        await client.SendAsync(Hello(client));
        Assert.Equal((WebSocketCloseStatus)4401, await client.WaitForCloseAsync());
        Assert.Empty(client.Passed("welcome"));
    }

    [Fact]
    public async Task Each_gets_of_a_long_transaction_what_belongs_to_his_scopes_and_nothing_else()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var customers = await SyncClient.ConnectAsync(ada);
        using var both = await SyncClient.ConnectAsync(ada, scopes: ["solo.customers", "access.workspaces"]);
        using var workspaces = await SyncClient.ConnectAsync(ada, scopes: ["access.workspaces"]);
        using var writer = await SyncClient.ConnectAsync(ada, scopes: []);

        // More changes than a word has bits.
        await writer.PushAsync([
            SyncClient.Set(writer.Workspace, "name", "First", "access.workspace"),
            .. Enumerable.Range(0, 64).Select(i => SyncClient.Create(Guid.CreateVersion7(), new { name = $"Customer {i}" })),
        ]);
        await writer.PushAsync([
            .. Enumerable.Range(0, 64).Select(i => SyncClient.Create(Guid.CreateVersion7(), new { name = $"Customer {i}" })),
            SyncClient.Set(writer.Workspace, "name", "Last", "access.workspace"),
        ]);
        for (var entry = 0; entry < 2; entry++)
        {
            Assert.Equal((64, 0), await CountAsync(customers));
            Assert.Equal((64, 1), await CountAsync(both));
            Assert.Equal((0, 1), await CountAsync(workspaces));
        }

        static async Task<(int Customers, int Workspaces)> CountAsync(SyncClient client)
        {
            var types = (await client.NextAsync("delta")).GetProperty("items")[0].GetProperty("records").EnumerateArray()
                .Select(record => record.GetProperty("type").GetString()).ToArray();
            return (types.Count(type => type == "solo.customer"), types.Count(type => type == "access.workspace"));
        }
    }

    [Fact]
    [Trait("asvs", "8.4.1")]
    public async Task Nobody_reaches_another_workspace()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var eve = await server.NewBrowser().SignUpAsync();
        using var victim = await SyncClient.ConnectAsync(ada);
        var id = await victim.CreateCustomerAsync("Secret");

        using var stranger = await SyncClient.OpenAsync(eve, workspace: victim.Workspace);
        await stranger.SendAsync(Hello(stranger));
        Assert.Equal("workspace.not_found", CodeOf(await stranger.NextAsync("error")));
        Assert.Equal((WebSocketCloseStatus)4403, await stranger.WaitForCloseAsync());

        using var own = await SyncClient.ConnectAsync(eve);
        Assert.Equal("record.not_found", CodeOf(await own.PushAsync(SyncClient.Set(id, "name", "Taken over"))));
        // The same id in another workspace is another record, and tells nothing of the first.
        Assert.Equal("applied", (await own.PushAsync(SyncClient.Create(id, new { name = "My own" }))).GetProperty("outcome").GetString());

        using var thief = await SyncClient.OpenAsync(await JoinAsync(ada, "viewer"), victim.Browser, victim.Workspace);
        await thief.SendAsync(Hello(thief));
        Assert.Equal("browser.not_yours", CodeOf(await thief.NextAsync("error")));
        await victim.CreateCustomerAsync("Still mine");
    }

    [Fact]
    public async Task A_later_tab_of_a_browser_takes_the_word_from_an_earlier_one()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var frozen = await SyncClient.ConnectAsync(ada, leader: 1);
        await frozen.CreateCustomerAsync("First");
        using var later = await SyncClient.ConnectAsync(ada, browser: frozen.Browser, leader: 2);
        Assert.Equal(1, later.Welcome.GetProperty("lastMutation").GetInt64());
        Assert.Equal("browser.superseded", CodeOf(await frozen.NextAsync("error")));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await frozen.WaitForCloseAsync());

        using var thawed = await SyncClient.OpenAsync(ada, frozen.Browser);
        await thawed.SendAsync(Hello(thawed));
        Assert.Equal("browser.superseded", CodeOf(await thawed.NextAsync("error")));
        using var again = await SyncClient.ConnectAsync(ada, browser: frozen.Browser, leader: 2);
        await later.CreateCustomerAsync("Second");
    }

    [Fact]
    public async Task A_tab_that_was_replaced_at_another_process_writes_nothing_more_here()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var frozen = await SyncClient.ConnectAsync(ada, leader: 1);
        await frozen.CreateCustomerAsync("First");
        await server.LookAsync($"UPDATE engine.browsers SET leader = 2 WHERE browser_id = '{frozen.Browser}' RETURNING leader");
        await frozen.SendAsync(frozen.Push(schema: 1, [SyncClient.Create(Guid.CreateVersion7(), new { name = "Too late" })]));
        Assert.Equal("browser.superseded", CodeOf(await frozen.NextAsync("error")));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await frozen.WaitForCloseAsync());

        using var later = await SyncClient.ConnectAsync(ada, browser: frozen.Browser, leader: 2);
        Assert.Equal(1, later.Welcome.GetProperty("lastMutation").GetInt64());
    }

    [Fact]
    public async Task A_number_that_browsers_cannot_count_on_from_is_refused()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.OpenAsync(ada, Guid.CreateVersion7());
        await client.SendAsync(new { t = "hello", proto = 1, schema = 1, browser = client.Browser, leader = 1L << 53, workspace = client.Workspace, epoch = (Guid?)null, cursor = (object?)null, access = (string?)null, scopes = Array.Empty<string>() });
        var error = await client.NextAsync("error");
        Assert.Equal(("frame.malformed", "leader"), (CodeOf(error), error.GetProperty("error").GetProperty("field").GetString()));
        using var most = await SyncClient.ConnectAsync(ada, leader: (1L << 53) - 1);
    }

    [Theory]
    [InlineData("nonsense", "frame.malformed")]
    [InlineData("[]", "frame.malformed")]
    [InlineData("{}", "frame.malformed")]
    [InlineData("""{"t":"dance"}""", "frame.unknown")]
    [InlineData("""{"t":"push"}""", "frame.malformed")]
    [InlineData("""{"t":"push","transactions":[]}""", "frame.malformed")]
    [InlineData("""{"t":"push","transactions":[{"mutation":0,"id":"x"}]}""", "frame.malformed")]
    [InlineData("""{"t":"push","transactions":[],"transactions":[]}""", "frame.malformed")]
    [InlineData("""{"t":"sub","add":"everything"}""", "frame.malformed")]
    [InlineData("""{"t":"sub","add":["\ud800"]}""", "frame.malformed")]
    [InlineData("""{"t":"sub","add":[],"\ud800":1}""", "frame.malformed")]
    [InlineData("""{"\ud800":1}""", "frame.malformed")]
    [InlineData("""{"t":"push","transactions":[{"mutation":1,"id":"01980000-0000-7000-8000-000000000000","schema":1,"operations":[{"op":"create","type":"solo.customer","id":"01980000-0000-7000-8000-000000000001","values":{"\udc00":1}}]}]}""", "frame.malformed")]
    [InlineData("""{"t":"here","record":{"type":"solo.ghost","id":"01980000-0000-7000-8000-000000000000"}}""", "record.type_unknown")]
    [InlineData("""{"t":"hello"}""", "frame.out_of_order")]
    public async Task A_bad_message_gets_an_error_and_the_socket_lives_on(string frame, string code)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.ConnectAsync(ada);
        await client.SendTextAsync(frame);
        Assert.Equal(code, CodeOf(await client.NextAsync("error")));
        await client.CreateCustomerAsync("Still here");
    }

    [Theory]
    [InlineData("""{"op":"explode","type":"solo.customer","id":"$new"}""", "operation.unknown", "op")]
    [InlineData("""{"op":"create","type":"solo.ghost","id":"$new","values":{}}""", "record.type_unknown", "type")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"8c7a2c5e-0000-4000-8000-000000000000","values":{"name":"v4"}}""", "operation.malformed", "id")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"A","shoeSize":43}}""", "field.unknown", "shoeSize")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":42}}""", "field.wrong_kind", "name")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"  "}}""", "field.required", "name")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"\u200b\u2060"}}""", "field.required", "name")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{}}""", "field.required", "name")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"$long"}}""", "field.too_long", "name")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"a\u0000b"}}""", "field.malformed", "name")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"\ud800"}}""", "field.malformed", "name")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"A","email":"nobody"}}""", "field.malformed", "email")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"A","currency":"euro"}}""", "field.too_long", "currency")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"A","currency":"eur"}}""", "field.malformed", "currency")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"A","kind":"robot"}}""", "field.not_allowed", "kind")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"A","tags":"one"}}""", "field.wrong_kind", "tags")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$new","values":{"name":"A","tags":[""]}}""", "field.required", "tags")]
    [InlineData("""{"op":"create","type":"access.member","id":"$new","values":{"user":"$new"}}""", "field.read_only", "user")]
    [InlineData("""{"op":"set","type":"solo.customer","id":"$new","field":"name","value":"Ghost"}""", "record.not_found", "id")]
    [InlineData("""{"op":"set","type":"solo.customer","id":"$known","field":"version","value":1}""", "field.unknown", "version")]
    [InlineData("""{"op":"set","type":"solo.customer","id":"$known","field":"name"}""", "operation.malformed", "value")]
    [InlineData("""{"op":"set","type":"solo.customer","id":"$known","field":"name","value":null}""", "field.required", "name")]
    [InlineData("""{"op":"set","type":"solo.customer","id":"$known","field":"name","value":"B","guard":{"version":999999}}""", "guard.version_from_future", "guard")]
    [InlineData("""{"op":"set","type":"solo.customer","id":"$known","field":"name","value":"B","guard":{"version":-1}}""", "operation.malformed", "guard")]
    [InlineData("""{"op":"set","type":"solo.customer","id":"$known","field":"name","value":"B","trusted":true}""", "operation.malformed", "trusted")]
    [InlineData("""{"op":"create","type":"solo.customer","id":"$known","values":{"name":"Twice"}}""", "record.exists", "id")]
    public async Task A_bad_operation_is_rejected_by_name_and_nothing_is_written(string operation, string code, string field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.ConnectAsync(ada);
        var known = await client.CreateCustomerAsync("Known");
        var text = operation.Replace("$new", Guid.CreateVersion7().ToString(), StringComparison.Ordinal)
            .Replace("$known", known.ToString(), StringComparison.Ordinal).Replace("$long", new string('x', 10_000), StringComparison.Ordinal);

        // A good operation stands before the bad one: it must not stay.
        var good = JsonSerializer.Serialize(SyncClient.Create(Guid.CreateVersion7(), new { name = "Half" }));
        await client.SendTextAsync($$"""{"t":"push","transactions":[{"mutation":2,"id":"{{Guid.CreateVersion7()}}","schema":1,"operations":[{{good}},{{text}}]}]}""");
        var result = (await client.NextAsync("result")).GetProperty("results")[0];
        Assert.Equal("rejected", result.GetProperty("outcome").GetString());
        Assert.Equal((code, field), (CodeOf(result), result.GetProperty("error").GetProperty("field").GetString()));

        using var fresh = await SyncClient.ConnectAsync(ada);
        Assert.Equal("Known", Assert.Single((await fresh.NextAsync("subOk")).GetProperty("records").EnumerateArray()).GetProperty("values").GetProperty("name").GetString());
        using var after = await SyncClient.ConnectAsync(ada, browser: client.Browser);
        Assert.Equal(2, after.Welcome.GetProperty("lastMutation").GetInt64());
    }

    [Fact]
    public async Task A_huge_frame_closes_its_own_socket_and_no_other()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var other = await SyncClient.ConnectAsync(ada);
        using var client = await SyncClient.ConnectAsync(ada);
        await client.SendTextAsync($$"""{"t":"push","padding":"{{new string('x', 150_000)}}"}""");
        Assert.Equal("frame.too_large", CodeOf(await client.NextAsync("error")));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await client.WaitForCloseAsync());

        using var binary = await SyncClient.ConnectAsync(ada);
        await binary.SendBinaryAsync([1, 2, 3]);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await binary.WaitForCloseAsync());
        await other.CreateCustomerAsync("Still here");
    }

    [Fact]
    public async Task Before_hello_nothing_is_said()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.OpenAsync(ada);
        await client.SendAsync(new { t = "push", transactions = Array.Empty<object>() });
        Assert.Equal("frame.out_of_order", CodeOf(await client.NextAsync("error")));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await client.WaitForCloseAsync());
    }

    [Fact]
    public async Task An_unknown_scope_and_one_that_may_not_be_read_look_the_same()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.ConnectAsync(ada, scopes: ["solo.ghosts"]);
        var refused = await client.NextAsync("subErr");
        Assert.Equal(("solo.ghosts", "scope.unknown"), (refused.GetProperty("scope").GetString(), CodeOf(refused)));
        await client.SendAsync(new { t = "sub", add = new[] { "solo.customers" }, remove = Array.Empty<string>() });
        Assert.Equal("solo.customers", (await client.NextAsync("subOk")).GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Everyone_sees_who_else_is_on_a_record()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var first = await SyncClient.ConnectAsync(ada);
        using var second = await SyncClient.ConnectAsync(ada);
        var id = await first.CreateCustomerAsync("Watched");
        await first.SendAsync(new { t = "here", record = new { type = "solo.customer", id } });
        var person = (await PeopleAsync(second, count: 1))[0];
        Assert.Equal(id, person.GetProperty("record").GetProperty("id").GetGuid());
        Assert.Equal(first.Browser, person.GetProperty("browser").GetGuid());
        first.Dispose();
        await PeopleAsync(second, count: 0);
    }

    private static async Task<JsonElement> PeopleAsync(SyncClient client, int count)
    {
        JsonElement people;
        do
            people = (await client.NextAsync("presence")).GetProperty("people");
        while (people.GetArrayLength() != count);
        return people;
    }

    private static object Hello(SyncClient client) => new
    {
        t = "hello",
        proto = 1,
        schema = 1,
        browser = client.Browser,
        workspace = client.Workspace,
        epoch = (Guid?)null,
        cursor = (object?)null,
        scopes = Array.Empty<string>(),
    };

    private static JsonElement Item(JsonElement delta) => delta.GetProperty("items")[0].GetProperty("records")[0];

    private static string? CodeOf(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString();

    private async Task<TestBrowser> JoinAsync(TestBrowser owner, string role)
    {
        var token = await owner.InviteAsync(role);
        var browser = server.NewBrowser();
        await browser.SignUpAsync();
        (await browser.PostAsync("/api/invites/accept", new { token })).Is(HttpStatusCode.OK);
        return browser;
    }

    private static async Task<HashSet<string>> ReadAllAsync(TestBrowser person, int count)
    {
        using var reader = await SyncClient.ConnectAsync(person);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in (await reader.NextAsync("subOk")).GetProperty("records").EnumerateArray())
            Assert.True(names.Add(record.GetProperty("values").GetProperty("name").GetString()!));
        while (names.Count < count)
            Assert.True(names.Add(Item(await reader.NextAsync("delta")).GetProperty("values").GetProperty("name").GetString()!), "An entry came twice.");
        return names;
    }
}
