using Holdfast.Engine;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Servers.Scopes;

/// <summary>What nobody reads by his role: a project is its team's, and so is all that lies below it, four records deep.</summary>
internal static class ScopeRecords
{
    internal static void Add(IServiceCollection services)
    {
        services.AddRecord<Seat>();
        services.AddRecord<Project>();
        services.AddRecord<Stage>();
        services.AddRecord<ProjectTask>();
        services.AddRecord<Step>();
    }
}

[Index(nameof(Member), nameof(Team))]
[Record("bench.seat", "bench.seats", ChangedBy = [Roles.Member])]
[Grants("team", nameof(Member), nameof(Team), ByRole = true)]
internal sealed class Seat : Record
{
    [Reference(Required = true)]
    public Guid? Member { get; set; }

    [Reference(Required = true)]
    public Guid? Team { get; set; }
}

[Index(nameof(Team))]
[Record("bench.project", "bench.projects", ReadByRole = false, ChangedBy = [Roles.Member])]
internal sealed class Project : Record
{
    [Reference(ReadBy = "team")]
    public Guid? Team { get; set; }
}

[Index(nameof(Project))]
[Index(nameof(Team))]
[Record("bench.stage", "bench.stages", ReadByRole = false, ChangedBy = [Roles.Member])]
internal sealed class Stage : Record
{
    [Reference<Project>(Required = true)]
    public Guid? Project { get; set; }

    [Reference(ReadBy = "team", From = nameof(Project))]
    public Guid? Team { get; set; }
}

[Index(nameof(Stage))]
[Index(nameof(Team))]
[Record("bench.task", "bench.tasks", ReadByRole = false, ChangedBy = [Roles.Member])]
internal sealed class ProjectTask : Record
{
    [Reference<Stage>(Required = true)]
    public Guid? Stage { get; set; }

    [Reference(ReadBy = "team", From = nameof(Stage))]
    public Guid? Team { get; set; }
}

[Index(nameof(Task))]
[Index(nameof(Team))]
[Record("bench.step", "bench.steps", ReadByRole = false, ChangedBy = [Roles.Member])]
internal sealed class Step : Record
{
    [Reference<ProjectTask>(Required = true)]
    public Guid? Task { get; set; }

    [Reference(ReadBy = "team", From = nameof(Task))]
    public Guid? Team { get; set; }

    [Text(100)]
    public string? Name { get; set; }
}
