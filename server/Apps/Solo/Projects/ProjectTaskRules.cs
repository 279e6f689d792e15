using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;

namespace Holdfast.Apps.Solo.Projects;

internal static class ProjectTaskFailures
{
    internal static readonly FailureCode ProjectClosed = new("task.project_closed", 422, "A project that is completed has no open tasks.");
    internal static readonly FailureCode ProjectArchived = new("task.project_archived", 422, "The tasks of an archived project do not change.");
    internal static readonly FailureCode NoMember = new("task.no_member", 422, "The task is for someone who is not in the workspace.");
}

internal sealed class ProjectTaskRules : Rules<ProjectTask>
{
    protected override Failure? Check(Change<ProjectTask> change)
    {
        var (before, after) = (change.Before, change.After);
        if (change.Find<Project>(before?.Project) is { State: "archived" })
            return ProjectTaskFailures.ProjectArchived.With("Restore the project and open it again first.", "project");
        // What is done may come into a closed project: with it, when it was deleted and is restored.
        if (after is { Done: not true } && change.Find<Project>(after.Project) is { State: "completed" or "archived" })
            return ProjectTaskFailures.ProjectClosed.With("Open the project again first, or mark the task as done.", "project");
        return after?.Assignee is { } assignee && assignee != before?.Assignee && change.Find<Member>(assignee) is null
            ? ProjectTaskFailures.NoMember.With("Name the id of a member, or nobody.", "assignee")
            : null;
    }
}
