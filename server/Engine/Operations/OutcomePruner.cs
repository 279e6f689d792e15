using Holdfast.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Holdfast.Engine.Operations;

/// <summary>
/// Forgets outcomes that nobody asks for any more, a few at a time. Each process does it once an hour; of several one at a
/// time takes a step, and the others pass.
/// </summary>
public sealed partial class OutcomePruner(Db db, TimeProvider clock, ILogger<OutcomePruner> logger) : BackgroundService
{
    /// <summary>How many a step forgets.</summary>
    internal const int Step = 500;

    /// <summary>A day more than is promised, for clocks that differ.</summary>
    private const int Days = 91;

    private const long LockKey = 0x4F7574636F6D6573;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await PruneAsync(stoppingToken) > 0)
                    await Task.Delay(Pause, clock, stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                LogFailed(logger, e);
            }
        }
    }

    /// <summary>Takes one step in each of the workspaces that the oldest outcomes belong to.</summary>
    /// <returns>How many outcomes were forgotten; none where there are no old ones, or another process is at it.</returns>
    internal async Task<int> PruneAsync(CancellationToken cancel)
    {
        var workspaces = await db.System.QueryAsync<Guid>(
            $"SELECT DISTINCT workspace_id FROM (SELECT workspace_id FROM engine.outcomes WHERE at < now() - make_interval(days => {Days}) LIMIT {Step}) AS old", cancel);
        var forgotten = 0;
        foreach (var workspace in workspaces)
        {
            cancel.ThrowIfCancellationRequested();
            forgotten += await db.In(workspace).ExecuteAsync($"""
                WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock({LockKey}) AS mine)
                DELETE FROM engine.outcomes WHERE workspace_id = {workspace} AND (SELECT mine FROM turn) AND transaction_id IN (
                  SELECT transaction_id FROM engine.outcomes WHERE workspace_id = {workspace} AND at < now() - make_interval(days => {Days}) LIMIT {Step})
                """);
        }

        return forgotten;
    }

    [LoggerMessage(LogLevel.Warning, "Old outcomes could not be forgotten; it is tried again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
