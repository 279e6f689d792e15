using System.Text.Json.Nodes;
using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

public sealed class ProjectTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_project_with_open_tasks_is_not_completed()
    {
        var project = await _workspace.ProjectAsync();
        var (first, second) = (await _workspace.TaskAsync(project), await _workspace.TaskAsync(project));
        await _workspace.TaskAsync(project, done: true);
        await _workspace.TaskAsync(await _workspace.ProjectAsync());
        var refused = (await StateAsync(project, "completed")).Refuses("project.open_tasks", "state");
        Assert.Equal(2, refused.Failure!.Params!["count"]);
        (await _workspace.SendAsync(SoloRecords.Set("solo.task", first, "done", true))).Holds();
        // The last one goes together with the step.
        (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "state", "completed"), SoloRecords.Delete("solo.task", second))).Holds();
    }

    [Fact]
    public async Task Of_two_who_finish_a_project_and_add_to_it_at_once_one_is_told()
    {
        var project = await _workspace.ProjectAsync();
        var outcomes = await Task.WhenAll(
            StateAsync(project, "completed"),
            _workspace.SendAsync(SoloRecords.Create("solo.task", Guid.CreateVersion7(), new { project, title = "One more", order = "i" })));
        Assert.Single(outcomes, outcome => outcome.Succeeded);
        Assert.Contains(outcomes.Single(outcome => !outcome.Succeeded).Failure!.Code.Code, new[] { "project.open_tasks", "task.project_closed" });
    }

    [Fact]
    public async Task What_is_billed_needs_a_customer_once_it_is_active()
    {
        var project = await _workspace.MakeAsync("solo.project", new { name = "Website" });
        (await StateAsync(project, "active")).Refuses("project.needs_customer", "customer");
        (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "state", "active"), SoloRecords.Set("solo.project", project, "billing", "none"))).Holds();
        (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "billing", "fixed"))).Refuses("project.needs_customer", "customer");
        (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "billing", "fixed"), SoloRecords.Set("solo.project", project, "customer", await _workspace.CustomerAsync()))).Holds();
        (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "customer", null))).Refuses("project.needs_customer", "customer");
    }

    [Fact]
    public async Task No_customer_is_archived_while_work_for_him_goes_on()
    {
        var customer = await _workspace.CustomerAsync();
        var project = await _workspace.MakeAsync("solo.project", new { name = "Website", state = "active", customer });
        await _workspace.MakeAsync("solo.project", new { name = "An idea", customer });
        object[] archive = [SoloRecords.Set("solo.customer", customer, "status", "archived"), SoloRecords.Set("solo.customer", customer, "reason", "Gone")];
        Assert.Equal(1, (await _workspace.SendAsync(archive)).Refuses("customer.open_projects", "status").Failure!.Params!["count"]);
        (await _workspace.SendAsync([.. archive, SoloRecords.Set("solo.project", project, "state", "completed")])).Holds();
    }

    [Fact]
    public async Task A_template_stays_a_draft()
    {
        var template = await _workspace.MakeAsync("solo.project", new { name = "Website", template = true, billing = "none" });
        (await StateAsync(template, "active")).Refuses("project.template", "state");
    }

    [Fact]
    public async Task Nothing_begins_for_a_customer_who_is_archived()
    {
        var project = await _workspace.MakeAsync("solo.project", new { name = "Website", customer = await _workspace.CustomerAsync("archived", "Gone & Sons") });
        Assert.Equal("Gone & Sons", (await StateAsync(project, "active")).Refuses("project.customer_archived", "customer").Failure!.Params!["name"]);
    }

    [Fact]
    public async Task An_archived_project_does_not_change_nor_its_customer()
    {
        var project = await _workspace.ProjectAsync("archived");
        (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "tags", new[] { "old" }))).Refuses("project.archived", "tags");
        (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "customer", await _workspace.CustomerAsync()))).Refuses("project.archived", "customer");
    }

    [Theory]
    [InlineData("""{"startsOn":"2026-02-02","endsOn":"2026-02-01"}""", "project.dates", "endsOn")]
    [InlineData("""{"startsOn":"2026-02-02","endsOn":"2026-02-02"}""", null, null)]
    [InlineData("""{"budgetMinutes":600,"budget":50000,"currency":"EUR"}""", "project.two_budgets", "budget")]
    [InlineData("""{"budget":50000}""", "field.required", "currency")]
    [InlineData("""{"warnAt":100}""", "project.alerts", "warnAt")]
    [InlineData("""{"warnAt":null,"alertAt":50}""", null, null)]
    [InlineData("""{"colour":"#ff0000"}""", "field.not_allowed", "colour")]
    public async Task What_does_not_fit_together_names_the_field(string values, string? code, string? field)
    {
        var given = JsonNode.Parse(values)!.AsObject();
        given["name"] = "Website";
        var outcome = await _workspace.SendAsync(SoloRecords.Create("solo.project", Guid.CreateVersion7(), given));
        Assert.Equal((code, field), (outcome.Failure?.Code.Code, outcome.Failure?.Field));
    }

    [Fact]
    public async Task Two_projects_have_no_code_in_common()
    {
        await _workspace.MakeAsync("solo.project", new { name = "Website", code = "WEB" });
        (await _workspace.SendAsync(SoloRecords.Create("solo.project", Guid.CreateVersion7(), new { name = "Shop", code = "WEB" }))).Refuses("record.not_unique", "code");
    }

    [Fact]
    public async Task A_project_goes_with_its_tasks_and_comes_back_with_them()
    {
        var project = await _workspace.ProjectAsync();
        var task = await _workspace.TaskAsync(project, done: true);
        (await StateAsync(project, "completed")).Holds();
        (await StateAsync(project, "archived")).Holds();
        var refused = (await _workspace.SendAsync(SoloRecords.Delete("solo.project", project))).Refuses("record.referenced");
        Assert.Equal(("solo.task", 1), ((string)refused.Failure!.Params!["by"], (int)refused.Failure.Params["count"]));
        (await _workspace.SendAsync(SoloRecords.Delete("solo.project", project), SoloRecords.Delete("solo.task", task))).Holds();
        (await _workspace.SendAsync(SoloRecords.Restore("solo.project", project), SoloRecords.Restore("solo.task", task))).Holds();
    }

    [Fact]
    public async Task A_task_is_for_a_member_and_keeps_nobody_in_the_workspace()
    {
        var task = await _workspace.TaskAsync(await _workspace.ProjectAsync());
        (await _workspace.SendAsync(SoloRecords.Set("solo.task", task, "assignee", Guid.CreateVersion7()))).Refuses("task.no_member", "assignee");
        var bob = await _workspace.AddMemberAsync("member");
        (await _workspace.SendAsync(SoloRecords.Set("solo.task", task, "assignee", bob.Member))).Holds();
        (await _workspace.SendAsync(SoloRecords.Delete("access.member", bob.Member))).Holds();
        (await _workspace.SendAsync(SoloRecords.Set("solo.task", task, "title", "Still here"))).Holds();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a0")]
    [InlineData("A")]
    [InlineData("a-b")]
    public async Task A_place_that_is_none_is_refused(string order)
    {
        var project = await _workspace.ProjectAsync();
        var outcome = await _workspace.SendAsync(SoloRecords.Create("solo.task", Guid.CreateVersion7(), new { project, title = "Write", order }));
        Assert.Equal("order", outcome.Failure!.Field);
    }

    private Task<Outcome> StateAsync(Guid project, string state) => _workspace.SendAsync(SoloRecords.Set("solo.project", project, "state", state));
}
