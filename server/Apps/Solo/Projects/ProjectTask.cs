using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Projects;

/// <summary>Something to do in a project.</summary>
[Record("solo.task", "solo.tasks", ChangedBy = [Roles.Member])]
[Index(nameof(Project), nameof(Done))]
public sealed class ProjectTask : Record
{
    [Reference<Project>(Required = true)]
    public Guid? Project { get; set; }

    [Text(300, Required = true)]
    public string? Title { get; set; }

    [Boolean(Required = true)]
    public bool? Done { get; set; } = false;

    /// <summary>The member who does it. Whoever leaves stays named, so that his tasks never keep anyone from removing him.</summary>
    [Reference]
    public Guid? Assignee { get; set; }

    [Date]
    public DateOnly? Due { get; set; }

    /// <summary>Its place among the tasks of the project; of two in the same place the id decides.</summary>
    [Text(OrderKey.Max, Required = true, Format = TextFormat.Order, Column = "order_key")]
    public string? Order { get; set; }
}
