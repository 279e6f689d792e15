using System.Net;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>What becomes of a project whose budget is used, of which the server says how far.</summary>
public sealed class BudgetTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task It_warns_and_alerts_once_each_and_calms_down_when_the_budget_grows()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var project = await MakeAsync(ada, new { name = "Website", billing = "none", budgetMinutes = 600 });
        await BookAsync(ada, project, "spentMinutes", 400);
        await BookAsync(ada, project, "spentMinutes", 80);
        await LevelAsync(project, "warn");
        await BookAsync(ada, project, "spentMinutes", 60);
        await BookAsync(ada, project, "spentMinutes", 60);
        await LevelAsync(project, "alert");
        (await ada.WriteAsync(new { op = "set", type = "solo.project", id = project, field = "budgetMinutes", value = 1200 })).Is(HttpStatusCode.OK);
        await LevelAsync(project, "");
        var history = (await ada.GetAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/records/solo.project/{project}/history")).Is(HttpStatusCode.OK).Json;
        Assert.Equal(
            ["alert -> ", "warn -> alert", " -> warn"],
            history.GetProperty("entries").EnumerateArray().Where(entry => entry.GetProperty("kind").GetString() == "set").SelectMany(entry => entry.GetProperty("fields").EnumerateArray())
                .Where(field => field.GetProperty("field").GetString() == "budgetLevel").Select(field => $"{field.GetProperty("before").GetString()} -> {field.GetProperty("after").GetString()}"));
    }

    [Fact]
    public async Task A_budget_in_money_counts_what_was_spent_of_it()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var project = await MakeAsync(ada, new { name = "Look", billing = "none", budget = 100_000, currency = "EUR", warnAt = 50 });
        await BookAsync(ada, project, "spent", 50_000);
        await LevelAsync(project, "warn");
        Assert.Equal(1, (await ada.ListAsync("solo.project", "query=budgetLevel:warn")).Json.GetProperty("count").GetProperty("exact").GetInt32());
        (await ada.WriteAsync(new { op = "set", type = "solo.project", id = project, field = "budgetLevel", value = "alert" })).Refuses(HttpStatusCode.UnprocessableEntity, "field.read_only", "budgetLevel");
    }

    private static async Task<Guid> MakeAsync(TestBrowser person, object values)
    {
        var id = Guid.CreateVersion7();
        (await person.WriteAsync(new { op = "create", type = "solo.project", id, values })).Is(HttpStatusCode.OK);
        return id;
    }

    private static async Task BookAsync(TestBrowser person, Guid project, string field, long by) =>
        (await person.WriteAsync(new { op = "increment", type = "solo.project", id = project, field, by })).Is(HttpStatusCode.OK);

    private Task LevelAsync(Guid project, string level) => Eventually.HoldsAsync(
        $"the budget is at '{level}'", async () => (await server.LookAsync($"SELECT coalesce(budget_level, '') FROM solo.projects WHERE id = '{project}'"))[0] == level);
}
