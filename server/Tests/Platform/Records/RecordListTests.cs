using System.Net;
using System.Text.Json;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>Lists over HTTP: filter, order, pages, counts.</summary>
public sealed class RecordListTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_list_gives_records_as_the_wire_knows_them()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var socket = await SyncClient.ConnectAsync(ada, scopes: []);
        var id = Guid.CreateVersion7();
        await socket.PushAsync(SyncClient.Create(id, new { name = "Ünal & Söhne", status = "lead", tags = new[] { "vip" } }));
        using var snapshot = await SyncClient.ConnectAsync(ada);
        var told = (await snapshot.NextAsync("subOk")).GetProperty("records")[0].GetRawText();

        var list = (await ListAsync(ada, "query=unal status:lead tags:VIP")).Is(HttpStatusCode.OK);
        Assert.Equal("application/json", list.Message.Content.Headers.ContentType?.MediaType);
        Assert.Equal(told, list.Json.GetProperty("records")[0].GetRawText());
        Assert.Equal(told, (await ada.GetAsync($"{await RecordsAsync(ada)}/{id}")).Is(HttpStatusCode.OK).Text);
        Assert.Equal(JsonValueKind.Null, list.Json.GetProperty("next").ValueKind);
        Assert.Equal("""{"exact":1}""", list.Json.GetProperty("count").GetRawText());
        Assert.Equal(0, (await ListAsync(ada, "query=unal status:active")).Json.GetProperty("count").GetProperty("exact").GetInt32());
    }

    [Theory]
    [InlineData("name")]
    [InlineData("-name")]
    [InlineData("email")]
    [InlineData("-email,name")]
    [InlineData("status,-email")]
    [InlineData("-created")]
    [InlineData("-createdBy,version")]
    [InlineData("-id")]
    [InlineData("version,id")]
    public async Task Pages_are_the_whole_list_in_order_while_others_write(string sort)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var socket = await SyncClient.ConnectAsync(ada, scopes: []);
        string?[] emails = [null, "a@example.org", "B@example.org", "é@example.org", null];
        string[] names = ["Ada", "ada", "Älfric", "100%", "Zoë", "żółw", "אבג", "Ada"];
        string[] states = ["lost", "lead", "active"];
        for (var i = 0; i < 40; i++)
            await socket.PushAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = names[i % names.Length], email = emails[i % emails.Length], status = states[i % states.Length] }));
        var whole = Ids((await ListAsync(ada, $"sort={sort}&limit=200")).Is(HttpStatusCode.OK).Json);
        Assert.Equal(40, whole.Distinct().Count());

        var paged = new List<Guid>();
        string? next = null;
        do
        {
            var page = (await ListAsync(ada, $"sort={sort}&limit=7{(next is null ? "" : $"&after={next}")}")).Is(HttpStatusCode.OK).Json;
            Assert.Equal(next is null, page.TryGetProperty("count", out _));
            paged.AddRange(Ids(page));
            next = page.GetProperty("next").GetString();
            // New records come into every part of the list, and the one that the page ended with goes.
            await socket.PushAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = names[paged.Count % names.Length] }));
            await socket.PushAsync(new { op = "delete", type = "solo.customer", id = paged[^1] });
        }
        while (next is not null);
        Assert.Equal(whole, paged.Where(whole.Contains));
        Assert.Equal(paged.Count, paged.Distinct().Count());
    }

    [Fact]
    public async Task Order_is_that_of_people()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var socket = await SyncClient.ConnectAsync(ada, scopes: []);
        foreach (var (name, status, email) in new[] { ("zoe", "active", null), ("Émile", "lead", "x@example.org"), ("adam", "lost", "a@example.org"), ("Ängström", "lead", null) })
            await socket.PushAsync(SyncClient.Create(Guid.CreateVersion7(), new { name, status, email }));
        Assert.Equal(["adam", "Ängström", "Émile", "zoe"], await NamesAsync(ada, "name"));
        Assert.Equal(["zoe", "Émile", "Ängström", "adam"], await NamesAsync(ada, "-name"));
        // A choice has the order in which the type names it; what is empty comes last in either direction.
        Assert.Equal(["Ängström", "Émile", "zoe", "adam"], await NamesAsync(ada, "status,name"));
        Assert.Equal(["adam", "Émile", "Ängström", "zoe"], await NamesAsync(ada, "email,name"));
        Assert.Equal(["Émile", "adam", "Ängström", "zoe"], await NamesAsync(ada, "-email,name"));
        Assert.Equal(["Ängström", "adam", "Émile", "zoe"], await NamesAsync(ada, null));
    }

    [Theory]
    [InlineData("query=name:(", "query.incomplete", "query")]
    [InlineData("query=%00", "query.malformed", "query")]
    [InlineData("query=%ff%fe%ed%a0%80", "query.malformed", "query")]
    [InlineData("query=caf%C3", "query.malformed", "query")]
    [InlineData("query=caf%C3%A9+100%", null, null)]
    [InlineData("sort=%C3", "field.unknown", "sort")]
    [InlineData("after=%C3", "field.malformed", "after")]
    [InlineData("scope=%C3", "scope.unknown", "scope")]
    [InlineData("sort=nmae", "field.unknown", "sort")]
    [InlineData("sort=tags", "field.unknown", "sort")]
    [InlineData("sort=", "field.unknown", "sort")]
    [InlineData("sort=name,email,status", "list.too_many", "sort")]
    [InlineData("limit=0", "field.malformed", "limit")]
    [InlineData("limit=201", "field.malformed", "limit")]
    [InlineData("limit=ten", "field.malformed", "limit")]
    [InlineData("limit=99999999999999999999", "field.malformed", "limit")]
    [InlineData("after=x", "field.malformed", "after")]
    [InlineData("after=", "field.malformed", "after")]
    [InlineData("scope=solo.nothing", "scope.unknown", "scope")]
    [InlineData("scope=access.members", "scope.unknown", "scope")]
    [InlineData("scope=(", "scope.unknown", "scope")]
    [InlineData("filter=name", "field.unknown", "filter")]
    [InlineData("<b>=name", "field.unknown", null)]
    [InlineData("limit=5&limit=6", "list.too_many", "limit")]
    public async Task What_a_list_does_not_take_is_named(string asked, string? code, string? field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var answer = await ListAsync(ada, asked);
        if (code is null)
            answer.Is(HttpStatusCode.OK);
        else
            answer.Refuses(code == "scope.unknown" ? HttpStatusCode.NotFound : HttpStatusCode.UnprocessableEntity, code, field);
    }

    [Fact]
    public async Task A_token_goes_on_with_its_own_list_alone_and_however_it_is_bent_breaks_nothing()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var socket = await SyncClient.ConnectAsync(ada, scopes: []);
        for (var i = 0; i < 3; i++)
            await socket.CreateCustomerAsync($"Customer {i}");
        var token = (await ListAsync(ada, "sort=name,-created&limit=1")).Json.GetProperty("next").GetString()!;
        (await ListAsync(ada, $"sort=name,-created&limit=2&after={token}")).Is(HttpStatusCode.OK);
        foreach (var other in new[] { "sort=name", "sort=created,-name", "sort=name,-created&query=customer", "sort=name,-created&scope=solo.customers" })
            (await ListAsync(ada, $"{other}&after={token}")).Refuses(HttpStatusCode.UnprocessableEntity, "field.malformed", "after");

        var text = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token));
        var parts = JsonSerializer.Deserialize<string?[]>(text)!;
        foreach (var (at, bent) in new[] { (1, "\0"), (2, "never"), (2, "2026-13-01"), (2, null), (3, "1"), (3, null), (3, "' OR true --"), (0, "") })
        {
            string?[] changed = [.. parts];
            changed[at] = bent;
            await SendTokenAsync(JsonSerializer.Serialize(changed));
        }

        foreach (var bent in new[] { "[]", "{}", "null", "[1,2]", "[\"\\ud800\"]", text.Replace(']', ','), $"[{text},{text}]" })
            await SendTokenAsync(bent);

        async Task SendTokenAsync(string json)
        {
            var answer = await ListAsync(ada, $"sort=name,-created&limit=2&after={System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json))}");
            if (answer.Status != HttpStatusCode.OK)
                answer.Refuses(HttpStatusCode.UnprocessableEntity, "field.malformed", "after");
        }
    }

    [Fact]
    public async Task A_count_is_exact_up_to_a_bound()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        await server.LookAsync($"""
            INSERT INTO solo.customers (workspace_id, id, version, created_at, updated_at, kind, name, status, tags)
            SELECT '{workspace}', gen_random_uuid(), n, now(), now(), 'person', 'Name ' || n, 'lead', ARRAY['t' || n % 10] FROM generate_series(1, 10001) n RETURNING 1
            """);
        Assert.Equal("""{"moreThan":10000}""", (await ListAsync(ada, "query=lead or name&limit=1")).Json.GetProperty("count").GetRawText());
        Assert.Equal("""{"exact":10000}""", (await ListAsync(ada, "query=version<=10000")).Json.GetProperty("count").GetRawText());
        Assert.Equal("""{"exact":1001}""", (await ListAsync(ada, "query=tags:t1")).Json.GetProperty("count").GetRawText());
    }

    [Fact]
    public async Task Fields_of_a_workspaces_own_are_searched_and_sorted_by_their_kind()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        foreach (var (key, kind) in new[] { ("note", "text"), ("size", "integer"), ("gold", "boolean"), ("since", "date"), ("rank", "choice"), ("marks", "list") })
            await AppliedAsync("access.field", new { recordType = "solo.customer", key, label = key, kind, choices = kind == "choice" ? ["high", "low"] : Array.Empty<string>() });
        await AppliedAsync("solo.customer", new Dictionary<string, object> { ["name"] = "Big", ["ext.note"] = "Tall Élan", ["ext.size"] = 1000, ["ext.gold"] = true, ["ext.since"] = "2025-02-28", ["ext.rank"] = "low", ["ext.marks"] = new[] { "red", "round" } });
        await AppliedAsync("solo.customer", new Dictionary<string, object> { ["name"] = "Small", ["ext.note"] = "flat", ["ext.size"] = 9, ["ext.gold"] = false, ["ext.since"] = "2026-11-21", ["ext.rank"] = "high", ["ext.marks"] = new[] { "blue" } });
        await AppliedAsync("solo.customer", new { name = "Empty" });

        foreach (var (query, found) in new (string, string[])[]
        {
            ("ext.note:elan", ["Big"]), ("elan", ["Big"]), ("round", ["Big"]), ("ext.size>9", ["Big"]), ("ext.size<=9", ["Small"]), ("ext.size:9..1000", ["Big", "Small"]),
            ("EXT.SIZE:9", ["Small"]), ("ext.gold:false", ["Small"]), ("ext.since:2025", ["Big"]), ("ext.since>2025-02-28", ["Small"]), ("ext.rank:low", ["Big"]),
            ("ext.marks:red", ["Big"]), ("ext.marks:empty", ["Empty"]), ("ext.size:empty", ["Empty"]), ("-ext.gold:true", ["Empty", "Small"]),
        })
            Assert.Equal(found, await NamesAsync(ada, $"name&query={Uri.EscapeDataString(query)}"));
        foreach (var (sort, order) in new (string, string[])[]
        {
            ("ext.size", ["Small", "Big", "Empty"]), ("-ext.size", ["Big", "Small", "Empty"]), ("ext.note", ["Small", "Big", "Empty"]), ("-ext.since", ["Small", "Big", "Empty"]),
            ("ext.rank", ["Small", "Big", "Empty"]), ("-ext.gold", ["Big", "Small", "Empty"]),
        })
        {
            Assert.Equal(order, await NamesAsync(ada, sort));
            // Page by page, too.
            var page = (await ListAsync(ada, $"sort={sort}&limit=1")).Is(HttpStatusCode.OK).Json;
            var rest = (await ListAsync(ada, $"sort={sort}&limit=2&after={page.GetProperty("next").GetString()}")).Is(HttpStatusCode.OK).Json;
            Assert.Equal(order[1..], rest.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("values").GetProperty("name").GetString()!));
        }

        (await ListAsync(ada, "query=ext.size:large")).Refuses(HttpStatusCode.UnprocessableEntity, "query.value", "query");
        (await ListAsync(ada, "query=ext.colour:red")).Refuses(HttpStatusCode.UnprocessableEntity, "query.field_unknown", "query");
        (await ListAsync(ada, "sort=ext.marks")).Refuses(HttpStatusCode.UnprocessableEntity, "field.unknown", "sort");

        // A value of another kind, such as a restored record brings, breaks nothing.
        await server.LookAsync($$"""UPDATE solo.customers SET ext = '{"size": "x", "gold": 1, "since": "2026-02-30", "marks": "m", "note": 7, "rank": []}' WHERE name = 'Empty' AND workspace_id = '{{await ada.WorkspaceAsync()}}' RETURNING 1""");
        foreach (var key in new[] { "note", "size", "gold", "since", "rank" })
            Assert.Equal(3, (await NamesAsync(ada, $"ext.{key}")).Length);
        Assert.Equal(["Empty"], await NamesAsync(ada, "name&query=ext.size:empty%20ext.marks:empty"));

        async Task AppliedAsync(string type, object values) =>
            (await ada.WriteAsync(new { op = "create", type, id = Guid.CreateVersion7(), values })).Is(HttpStatusCode.OK);
    }

    private static async Task<string[]> NamesAsync(TestBrowser person, string? sort) =>
    [
        .. (await ListAsync(person, sort is null ? "" : $"sort={sort}")).Is(HttpStatusCode.OK).Json.GetProperty("records").EnumerateArray()
            .Select(record => record.GetProperty("values").GetProperty("name").GetString()!),
    ];

    private static Guid[] Ids(JsonElement page) => [.. page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetGuid())];

    private static async Task<string> RecordsAsync(TestBrowser person) => $"/api/workspaces/{await person.WorkspaceAsync()}/records/solo.customer";

    private static Task<Answer> ListAsync(TestBrowser person, string asked) => person.ListAsync("solo.customer", asked);
}
