using Holdfast.Engine.Consumers;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Apps.Solo.Projects;

/// <summary>
/// Keeps <see cref="Project.BudgetLevel"/>: reads the log, and marks a project whose budget runs out. So each mark is in the log once,
/// for whoever is to hear of it.
/// </summary>
internal sealed class BudgetWatch(Db db, RecordRegistry registry, WritePath writePath) : IConsumerHandler
{
    /// <summary>What the log calls it.</summary>
    internal const string Name = "solo.budgets";

    private readonly RecordType _projects = registry.Of<Project>();

    private sealed record Row(Guid Id, long? BudgetMinutes, long? SpentMinutes, long? Budget, long? Spent, long? WarnAt, long? AlertAt, string? BudgetLevel)
    {
        internal string? Level => Share is not { } share ? null : share >= AlertAt ? "alert" : share >= WarnAt ? "warn" : null;

        /// <summary>In percent.</summary>
        private decimal? Share => (BudgetMinutes, Budget) switch
        {
            ( > 0, _) => SpentMinutes * 100m / BudgetMinutes,
            (_, > 0) => Spent * 100m / Budget,
            _ => null,
        };
    }

    public async Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel)
    {
        var ids = entry.Changes.Where(change => change.Type == _projects && change.Kind != "delete").Select(change => change.Id).ToArray();
        if (ids.Length == 0)
            return;
        var rows = await db.In(step.Workspace).QueryAsync<Row>(
            $"""
            SELECT id, budget_minutes, spent_minutes, budget, spent, warn_at, alert_at, budget_level FROM solo.projects
            WHERE workspace_id = {step.Workspace} AND id = ANY({ids})
            """, cancel);
        Operation[] operations = [.. rows.Where(row => row.Level != row.BudgetLevel).Select(row => Compose.Set<Project>(registry, row.Id, nameof(Project.BudgetLevel), row.Level))];
        if (operations.Length == 0)
            return;
        var outcome = await writePath.WriteAsync(step.Workspace, step.Write(Actor.Server(Name), operations));
        if (outcome.Kind == OutcomeKind.Retry)
            throw new TimeoutException("Nothing was written: the database is away.");
    }
}
