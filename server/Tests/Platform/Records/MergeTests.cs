using System.Net;
using System.Text.Json;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

public sealed class MergeTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Two_become_one_and_what_lay_below_moves_and_comes_back()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (stays, goes) = (await MakeAsync(ada, "solo.customer", new { name = "Okafor", tags = new[] { "a", "b" } }), await MakeAsync(ada, "solo.customer", new { name = "Okafor Legal", email = "o@example.org", tags = new[] { "b", "c" } }));
        var contact = await MakeAsync(ada, "solo.contact", new { customer = goes, name = "Bob" });
        var project = await MakeAsync(ada, "solo.project", new { customer = goes, name = "Website", state = "archived" });
        var author = (await ada.ListAsync("access.member", "")).Json.GetProperty("records")[0].GetProperty("id").GetGuid();
        var comment = await MakeAsync(ada, "platform.comment", new { recordType = "solo.customer", record = goes, author, text = "He called." });

        var merged = (await MergeAsync(ada, goes, stays, "email", "tags")).Is(HttpStatusCode.OK).Json;
        Assert.Equal("applied", merged.GetProperty("outcome").GetString());
        Assert.Equal((stays, stays, stays), (Id(await ValuesAsync(ada, "solo.contact", contact), "customer"), Id(await ValuesAsync(ada, "solo.project", project), "customer"), Id(await ValuesAsync(ada, "platform.comment", comment), "record")));
        var values = await ValuesAsync(ada, "solo.customer", stays);
        Assert.Equal(("Okafor", "o@example.org", """["a","b","c"]"""), (values.GetProperty("name").GetString(), values.GetProperty("email").GetString(), values.GetProperty("tags").GetRawText()));
        (await FindAsync(ada, "solo.customer", goes)).Refuses(HttpStatusCode.NotFound, "record.not_found");
        Assert.Equal(2, (await ada.GetAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/{goes}/history")).Is(HttpStatusCode.OK).Json.GetProperty("entries").GetArrayLength());

        // Someone has named the contact anew meanwhile: that stays, the rest goes back.
        (await ada.WriteAsync(new { op = "set", type = "solo.contact", id = contact, field = "name", value = "Robert" })).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(new { op = "set", type = "solo.customer", id = stays, field = "email", value = "new@example.org" })).Is(HttpStatusCode.OK);
        var undone = (await UndoAsync(ada, merged.GetProperty("id").GetGuid())).Is(HttpStatusCode.OK).Json;
        Assert.Equal([stays], undone.GetProperty("left").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal((goes, goes, goes), (Id(await ValuesAsync(ada, "solo.contact", contact), "customer"), Id(await ValuesAsync(ada, "solo.project", project), "customer"), Id(await ValuesAsync(ada, "platform.comment", comment), "record")));
        values = await ValuesAsync(ada, "solo.customer", stays);
        Assert.Equal(("new@example.org", """["a","b"]"""), (values.GetProperty("email").GetString(), values.GetProperty("tags").GetRawText()));
        Assert.Equal("Robert", (await ValuesAsync(ada, "solo.contact", contact)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Neither_a_merge_nor_an_undoing_is_a_way_round_a_rule()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (one, other) = (await MakeAsync(ada, "solo.customer", new { name = "One" }), await MakeAsync(ada, "solo.customer", new { name = "Other" }));
        var (archived, goes) = (await MakeAsync(ada, "solo.project", new { name = "Old", customer = one, state = "archived" }), await MakeAsync(ada, "solo.project", new { name = "New", customer = other }));
        var taken = await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.project/{goes}/merge-into/{archived}", new { take = new[] { "customer" } });
        taken.Refuses(HttpStatusCode.UnprocessableEntity, "project.archived", "customer");

        var moving = Guid.CreateVersion7();
        (await ada.WriteAsync(new { op = "set", type = "solo.project", id = goes, field = "customer", value = one }, moving)).Is(HttpStatusCode.OK);
        foreach (var state in new[] { "active", "completed", "archived" })
            (await ada.WriteAsync(new { op = "set", type = "solo.project", id = goes, field = "state", value = state })).Is(HttpStatusCode.OK);
        (await UndoAsync(ada, moving)).Refuses(HttpStatusCode.UnprocessableEntity, "project.archived", "customer");
    }

    [Fact]
    public async Task A_merge_that_is_sent_again_under_its_id_is_answered_as_the_first_time()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (stays, goes) = (await MakeAsync(ada, "solo.customer", new { name = "One" }), await MakeAsync(ada, "solo.customer", new { name = "Other" }));
        var id = Guid.CreateVersion7();
        foreach (var outcome in new[] { "applied", "duplicate" })
        {
            var merged = (await ada.PostAsync(await PathAsync(ada, goes, stays), new { take = Array.Empty<string>(), id })).Is(HttpStatusCode.OK).Json;
            Assert.Equal((outcome, id), (merged.GetProperty("outcome").GetString(), merged.GetProperty("id").GetGuid()));
        }

        // Of two others nothing was merged under it.
        var (one, other) = (await MakeAsync(ada, "solo.customer", new { name = "Third" }), await MakeAsync(ada, "solo.customer", new { name = "Fourth" }));
        (await ada.PostAsync(await PathAsync(ada, one, other), new { take = Array.Empty<string>(), id })).Refuses(HttpStatusCode.Conflict, "transaction.id_taken", "id");
        (await MergeAsync(ada, goes, stays)).Refuses(HttpStatusCode.NotFound, "record.not_found");
        (await ada.PostTextAsync(await PathAsync(ada, goes, stays), """{"id": 1}""")).Refuses(HttpStatusCode.UnprocessableEntity, "field.wrong_kind", "id");
    }

    [Fact]
    public async Task A_merge_takes_the_rights_of_whoever_merges()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var (one, other) = (await MakeAsync(ada, "solo.customer", new { name = "One" }), await MakeAsync(ada, "solo.customer", new { name = "Other" }));
        (await vera.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.customer/{one}/merge-into/{other}")).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await MergeAsync(ada, one, one)).Refuses(HttpStatusCode.UnprocessableEntity, "merge.same", "into");
        (await MergeAsync(ada, one, other, "nothing")).Refuses(HttpStatusCode.UnprocessableEntity, "field.unknown", "take");
        (await MergeAsync(ada, one, Guid.CreateVersion7())).Refuses(HttpStatusCode.NotFound, "record.not_found");
        (await ada.PostTextAsync(await PathAsync(ada, one, other), """{"take":"email"}""")).Refuses(HttpStatusCode.UnprocessableEntity, "field.wrong_kind", "take");
        (await ada.PostTextAsync(await PathAsync(ada, one, other), """{"takes":["email"]}""")).Refuses(HttpStatusCode.UnprocessableEntity, "field.unknown");
    }

    [Fact]
    public async Task What_comes_below_while_two_are_merged_is_neither_lost_nor_left_behind()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (stays, goes) = (await MakeAsync(ada, "solo.customer", new { name = "One" }), await MakeAsync(ada, "solo.customer", new { name = "Other" }));
        var workspace = await ada.WorkspaceAsync();
        var adding = Task.WhenAll(Enumerable.Range(0, 20).Select(i => ada.WriteAsync(
            new { op = "create", type = "solo.contact", id = Guid.CreateVersion7(), values = new { customer = goes, name = $"Contact {i}" } }, workspace: workspace)));
        var merged = await MergeAsync(ada, goes, stays);
        var made = (await adding).Count(answer => answer.Status == HttpStatusCode.OK);
        // It may have been overtaken each time; then nothing has happened.
        var customer = merged.Status == HttpStatusCode.OK ? stays : goes;
        Assert.Equal(made, (await ada.ListAsync("solo.contact", $"query=customer:{customer}")).Json.GetProperty("count").GetProperty("exact").GetInt32());
    }

    [Fact]
    public async Task Nobody_undoes_what_another_did_and_what_is_undone_twice_is_done_again()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var bob = await server.JoinAsync(ada, "member");
        var (workspace, id, transaction) = (await ada.WorkspaceAsync(), Guid.CreateVersion7(), Guid.CreateVersion7());
        (await ada.WriteAsync(SyncClient.Create(id, new { name = "One" }), transaction)).Is(HttpStatusCode.OK);
        (await bob.PostAsync($"/api/workspaces/{workspace}/transactions/{transaction}/undo")).Refuses(HttpStatusCode.NotFound, "transaction.not_found");
        (await ada.PostTextAsync($"/api/workspaces/{workspace}/transactions/{transaction}/undo", """{"force":true}""")).Refuses(HttpStatusCode.BadRequest, "request.malformed");
        var undone = (await UndoAsync(ada, transaction)).Is(HttpStatusCode.OK).Json.GetProperty("id").GetGuid();
        (await FindAsync(ada, "solo.customer", id)).Refuses(HttpStatusCode.NotFound, "record.not_found");
        Assert.Empty((await UndoAsync(ada, transaction)).Is(HttpStatusCode.OK).Json.GetProperty("left").EnumerateArray());
        (await UndoAsync(ada, undone)).Is(HttpStatusCode.OK);
        Assert.Equal("One", (await ValuesAsync(ada, "solo.customer", id)).GetProperty("name").GetString());
    }

    private static async Task<Guid> MakeAsync(TestBrowser person, string type, object values)
    {
        var id = Guid.CreateVersion7();
        (await person.WriteAsync(new { op = "create", type, id, values })).Is(HttpStatusCode.OK);
        return id;
    }

    private static async Task<string> PathAsync(TestBrowser person, Guid from, Guid into) => $"/api/workspaces/{await person.WorkspaceAsync()}/records/solo.customer/{from}/merge-into/{into}";

    private static async Task<Answer> MergeAsync(TestBrowser person, Guid from, Guid into, params string[] take) => await person.PostAsync(await PathAsync(person, from, into), new { take });

    private static async Task<Answer> UndoAsync(TestBrowser person, Guid transaction) => await person.PostAsync($"/api/workspaces/{await person.WorkspaceAsync()}/transactions/{transaction}/undo");

    private static async Task<Answer> FindAsync(TestBrowser person, string type, Guid id) => await person.GetAsync($"/api/workspaces/{await person.WorkspaceAsync()}/records/{type}/{id}");

    private static async Task<JsonElement> ValuesAsync(TestBrowser person, string type, Guid id) => (await FindAsync(person, type, id)).Is(HttpStatusCode.OK).Json.GetProperty("values");

    private static Guid Id(JsonElement values, string field) => values.GetProperty(field).GetGuid();
}
