using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>The hourly job that forgets old outcomes.</summary>
internal sealed record ForgetOutcomes
{
    internal const string Kind = "engine.forget_outcomes";
}

/// <summary>Forgets outcomes that nobody asks for any more, a few at a time.</summary>
internal sealed class OutcomePruner(Db db, TimeProvider clock) : IJobHandler<ForgetOutcomes>
{
    /// <summary>How many a step forgets.</summary>
    internal const int Step = 500;

    /// <summary>A day more than is promised, for clocks that differ.</summary>
    private const int Days = 91;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(Job job, ForgetOutcomes payload, CancellationToken cancel)
    {
        while (await PruneAsync(cancel) > 0)
            await Task.Delay(Pause, clock, cancel);
    }

    /// <summary>Takes one step in each of the workspaces that the oldest outcomes belong to.</summary>
    /// <returns>How many outcomes were forgotten.</returns>
    internal async Task<int> PruneAsync(CancellationToken cancel)
    {
        var workspaces = await db.System.QueryAsync<Guid>(
            $"SELECT DISTINCT workspace_id FROM (SELECT workspace_id FROM engine.outcomes WHERE at < now() - make_interval(days => {Days}) LIMIT {Step}) AS old", cancel);
        var forgotten = 0;
        foreach (var workspace in workspaces)
        {
            cancel.ThrowIfCancellationRequested();
            forgotten += await db.In(workspace).ExecuteAsync($"""
                DELETE FROM engine.outcomes WHERE workspace_id = {workspace} AND transaction_id IN (
                  SELECT transaction_id FROM engine.outcomes WHERE workspace_id = {workspace} AND at < now() - make_interval(days => {Days}) LIMIT {Step})
                """);
        }

        return forgotten;
    }
}
