using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>Each role, each operation, each state of customers, projects and tasks: four tables, and every field of them is tried.</summary>
public sealed class LifecycleTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    /// <summary>What a role gets for an answer, whatever the state: <c>-</c> is what the state says.</summary>
    private static readonly Dictionary<string, string> Rights = new(StringComparer.Ordinal)
    {
        ["owner"] = "-",
        ["admin"] = "-",
        ["moderator"] = "-",
        ["member"] = "-",
        ["viewer"] = "permission.denied",
        ["guest"] = "record.not_found",
    };

    /// <summary>A column for each operation; one for each status that is set.</summary>
    private const string Customers =
        """
                   create rename            delete restore lead          prospect      active dormant       lost archived
        lead       ok     ok                ok     ok      ok            ok            ok     customer.step ok   ok
        prospect   ok     ok                ok     ok      ok            ok            ok     customer.step ok   ok
        active     ok     ok                ok     ok      customer.step customer.step ok     ok            ok   ok
        dormant    ok     ok                ok     ok      customer.step customer.step ok     ok            ok   ok
        lost       ok     ok                ok     ok      ok            ok            ok     customer.step ok   ok
        archived   ok     customer.archived ok     ok      ok            ok            ok     ok            ok   ok
        """;

    /// <summary>The same for projects that have a customer and no open tasks.</summary>
    private const string Projects =
        """
                   create rename            delete restore draft         active        completed     archived
        draft      ok     ok                ok     ok      ok            ok            project.step  project.not_completed
        active     ok     ok                ok     ok      project.step  ok            ok            project.not_completed
        completed  ok     ok                ok     ok      project.step  ok            ok            ok
        archived   ok     project.archived  ok     ok      project.step  project.step  ok            ok
        """;

    /// <summary>For tasks that are done, by the state of their project.</summary>
    private const string Tasks =
        """
                   create               rename                 reopen                 delete                 restore
        draft      ok                   ok                     ok                     ok                     ok
        active     ok                   ok                     ok                     ok                     ok
        completed  task.project_closed  ok                     task.project_closed    ok                     ok
        archived   task.project_closed  task.project_archived  task.project_archived  task.project_archived  ok
        """;

    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var (type, table) in new[] { ("solo.customer", Customers), ("solo.project", Projects), ("solo.task", Tasks) })
        {
            foreach (var state in Tables.Read(table).Keys)
            {
                foreach (var role in Rights.Keys)
                    cases.Add(type, state, role);
            }
        }

        return cases;
    }

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Each_operation_gets_the_answer_of_the_table(string type, string state, string role)
    {
        var person = await _workspace.AddMemberAsync(role, party: role == "guest" ? Guid.CreateVersion7() : null);
        foreach (var (operation, answer) in Tables.Read(type switch { "solo.customer" => Customers, "solo.project" => Projects, _ => Tasks })[state])
        {
            var expected = Rights[role] == "-" ? answer : Rights[role];
            var asked = type switch
            {
                "solo.customer" => await OnCustomerAsync(state, operation),
                "solo.project" => await OnProjectAsync(state, operation),
                _ => await OnTaskAsync(state, operation),
            };
            var outcome = await _workspace.SendAsync(person, asked);
            Assert.True(expected == (outcome.Failure?.Code.Code ?? "ok"), $"{role}, {state}, {operation}: {outcome.Failure?.Code.Code} {outcome.Failure?.Detail}");
        }
    }

    private async Task<object[]> OnCustomerAsync(string state, string operation)
    {
        if (operation == "create")
            return [SoloRecords.Create("solo.customer", Guid.CreateVersion7(), new { name = "New", status = state, reason = "So" })];
        var id = await _workspace.CustomerAsync(state);
        return operation is "rename" or "delete" or "restore"
            ? [await OnAsync("solo.customer", id, operation)]
            : [SoloRecords.Set("solo.customer", id, "status", operation), SoloRecords.Set("solo.customer", id, "reason", "So")];
    }

    private async Task<object[]> OnProjectAsync(string state, string operation) => operation switch
    {
        "create" => [SoloRecords.Create("solo.project", Guid.CreateVersion7(), new { name = "New", state, billing = "none" })],
        "rename" or "delete" or "restore" => [await OnAsync("solo.project", await _workspace.ProjectAsync(state), operation)],
        _ => [SoloRecords.Set("solo.project", await _workspace.ProjectAsync(state), "state", operation)],
    };

    private async Task<object[]> OnTaskAsync(string state, string operation)
    {
        var isLater = operation == "restore" && state == "archived";
        var project = await _workspace.ProjectAsync(isLater ? "completed" : state);
        var task = await _workspace.TaskAsync(project, done: true);
        object[] asked = operation switch
        {
            "create" => [SoloRecords.Create("solo.task", Guid.CreateVersion7(), new { project, title = "New", order = "i" })],
            "rename" => [SoloRecords.Set("solo.task", task, "title", "Another")],
            "reopen" => [SoloRecords.Set("solo.task", task, "done", false)],
            _ => [await OnAsync("solo.task", task, operation)],
        };
        // What was deleted before the project was archived comes back into it.
        if (isLater)
            (await _workspace.SendAsync(SoloRecords.Set("solo.project", project, "state", "archived"))).Holds();
        return asked;
    }

    /// <summary>What all types take; what is to be restored is deleted first.</summary>
    private async Task<object> OnAsync(string type, Guid id, string operation)
    {
        if (operation == "restore")
            (await _workspace.SendAsync(SoloRecords.Delete(type, id))).Holds();
        return operation switch { "rename" => SoloRecords.Set(type, id, "name", "Another"), "delete" => SoloRecords.Delete(type, id), _ => SoloRecords.Restore(type, id) };
    }
}
