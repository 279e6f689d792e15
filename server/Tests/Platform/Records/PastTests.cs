using System.Net;
using System.Text.Json;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>What was, over HTTP: under the rights of today.</summary>
public sealed class PastTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_record_is_given_as_it_was_at_any_place_of_the_log()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var id = Guid.CreateVersion7();
        var path = $"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/{id}";
        var made = await SeqAsync(ada, SyncClient.Create(id, new { name = "First" }));
        var then = (await ada.GetAsync(path)).Is(HttpStatusCode.OK).Text;
        var renamed = await SeqAsync(ada, SyncClient.Set(id, "name", "Second"));
        var now = (await ada.GetAsync(path)).Is(HttpStatusCode.OK).Text;
        (await ada.GetAsync($"{path}?at={made - 1}")).Refuses(HttpStatusCode.NotFound, "record.not_found");
        AssertSame(then, await ada.GetAsync($"{path}?at={made}"));
        AssertSame(now, await ada.GetAsync($"{path}?at={renamed}"));
        foreach (var beyond in new[] { $"at={renamed + 1}", $"at={long.MaxValue}", $"at={long.MaxValue}0" })
            (await ada.GetAsync($"{path}?{beyond}")).Refuses(HttpStatusCode.UnprocessableEntity, "field.out_of_range", "at");
        var history = (await ada.GetAsync($"{path}/history?from={renamed + 1}")).Refuses(HttpStatusCode.UnprocessableEntity, "field.out_of_range", "from");
        Assert.Equal(renamed, history.Json.GetProperty("params").GetProperty("max").GetInt64());

        var deleted = await SeqAsync(ada, new { op = "delete", type = "solo.customer", id });
        (await ada.GetAsync(path)).Refuses(HttpStatusCode.NotFound, "record.not_found");
        (await ada.GetAsync($"{path}?at={deleted}")).Refuses(HttpStatusCode.NotFound, "record.not_found");
        AssertSame(now, await ada.GetAsync($"{path}?at={deleted - 1}"));
    }

    [Fact]
    public async Task A_history_says_who_changed_what_when_in_pages()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var id = Guid.CreateVersion7();
        var path = $"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/{id}/history";
        var made = await SeqAsync(ada, SyncClient.Create(id, new { name = "First" }));
        var renamed = await SeqAsync(ada, SyncClient.Set(id, "name", "Second"));
        var deleted = await SeqAsync(ada, new { op = "delete", type = "solo.customer", id });
        var entries = (await ada.GetAsync(path)).Is(HttpStatusCode.OK).Json.GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal([(deleted, "delete"), (renamed, "set"), (made, "create")], entries.Select(entry => (entry.GetProperty("version").GetInt64(), entry.GetProperty("kind").GetString()!)));
        Assert.Equal("""[{"field":"name","before":"First","after":"Second"}]""", entries[1].GetProperty("fields").GetRawText());
        var user = (await ada.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        Assert.All(entries, entry => Assert.Equal((user, "http"), (entry.GetProperty("by").GetGuid(), entry.GetProperty("via").GetString())));

        var paged = new List<string>();
        long? next = null;
        do
        {
            var page = (await ada.GetAsync($"{path}?limit=1{(next is null ? "" : $"&from={next}")}")).Is(HttpStatusCode.OK).Json;
            paged.Add(Assert.Single(page.GetProperty("entries").EnumerateArray()).GetRawText());
            next = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : page.GetProperty("next").GetInt64();
        }
        while (next is not null);
        Assert.Equal(entries.Select(entry => entry.GetRawText()), paged);
    }

    [Fact]
    public async Task The_rights_of_today_hold_for_what_was()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var guest = await server.JoinAsync(ada, "viewer");
        var workspace = await ada.WorkspaceAsync();
        var (party, other, id) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var member = (await ada.ListAsync("access.member", "query=role:viewer")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        await SeqAsync(ada, new { op = "set", type = "access.member", id = member, field = "role", value = "guest" });
        await SeqAsync(ada, new { op = "set", type = "access.member", id = member, field = "party", value = party });
        var made = await SeqAsync(ada, new { op = "create", type = "reading.device", id, values = new { party, name = "His" } });
        var path = $"/api/workspaces/{workspace}/records/reading.device/{id}";
        foreach (var asked in new[] { "", $"?at={made}", "/history" })
            (await guest.GetAsync(path + asked)).Is(HttpStatusCode.OK);

        await SeqAsync(ada, new { op = "set", type = "reading.device", id, field = "party", value = other });
        foreach (var asked in new[] { "", $"?at={made}", "/history", $"/history?from={made}" })
            (await guest.GetAsync(path + asked)).Refuses(HttpStatusCode.NotFound, "record.not_found");

        // What was deleted is read by the keys that it had last.
        await SeqAsync(ada, new { op = "delete", type = "reading.device", id });
        foreach (var asked in new[] { $"?at={made}", "/history" })
            (await guest.GetAsync(path + asked)).Refuses(HttpStatusCode.NotFound, "record.not_found");
        await SeqAsync(ada, new { op = "set", type = "access.member", id = member, field = "party", value = other });
        foreach (var asked in new[] { $"?at={made}", "/history" })
            (await guest.GetAsync(path + asked)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("?at=0", "at")]
    [InlineData("?at=-1", "at")]
    [InlineData("?at=x", "at")]
    [InlineData("/history?from=x", "from")]
    [InlineData("/history?limit=0", "limit")]
    public async Task What_is_no_place_of_the_log_is_named(string asked, string field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        (await ada.GetAsync($"/api/workspaces/{workspace}/records/access.workspace/{workspace}{asked}")).Refuses(HttpStatusCode.UnprocessableEntity, "field.malformed", field);
    }

    private static void AssertSame(string expected, Answer answer) =>
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, answer.Is(HttpStatusCode.OK).Json), $"{expected} is not {answer.Text}");

    private static async Task<long> SeqAsync(TestBrowser person, object operation) =>
        (await person.WriteAsync(operation)).Is(HttpStatusCode.OK).Json.GetProperty("seq").GetInt64();
}
