using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>All that there is of a person, as a file for himself.</summary>
public sealed class DataExportTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_file_holds_what_is_the_person_s_and_what_he_wrote()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        var (mine, hers) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        (await vera.WriteAsync(Customer(mine, "Vera's Mill"), workspace: workspace)).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(Customer(hers, "Ada's Mill"))).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "set", type = "solo.customer", id = mine, field = "email", value = "mill@example.org" })).Is(HttpStatusCode.OK);
        (await vera.PostAsync("/api/me/profile", new { name = "Vera Lindqvist", timeZone = "Europe/Tirane" })).Is(HttpStatusCode.NoContent);
        (await vera.PostAsync("/api/me/picture", new { image = Convert.ToBase64String(PictureTests.Png(64, 64)) })).Is(HttpStatusCode.OK);
        var token = (await vera.PostAsync("/api/tokens", new { name = "Script", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString()!;

        var file = await FetchAsync(vera);
        var profile = JsonDocument.Parse(file["profile.json"]).RootElement;
        Assert.Equal((vera.Email, "Vera Lindqvist", "Europe/Tirane"), (profile.GetProperty("email").GetString(), profile.GetProperty("name").GetString(), profile.GetProperty("timeZone").GetString()));
        Assert.Contains("\"Script\"", file["sessions.json"], StringComparison.Ordinal);
        Assert.Contains("authn_token_created", file["security-events.jsonl"], StringComparison.Ordinal);
        Assert.True(file.ContainsKey("picture.png"));
        Assert.Contains("Analytical Engines", file["workspaces.json"], StringComparison.Ordinal);

        var records = Lines(file[$"workspaces/{workspace}/records.jsonl"]);
        Assert.Contains(records, record => record.GetProperty("id").GetGuid() == mine && record.GetProperty("values").GetProperty("email").GetString() == "mill@example.org");
        Assert.DoesNotContain(records, record => record.GetProperty("id").GetGuid() == hers);
        Assert.Contains(records, record => record.GetProperty("type").GetString() == "access.member" && record.GetProperty("values").GetProperty("email").GetString() == vera.Email);
        var transactions = Lines(file[$"workspaces/{workspace}/transactions.jsonl"]);
        Assert.Contains(transactions, entry => entry.GetProperty("changes").EnumerateArray().Any(change => change.GetProperty("id").GetGuid() == mine && change.GetProperty("kind").GetString() == "create"));

        // Of others, and of what opens anything, nothing.
        var hash = (await server.LookAsync($"SELECT secret FROM identity.credentials c JOIN identity.users u ON u.id = c.user_id WHERE email = '{vera.Email}'"))[0]!;
        foreach (var secret in new[] { hash, vera.Cookie!, vera.Device!, token, ada.Email, "Ada's Mill" })
            Assert.All(file, part => Assert.DoesNotContain(secret, part.Value, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What the file takes from each table in which a person's id or address stands, and what it is in.</summary>
    private static readonly Dictionary<string, string> PartOf = new(StringComparer.Ordinal)
    {
        ["access.members"] = "workspaces.json",
        ["engine.log"] = "workspaces/{workspace}/transactions.jsonl",
        ["identity.address_changes"] = "addresses.json",
        ["identity.credentials"] = "profile.json",
        ["identity.devices"] = "browsers.json",
        ["identity.exports"] = "files.json",
        ["identity.links"] = "links.json",
        ["identity.operators"] = "profile.json",
        ["identity.pictures"] = "picture.png",
        ["identity.sessions"] = "sessions.json",
        ["identity.users"] = "profile.json",
        ["security.events"] = "security-events.jsonl",
        ["workspaces.invites"] = "invites.json",
    };

    /// <summary>What stands in none of its parts, and why.</summary>
    private static readonly Dictionary<string, string> Except = new(StringComparer.Ordinal)
    {
        ["engine.browsers"] = "numbers by which a tab and the server agree; they tell nothing of him",
        ["engine.consumer_skips"] = "what an operator did, which is among his events",
        ["engine.jobs"] = "work that is under way, which is over when the file is read",
        ["engine.outcomes"] = "what became of a transaction, which the log has",
        ["engine.reveals"] = "who looked at a secret, for those who guard it",
        ["engine.revocations"] = "what a browser forgot, as numbers",
        ["identity.deletions"] = "whoever has one is shut out and gets no file",
        ["identity.erasures"] = "whoever is there is gone",
        ["identity.sign_ups"] = "what somebody typed who may be another; it goes when the address is shown",
    };

    [Fact]
    public async Task Every_table_that_names_a_person_is_in_it_or_stands_here()
    {
        using var ada = await server.NewOperatorAsync();
        var workspace = await ada.WorkspaceAsync();
        (await ada.WriteAsync(Customer(Guid.CreateVersion7(), "Mill"))).Is(HttpStatusCode.OK);
        (await ada.PostAsync("/api/me/picture", new { image = Convert.ToBase64String(PictureTests.Png(64, 64)) })).Is(HttpStatusCode.OK);
        await ada.InviteAsync();
        (await ada.PostAsync("/api/forgot", new { email = ada.Email })).Is(HttpStatusCode.Accepted);
        (await ada.PostAsync("/api/me/email", new { email = "ada.next@example.org" })).Is(HttpStatusCode.Accepted);
        await server.Mail.NextAsync(ada.Email);
        await server.Mail.NextAsync("ada.next@example.org");

        var file = await FetchAsync(ada);
        var secrets = new[] { ada.Cookie!, ada.Device! };
        var empty = new List<string>();
        foreach (var part in PartOf.Values.Distinct().Select(part => part.Replace("{workspace}", $"{workspace}", StringComparison.Ordinal)))
        {
            if (!file.TryGetValue(part, out var text) || text.Trim() is "" or "[]" or "null")
                empty.Add(part);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text ?? "", StringComparison.Ordinal));
        }

        Assert.Empty(empty);
        Assert.Contains("ada.next@example.org", file["addresses.json"], StringComparison.Ordinal);
        Assert.Contains("\"reset\"", file["links.json"], StringComparison.Ordinal);
        var profile = JsonDocument.Parse(file["profile.json"]).RootElement;
        Assert.All(new[] { "operatorSince", "passwordSince" }, name => Assert.Equal(JsonValueKind.String, profile.GetProperty(name).ValueKind));

        // Records are in it by their types, whoever made them; these are the tables beside.
        var tables = await server.LookAsync("""
            SELECT DISTINCT a.attrelid::regclass::text
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema' AND a.attnum > 0 AND NOT a.attisdropped
              AND (a.attname ~ '^(user_id|email|email_key|former|next|created_by|used_by)$'
                OR EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.confrelid = 'identity.users'::regclass AND a.attnum = ANY(f.conkey))
                OR c.oid = 'identity.users'::regclass)
              AND (c.oid = 'access.members'::regclass OR NOT EXISTS (SELECT FROM pg_attribute r WHERE r.attrelid = c.oid AND r.attname = 'updated_by'))
            """);
        Assert.Equal(PartOf.Keys.Concat(Except.Keys).Order(StringComparer.Ordinal), tables.OfType<string>().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_invite_is_shown_to_whoever_made_it_and_to_whose_address_was_shown_to_be_his()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.NewBrowser().SignUpAsync("Bob", "Elsewhere");
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/invites", new { role = "member", email = bob.Email })).Is(HttpStatusCode.Created);
        Assert.Contains(bob.Email, (await FetchAsync(ada))["invites.json"], StringComparison.Ordinal);
        Assert.Equal("[]", (await FetchAsync(bob))["invites.json"]);
        await server.LookAsync($"UPDATE identity.users SET verified_at = now() WHERE email = '{bob.Email}'");
        var invite = Assert.Single(JsonDocument.Parse((await FetchAsync(bob))["invites.json"]).RootElement.EnumerateArray());
        Assert.False(invite.GetProperty("isMine").GetBoolean());
        Assert.DoesNotContain("oken", invite.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_he_may_not_read_any_more_is_not_in_it()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "member");
        var workspace = await ada.WorkspaceAsync();
        (await vera.WriteAsync(Customer(Guid.CreateVersion7(), "Vera's Mill"), workspace: workspace)).Is(HttpStatusCode.OK);
        (await vera.PostAsync($"/api/workspaces/{workspace}/leave")).Is(HttpStatusCode.OK);
        Assert.All(await FetchAsync(vera), part => Assert.DoesNotContain("Vera's Mill", part.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_s_it_is_is_told_by_mail_that_it_was_asked_for()
    {
        using var unshown = await server.NewBrowser().SignUpAsync();
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.PostAsync("/api/address/verify", new { token = (await server.Mail.VerificationAsync(ada.Email)).Token })).Is(HttpStatusCode.NoContent);
        await AskAsync(unshown);
        await AskAsync(ada);
        Assert.Equal("A file of your data was asked for", (await server.Mail.NextAsync(ada.Email)).Header("Subject"));
        // An address that was not shown to be his may be somebody else's.
        Assert.Empty(server.Mail.To(unshown.Email));
    }

    [Fact]
    [Trait("asvs", "7.5.3")]
    [Trait("asvs", "8.2.2")]
    public async Task It_takes_a_fresh_password_to_ask_for_it_and_to_fetch_it_and_is_nobody_else_s()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var eve = await server.NewBrowser().SignUpAsync();
        var path = await AskAsync(ada);
        (await eve.GetAsync(path)).Refuses(HttpStatusCode.NotFound, "data.gone");
        (await server.NewBrowser().GetAsync(path)).Refuses(HttpStatusCode.Unauthorized, "session.required");
        server.Clock.Forward(TimeSpan.FromMinutes(6));
        (await ada.GetAsync(path)).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        (await ada.PostAsync("/api/me/export")).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        (await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await ada.GetAsync(path)).Is(HttpStatusCode.OK);
        Assert.Equal(2, (await server.LookAsync($"SELECT 1 FROM security.events WHERE name = 'sensitive_read' AND user_id = (SELECT id FROM identity.users WHERE email = '{ada.Email}')")).Count);
        server.Clock.Forward(TimeSpan.FromDays(1));
        (await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await ada.GetAsync(path)).Refuses(HttpStatusCode.NotFound, "data.gone");
        Assert.Equal(JsonValueKind.Null, (await ada.GetAsync("/api/me/export")).Json.GetProperty("export").ValueKind);
    }

    [Fact]
    [Trait("asvs", "2.4.1")]
    public async Task One_is_made_at_a_time_and_three_in_a_day()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var tab = ada.Elsewhere();
            return await tab.PostAsync("/api/me/export");
        }));
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.Accepted), 1, 3);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Accepted), answer => Assert.Contains(answer.Code, new[] { "data.running", "data.too_often" }));
        await DoneAsync(ada);
        var asked = answers.Count(answer => answer.Status == HttpStatusCode.Accepted);
        for (; asked < 3; asked++)
            await AskAsync(ada);
        (await ada.PostAsync("/api/me/export")).Refuses(HttpStatusCode.TooManyRequests, "data.too_often");
        server.Clock.Forward(TimeSpan.FromDays(1));
        (await ada.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        await AskAsync(ada);
    }

    private static object Customer(Guid id, string name) => new { op = "create", type = "solo.customer", id, values = new { name } };

    private static JsonElement[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>Asks for a file and waits for it; where it is.</summary>
    private static async Task<string> AskAsync(TestBrowser person)
    {
        var id = (await person.PostAsync("/api/me/export")).Is(HttpStatusCode.Accepted).Json.GetProperty("id").GetGuid();
        await DoneAsync(person);
        return $"/api/me/export/{id}";
    }

    private static Task DoneAsync(TestBrowser person) => Eventually.HoldsAsync("the file is made", async () =>
        (await person.GetAsync("/api/me/export")).Is(HttpStatusCode.OK).Json.GetProperty("export").GetProperty("state").GetString() == "done");

    /// <summary>What is in the file, by name.</summary>
    private async Task<IReadOnlyDictionary<string, string>> FetchAsync(TestBrowser person)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var path = await AskAsync(person);
        http.DefaultRequestHeaders.Add("Cookie", $"__Host-sid={person.Cookie}");
        await using var zip = new ZipArchive(await http.GetStreamAsync(path));
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync());
            parts.Add(entry.FullName, await reader.ReadToEndAsync());
        }

        return parts;
    }
}
