using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>The hourly job that forgets old outcomes, and what else is old.</summary>
internal sealed record ForgetOutcomes
{
    internal const string Kind = "engine.forget_outcomes";
}

/// <summary>
/// Forgets outcomes that nobody asks for any more, what browsers were told to forget, and browsers that do not come any more,
/// a few at a time.
/// </summary>
internal sealed class OutcomePruner(Db db, TimeProvider clock) : IJobHandler<ForgetOutcomes>
{
    /// <summary>How many a step forgets.</summary>
    internal const int Step = 500;

    /// <summary>A day more than is promised, for clocks that differ.</summary>
    private const int Days = 91;

    /// <summary>For browsers that wrote. It ends at some time; by then nobody waits for the answer to what was sent.</summary>
    private const int DaysOfWriters = 731;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(Job job, ForgetOutcomes payload, CancellationToken cancel)
    {
        while (await PruneAsync(cancel) > 0)
            await Task.Delay(Pause, clock, cancel);
    }

    /// <summary>Takes one step in each of the workspaces that the oldest rows belong to.</summary>
    /// <returns>How many rows were forgotten; none where there are no old ones.</returns>
    internal async Task<int> PruneAsync(CancellationToken cancel) =>
        await PruneAsync(new SqlName("engine.outcomes"), new SqlName("transaction_id"), $"at < now() - make_interval(days => {Days})", cancel)
        + await PruneAsync(new SqlName("engine.revocations"), new SqlName("id"), $"sent_at < now() - make_interval(days => {Days})", cancel)
        // Of one that wrote, the last number is all that keeps what it sends once more from being done twice.
        + await PruneAsync(new SqlName("engine.browsers"), new SqlName("browser_id"), $"""
            seen_at < now() - make_interval(days => CASE last_mutation WHEN 0 THEN {Days} ELSE {DaysOfWriters} END)
            AND NOT EXISTS (SELECT FROM engine.outcomes AS o WHERE o.workspace_id = browsers.workspace_id AND o.browser_id = browsers.browser_id)
            """, cancel);

    private async Task<int> PruneAsync(SqlName table, SqlName key, Sql old, CancellationToken cancel)
    {
        var workspaces = await db.System.QueryAsync<Guid>(
            $"SELECT DISTINCT workspace_id FROM (SELECT workspace_id FROM {table} WHERE {old} LIMIT {Step}) AS old", cancel);
        var forgotten = 0;
        foreach (var workspace in workspaces)
        {
            cancel.ThrowIfCancellationRequested();
            forgotten += await db.In(workspace).ExecuteAsync($"""
                DELETE FROM {table} WHERE workspace_id = {workspace} AND {key} IN (
                  SELECT {key} FROM {table} WHERE workspace_id = {workspace} AND {old} LIMIT {Step})
                """);
        }

        return forgotten;
    }
}
