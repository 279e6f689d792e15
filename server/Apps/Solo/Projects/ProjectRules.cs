using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;

namespace Holdfast.Apps.Solo.Projects;

internal static class ProjectFailures
{
    internal static readonly FailureCode Step = new("project.step", 422, "A project does not go from this state to that one.");
    internal static readonly FailureCode NotCompleted = new("project.not_completed", 422, "Only what is completed is archived.");
    internal static readonly FailureCode OpenTasks = new("project.open_tasks", 422, "A project with open tasks is not completed.");
    internal static readonly FailureCode NeedsCustomer = new("project.needs_customer", 422, "A project that is billed needs a customer.");
    internal static readonly FailureCode CustomerArchived = new("project.customer_archived", 422, "The customer is archived.");
    internal static readonly FailureCode Archived = new("project.archived", 422, "An archived project does not change.");
    internal static readonly FailureCode Template = new("project.template", 422, "A template stays a draft.");
    internal static readonly FailureCode Dates = new("project.dates", 422, "A project does not end before it starts.");
    internal static readonly FailureCode TwoBudgets = new("project.two_budgets", 422, "A budget is in time or in money.");
    internal static readonly FailureCode Alerts = new("project.alerts", 422, "The warning comes before the alert.");
}

internal sealed class ProjectRules : Rules<Project>
{
    protected override Failure? Check(Change<Project> change) =>
        change.After is not { } after ? null : CheckStep(change) ?? CheckState(change, after) ?? CheckValues(after);

    private static Failure? CheckStep(Change<Project> change) =>
        change.CheckStep(nameof(Project.State), ProjectFailures.Step) is not { } refused ? null
            : change.After!.State == "archived" ? ProjectFailures.NotCompleted.With("Complete it first; a draft that nobody wants is deleted.", "state")
            : refused;

    private static Failure? CheckState(Change<Project> change, Project after)
    {
        var (before, enters) = (change.Before, change.Before?.State != after.State);
        // Two customers may be merged whatever their projects are; the level of the budget is the server's.
        if (!enters && after.State == "archived" && change.Fields.FirstOrDefault(field => field != "budgetLevel" && !(field == "customer" && change.IsMoved("solo.customer", before!.Customer, after.Customer))) is { } changed)
            return ProjectFailures.Archived.With("Restore it first: set 'state' to completed.", changed);
        if (after is { Template: true, State: not "draft" })
            return ProjectFailures.Template.With("Copy it, and begin with the copy.", "state");
        if (after is { State: not "draft", Customer: null, Billing: not "none" })
            return ProjectFailures.NeedsCustomer.With("Choose a customer, or set 'billing' to none for work of the house.", "customer");
        if (enters && after.State == "active" && change.Find<Customer>(after.Customer) is { Status: "archived" } customer)
            return ProjectFailures.CustomerArchived.With("Restore the customer first, or choose another.", "customer", ("name", customer.Name!));
        if (before is not null && enters && after.State == "completed" && OpenTasks(change, after) is > 0 and var open)
            return ProjectFailures.OpenTasks.With($"{open} of its tasks are open. Finish, move or delete them first.", "state", ("count", open));
        return null;
    }

    private static Failure? CheckValues(Project after)
    {
        if (after.EndsOn < after.StartsOn)
            return ProjectFailures.Dates.With("Choose a last day that is not before the first.", "endsOn");
        if (after is { Budget: not null, BudgetMinutes: not null })
            return ProjectFailures.TwoBudgets.With("Empty one of 'budget' and 'budgetMinutes'.", "budget");
        return after.WarnAt >= after.AlertAt
            ? ProjectFailures.Alerts.With("Choose a warning below the alert, or leave it empty.", "warnAt")
            : null;
    }

    private static int OpenTasks(Change<Project> change, Project project) =>
        change.CountLike(new ProjectTask { Project = project.Id, Done = false }, nameof(ProjectTask.Project), nameof(ProjectTask.Done));
}
