using System.Net;
using System.Text.Json;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>What screens build on: the history of a record, putting it back, and the timeline of a customer.</summary>
public sealed class RecordPastTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_record_is_put_back_by_sets_of_what_differs_and_that_is_undone_as_one()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var id = await MakeAsync(ada, "solo.customer", new { name = "Okafor", email = "o@example.org", tags = new[] { "a" } });
        var then = (await ReadAsync(ada, id)).GetProperty("version").GetInt64();
        await SetAsync(ada, id, "name", "Okafor Legal");
        await SetAsync(ada, id, "email", null);
        await SetAsync(ada, id, "tags", new[] { "a", "b" });
        var (now, past) = ((await ReadAsync(ada, id)).GetProperty("values"), (await ReadAsync(ada, id, $"?at={then}")).GetProperty("values"));
        var differing = past.EnumerateObject().Where(member => !JsonElement.DeepEquals(member.Value, now.GetProperty(member.Name))).ToArray();
        Assert.Equal(["email", "name", "tags"], differing.Select(member => member.Name).Order(StringComparer.Ordinal));
        var back = Guid.CreateVersion7();
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions", new
        {
            id = back,
            schema = 1,
            operations = differing.Select(member => new { op = "set", type = "solo.customer", id, field = member.Name, value = member.Value, guard = new { field = member.Name, equals = now.GetProperty(member.Name) } }),
        })).Is(HttpStatusCode.OK);
        Assert.True(JsonElement.DeepEquals(past, (await ReadAsync(ada, id)).GetProperty("values")));
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions/{back}/undo")).Is(HttpStatusCode.OK);
        Assert.True(JsonElement.DeepEquals(now, (await ReadAsync(ada, id)).GetProperty("values")));
    }

    [Fact]
    public async Task The_timeline_of_a_customer_is_searched_by_words_kind_contact_and_time()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (customer, other) = (await MakeAsync(ada, "solo.customer", new { name = "Okafor" }), await MakeAsync(ada, "solo.customer", new { name = "Another" }));
        var bob = await MakeAsync(ada, "solo.contact", new { customer, name = "Bob" });
        await MakeAsync(ada, "solo.note", new { customer, kind = "call", contact = bob, at = "2026-03-01T10:00:00.000Z", text = "Möchte ein Angebot" });
        await MakeAsync(ada, "solo.note", new { customer, kind = "mail", at = "2026-01-05T10:00:00.000Z", text = "Angebot geschickt" });
        await MakeAsync(ada, "solo.note", new { customer, kind = "meeting", at = "2026-02-01T10:00:00.000Z", text = "Unterschrieben" });
        await MakeAsync(ada, "solo.note", new { customer = other, kind = "call", at = "2026-02-01T10:00:00.000Z", text = "Angebot" });
        Assert.Equal(["call", "meeting", "mail"], await KindsAsync(""));
        Assert.Equal(["call", "mail"], await KindsAsync("angebot"));
        Assert.Equal(["call"], await KindsAsync("mochte kind:call"));
        Assert.Equal(["call"], await KindsAsync($"contact:{bob}"));
        Assert.Equal(["meeting", "mail"], await KindsAsync("at<2026-03-01T00:00Z"));

        async Task<string[]> KindsAsync(string query) =>
        [
            .. (await ada.ListAsync("solo.note", $"query={Uri.EscapeDataString($"customer:{customer} {query}")}&sort=-at")).Is(HttpStatusCode.OK).Json
                .GetProperty("records").EnumerateArray().Select(note => note.GetProperty("values").GetProperty("kind").GetString()!),
        ];
    }

    private static async Task<Guid> MakeAsync(TestBrowser person, string type, object values)
    {
        var id = Guid.CreateVersion7();
        (await person.WriteAsync(new { op = "create", type, id, values })).Is(HttpStatusCode.OK);
        return id;
    }

    private static async Task SetAsync(TestBrowser person, Guid id, string field, object? value) =>
        (await person.WriteAsync(new { op = "set", type = "solo.customer", id, field, value })).Is(HttpStatusCode.OK);

    private static async Task<JsonElement> ReadAsync(TestBrowser person, Guid id, string asked = "") =>
        (await person.GetAsync($"/api/workspaces/{await person.WorkspaceAsync()}/records/solo.customer/{id}{asked}")).Is(HttpStatusCode.OK).Json;
}
