using System.Net;
using System.Text.Json;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>Fields that not everyone sees who reads the record: for him they are not there, in no door and no answer.</summary>
public sealed class MaskTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private readonly Guid _client = Guid.CreateVersion7();
    private TestBrowser _owner = null!;
    private TestBrowser _viewer = null!;
    private Guid _workspace;

    public async ValueTask InitializeAsync()
    {
        _owner = await server.NewBrowser().SignUpAsync();
        _viewer = await server.JoinAsync(_owner, "viewer");
        _workspace = await _owner.WorkspaceAsync();
        (await _owner.WriteAsync(new { op = "create", type = "reading.client", id = _client, values = new { name = "Seen", rate = "hidden" } })).Is(HttpStatusCode.OK);
    }

    public ValueTask DisposeAsync()
    {
        _owner.Dispose();
        _viewer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("query=rate:hidden", "query.field_unknown", "query")]
    [InlineData("query=-rate:empty", "query.field_unknown", "query")]
    [InlineData("sort=rate", "field.unknown", "sort")]
    [InlineData("sort=-rate,name", "field.unknown", "sort")]
    public async Task A_masked_field_is_as_unknown_as_one_that_is_not_there(string asked, string code, string field)
    {
        var masked = (await _viewer.ListAsync("reading.client", asked, _workspace)).Refuses(HttpStatusCode.UnprocessableEntity, code, field);
        var unknown = await _viewer.ListAsync("reading.client", asked.Replace("rate", "gate", StringComparison.Ordinal), _workspace);
        Assert.Equal(unknown.Text.Replace("gate", "rate", StringComparison.Ordinal), masked.Text);
        (await _owner.ListAsync("reading.client", asked)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("records/reading.client/CLIENT")]
    [InlineData("records/reading.client/CLIENT?at=3")]
    [InlineData("records/reading.client/CLIENT/history")]
    [InlineData("records/reading.client?query=seen")]
    [InlineData("records/reading.client?sort=name")]
    [InlineData("changes?scopes=reading.clients")]
    [Trait("asvs", "8.2.3")]
    [Trait("asvs", "15.3.1")]
    public async Task A_masked_field_shows_in_no_answer(string asked)
    {
        var path = $"/api/workspaces/{_workspace}/{asked.Replace("CLIENT", _client.ToString(), StringComparison.Ordinal)}";
        var text = (await _viewer.GetAsync(path)).Is(HttpStatusCode.OK).Text;
        Assert.Contains("Seen", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"rate\"", text, StringComparison.Ordinal);
        Assert.Contains("hidden", (await _owner.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    [Trait("asvs", "8.2.3")]
    public async Task Of_changes_of_a_masked_field_alone_a_history_says_nothing_and_its_pages_stay_whole(int limit)
    {
        var seen = new List<(string Kind, long Version)> { ("create", await VersionAsync()) };
        for (var change = 0; change < 3; change++)
        {
            // More than are read for one entry.
            for (var hidden = 0; hidden < (change == 1 ? 45 : 2); hidden++)
                await SetAsync("rate", $"hidden {change} {hidden}");
            seen.Add(("set", await SetAsync("name", $"Seen {change}")));
        }

        await SetAsync("rate", "hidden at last");
        seen.Reverse();
        Assert.Equal(seen, await HistoryAsync(_viewer, limit));
        Assert.Equal(seen.Count + 2 + 45 + 2 + 1, (await HistoryAsync(_owner, limit)).Count);

        async Task<long> SetAsync(string field, string value) =>
            (await _owner.WriteAsync(new { op = "set", type = "reading.client", id = _client, field, value })).Is(HttpStatusCode.OK).Json.GetProperty("seq").GetInt64();
        async Task<long> VersionAsync() => (await _owner.GetAsync($"/api/workspaces/{_workspace}/records/reading.client/{_client}")).Is(HttpStatusCode.OK).Json.GetProperty("version").GetInt64();
    }

    /// <summary>All pages. Nowhere is an entry without fields, and no page is empty but where as much was left out as is read for one.</summary>
    private async Task<List<(string Kind, long Version)>> HistoryAsync(TestBrowser person, int limit)
    {
        var entries = new List<(string, long)>();
        for (long? next = null; ;)
        {
            var page = (await person.GetAsync($"/api/workspaces/{_workspace}/records/reading.client/{_client}/history?limit={limit}{(next is null ? "" : $"&from={next}")}")).Is(HttpStatusCode.OK).Json;
            var told = page.GetProperty("entries").EnumerateArray().ToArray();
            Assert.InRange(told.Length, limit == 1 ? 0 : 1, limit);
            Assert.All(told, entry => Assert.NotEqual(0, entry.GetProperty("fields").GetArrayLength()));
            entries.AddRange(told.Select(entry => (entry.GetProperty("kind").GetString()!, entry.GetProperty("version").GetInt64())));
            if (page.GetProperty("next").ValueKind == JsonValueKind.Null)
                return entries;
            next = page.GetProperty("next").GetInt64();
        }
    }

    [Fact]
    public async Task A_masked_field_is_no_column_of_a_table_not_even_of_an_empty_one()
    {
        var path = $"/api/workspaces/{_workspace}/records/reading.client/export?query=name:nobody";
        Assert.Equal("id,name\r\n", (await _viewer.GetAsync(path)).Is(HttpStatusCode.OK).Text);
        Assert.Equal("id,name,rate\r\n", (await _owner.GetAsync(path)).Is(HttpStatusCode.OK).Text);
    }

    [Fact]
    public async Task A_word_does_not_find_what_only_others_see()
    {
        Assert.Contains("\"exact\":0", (await _viewer.ListAsync("reading.client", "query=hidden", _workspace)).Text, StringComparison.Ordinal);
        Assert.Contains("\"exact\":1", (await _owner.ListAsync("reading.client", "query=hidden")).Text, StringComparison.Ordinal);
    }
}
