using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>Each role, each operation, each state of customers and projects: three tables, and every field of them is tried.</summary>
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

    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (var (type, table) in new[] { ("solo.customer", Customers), ("solo.project", Projects) })
        {
            foreach (var state in SoloRecords.Table(table).Keys)
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
        var isCustomer = type == "solo.customer";
        foreach (var (operation, answer) in SoloRecords.Table(isCustomer ? Customers : Projects)[state])
        {
            var expected = Rights[role] == "-" ? answer : Rights[role];
            var id = isCustomer ? await _workspace.CustomerAsync(state) : await _workspace.ProjectAsync(state);
            if (operation == "restore")
                (await _workspace.SendAsync(SoloRecords.Delete(type, id))).Holds();
            object[] asked = operation switch
            {
                "create" when isCustomer => [SoloRecords.Create(type, Guid.CreateVersion7(), new { name = "New", status = state, reason = "So" })],
                "create" => [SoloRecords.Create(type, Guid.CreateVersion7(), new { name = "New", state, billing = "none" })],
                "rename" => [SoloRecords.Set(type, id, "name", "Another")],
                "delete" => [SoloRecords.Delete(type, id)],
                "restore" => [SoloRecords.Restore(type, id)],
                _ when isCustomer => [SoloRecords.Set(type, id, "status", operation), SoloRecords.Set(type, id, "reason", "So")],
                _ => [SoloRecords.Set(type, id, "state", operation)],
            };
            var outcome = await _workspace.SendAsync(person, asked);
            Assert.True(expected == (outcome.Failure?.Code.Code ?? "ok"), $"{role}, {state}, {operation}: {outcome.Failure?.Code.Code} {outcome.Failure?.Detail}");
        }
    }
}
