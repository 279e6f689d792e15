using System.Net;
using System.Text.Json;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

public sealed class CopyTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_project_is_made_from_a_template_with_its_tasks_and_later_dates()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var customer = await MakeAsync(ada, "solo.customer", new { name = "Okafor" });
        var template = await MakeAsync(ada, "solo.project", new { name = "Small website", code = "T1", template = true, startsOn = "2026-01-01", budgetMinutes = 600, tags = new[] { "web" } });
        foreach (var (title, order) in new[] { ("Talk", "h"), ("Build", "i"), ("Hand over", "j") })
            await MakeAsync(ada, "solo.task", new { project = template, title, order, due = "2026-01-10", done = title == "Talk" });
        await MakeAsync(ada, "solo.task", new { project = await MakeAsync(ada, "solo.project", new { name = "Another" }), title = "Not this", order = "i" });

        var copied = (await CopyAsync(ada, template, """{"values": {"name": "Okafor's website", "customer": "§", "template": null}, "with": {"solo.task": {"done": false}}, "days": 31}""".Replace("§", customer.ToString(), StringComparison.Ordinal)))
            .Is(HttpStatusCode.OK).Json;
        var project = copied.GetProperty("record").GetGuid();
        var values = (await ada.ListAsync("solo.project", $"query=id:{project}")).Json.GetProperty("records")[0].GetProperty("values");
        Assert.Equal(
            ("Okafor's website", (string?)null, "draft", "2026-02-01", 600, """["web"]""", JsonValueKind.Null, customer),
            (values.GetProperty("name").GetString(), values.GetProperty("code").GetString(), values.GetProperty("state").GetString(), values.GetProperty("startsOn").GetString(),
                values.GetProperty("budgetMinutes").GetInt32(), values.GetProperty("tags").GetRawText(), values.GetProperty("template").ValueKind, values.GetProperty("customer").GetGuid()));
        var tasks = (await ada.ListAsync("solo.task", $"query=project:{project}&sort=order")).Json.GetProperty("records").EnumerateArray().Select(task => task.GetProperty("values")).ToArray();
        Assert.Equal(
            ["Talk False 2026-02-10", "Build False 2026-02-10", "Hand over False 2026-02-10"],
            tasks.Select(task => $"{task.GetProperty("title").GetString()} {task.GetProperty("done").GetBoolean()} {task.GetProperty("due").GetString()}"));
        // The template is as it was, and the copy goes as one.
        Assert.Equal(3, (await ada.ListAsync("solo.task", $"query=project:{template}")).Json.GetProperty("count").GetProperty("exact").GetInt32());
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions/{copied.GetProperty("id").GetGuid()}/undo")).Is(HttpStatusCode.OK);
        Assert.Equal(0, (await ada.ListAsync("solo.task", $"query=project:{project}")).Json.GetProperty("count").GetProperty("exact").GetInt32());
    }

    [Theory]
    [InlineData("""{"name": "Another"}""", HttpStatusCode.UnprocessableEntity, "field.unknown", null)]
    [InlineData("""{"values": []}""", HttpStatusCode.UnprocessableEntity, "field.wrong_kind", "values")]
    [InlineData("""{"values": {"nothing": 1}}""", HttpStatusCode.UnprocessableEntity, "field.unknown", "nothing")]
    [InlineData("""{"values": {"budgetLevel": "warn"}}""", HttpStatusCode.UnprocessableEntity, "field.read_only", "budgetLevel")]
    [InlineData("""{"values": {"name": 1}}""", HttpStatusCode.UnprocessableEntity, "field.wrong_kind", "name")]
    [InlineData("""{"with": {"solo.task": null}}""", HttpStatusCode.UnprocessableEntity, "field.wrong_kind", "with")]
    [InlineData("""{"with": {"solo.contact": {}}}""", HttpStatusCode.UnprocessableEntity, "field.not_allowed", "with")]
    [InlineData("""{"days": 1.5}""", HttpStatusCode.UnprocessableEntity, "field.out_of_range", "days")]
    [InlineData("""{"days": 99999}""", HttpStatusCode.UnprocessableEntity, "field.out_of_range", "days")]
    [InlineData("""{"values": {"state": "archived", "billing": "none"}, "with": {"solo.task": {"done": false}}}""", HttpStatusCode.UnprocessableEntity, "task.project_closed", "project")]
    public async Task What_is_no_copy_is_named(string body, HttpStatusCode status, string code, string? field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var project = await MakeAsync(ada, "solo.project", new { name = "One" });
        await MakeAsync(ada, "solo.task", new { project, title = "Do", order = "i" });
        (await CopyAsync(ada, project, body)).Refuses(status, code, field);
        Assert.Equal(1, (await ada.ListAsync("solo.project", "")).Json.GetProperty("count").GetProperty("exact").GetInt32());
    }

    [Fact]
    public async Task A_copy_that_is_sent_again_under_its_id_is_the_same_copy()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var project = await MakeAsync(ada, "solo.project", new { name = "One" });
        await MakeAsync(ada, "solo.task", new { project, title = "Do", order = "i" });
        var body = $$$"""{"with": {"solo.task": {}}, "id": "{{{Guid.CreateVersion7()}}}"}""";
        var first = (await CopyAsync(ada, project, body)).Is(HttpStatusCode.OK).Json;
        var copy = first.GetProperty("record").GetGuid();
        (await ada.WriteAsync(new { op = "set", type = "solo.project", id = copy, field = "name", value = "Two" })).Is(HttpStatusCode.OK);
        // Whatever became of the copy since.
        (await ada.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions/{first.GetProperty("id").GetGuid()}/undo")).Is(HttpStatusCode.OK);
        foreach (var _ in new[] { 1, 2 })
        {
            var again = (await CopyAsync(ada, project, body)).Is(HttpStatusCode.OK).Json;
            Assert.Equal(("duplicate", copy, first.GetProperty("id").GetGuid()), (again.GetProperty("outcome").GetString(), again.GetProperty("record").GetGuid(), again.GetProperty("id").GetGuid()));
        }

        Assert.Equal(2, (await ada.ListAsync("solo.project", "")).Json.GetProperty("count").GetProperty("exact").GetInt32());
        (await CopyAsync(ada, project, """{"id": "1"}""")).Refuses(HttpStatusCode.UnprocessableEntity, "field.wrong_kind", "id");
    }

    [Fact]
    public async Task An_id_under_which_something_else_was_done_makes_no_copy_and_says_so()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (one, other) = (await MakeAsync(ada, "solo.project", new { name = "One" }), await MakeAsync(ada, "solo.project", new { name = "Other" }));
        var (written, copied) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        (await ada.WriteAsync(new { op = "set", type = "solo.project", id = one, field = "name", value = "First" }, written)).Is(HttpStatusCode.OK);
        (await CopyAsync(ada, one, $$"""{"id": "{{copied}}"}""")).Is(HttpStatusCode.OK);
        foreach (var (project, id) in new[] { (one, written), (other, copied) })
            (await CopyAsync(ada, project, $$"""{"id": "{{id}}"}""")).Refuses(HttpStatusCode.Conflict, "transaction.id_taken", "id");
        Assert.Equal(3, (await ada.ListAsync("solo.project", "")).Json.GetProperty("count").GetProperty("exact").GetInt32());
    }

    [Fact]
    public async Task A_copy_takes_the_rights_of_whoever_copies()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var project = await MakeAsync(ada, "solo.project", new { name = "One" });
        (await vera.PostAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.project/{project}/copy")).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await CopyAsync(ada, Guid.CreateVersion7(), "{}")).Refuses(HttpStatusCode.NotFound, "record.not_found");
    }

    private static async Task<Answer> CopyAsync(TestBrowser person, Guid project, string body) =>
        await person.PostTextAsync($"/api/workspaces/{await person.WorkspaceAsync()}/records/solo.project/{project}/copy", body);

    private static async Task<Guid> MakeAsync(TestBrowser person, string type, object values)
    {
        var id = Guid.CreateVersion7();
        (await person.WriteAsync(new { op = "create", type, id, values })).Is(HttpStatusCode.OK);
        return id;
    }
}
