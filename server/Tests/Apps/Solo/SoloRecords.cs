using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Apps.Solo;

/// <summary>Writes the records of the product as people send them.</summary>
internal static class SoloRecords
{
    public static object Create(string type, Guid id, object values) => new { op = "create", type, id, values };

    public static object Set(string type, Guid id, string field, object? value) => new { op = "set", type, id, field, value };

    public static object Delete(string type, Guid id) => new { op = "delete", type, id };

    public static object Restore(string type, Guid id) => new { op = "restore", type, id };

    /// <summary>Makes a record as the owner, and fails with the reason where it is refused.</summary>
    public static async Task<Guid> MakeAsync(this TestWorkspace workspace, string type, object values)
    {
        var id = Guid.CreateVersion7();
        (await workspace.SendAsync(Create(type, id, values))).Holds();
        return id;
    }

    public static async Task<Guid> CustomerAsync(this TestWorkspace workspace, string status = "active", string name = "Ada") =>
        await workspace.MakeAsync("solo.customer", new { name, status, reason = status == "archived" ? "Moved away" : null });

    /// <summary>A project for a customer of its own.</summary>
    public static async Task<Guid> ProjectAsync(this TestWorkspace workspace, string state = "active") =>
        await workspace.MakeAsync("solo.project", new { name = "Website", state, customer = await workspace.CustomerAsync() });

    public static async Task<Guid> TaskAsync(this TestWorkspace workspace, Guid project, bool done = false) =>
        await workspace.MakeAsync("solo.task", new { title = "Write", project, done, order = "i" });

    public static Outcome Holds(this Outcome outcome)
    {
        Assert.True(outcome.Kind == OutcomeKind.Applied, $"{outcome.Failure?.Code.Code} {outcome.Failure?.Field}: {outcome.Failure?.Detail}");
        return outcome;
    }

    public static Outcome Refuses(this Outcome outcome, string code, string? field = null)
    {
        Assert.Equal((code, field), (outcome.Failure?.Code.Code, outcome.Failure?.Field));
        return outcome;
    }
}
