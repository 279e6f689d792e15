using Holdfast.Engine.Consumers;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace Holdfast.Engine.Compaction;

/// <summary>How long the log is kept whole.</summary>
public sealed record CompactionSettings
{
    /// <summary>The least that the database allows, whatever is set.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromDays(90);

    /// <summary>Entries older than this are compacted; none where null.</summary>
    public TimeSpan? KeepEntries { get; init; }
}

/// <summary>The nightly job that takes old values and old entries out of the logs.</summary>
internal sealed record CompactLog
{
    internal const string Kind = "engine.compact_log";
}

/// <summary>Goes through all workspaces: fields with a shorter life first, then whole entries.</summary>
internal sealed partial class LogKeeper(
    Db db, LogCompactor compactor, FieldLives lives, WritePath writePath, ConsumerRegistry consumers, CompactionSettings settings, TimeProvider clock, ILogger<LogKeeper> logger)
    : IJobHandler<CompactLog>
{
    // A day more than is promised, for clocks that differ.
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    public async Task RunAsync(Job job, CompactLog payload, CancellationToken cancel)
    {
        var (unsound, failed) = (0, 0);
        foreach (var workspace in await db.System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.workspaces ORDER BY workspace_id", cancel))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                await lives.ForgetAsync(workspace, cancel);
                await CompactAsync(workspace, cancel);
            }
            catch (LogCompactionException e)
            {
                // What is wrong with one log is no reason to let all others grow.
                LogUnsound(logger, workspace, e.Message);
                unsound++;
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                LogFailed(logger, e, workspace);
                failed++;
            }
        }

        // What is not sound stays so; all else may hold at the next attempt.
        if (failed > 0)
            throw new InvalidOperationException($"{failed + unsound} logs were not compacted, {unsound} of them because they are not sound.");
        if (unsound > 0)
            throw new JobFailedException($"{unsound} logs were not compacted, because they are not sound. Run 'holdfast log verify'.");
    }

    /// <summary>Compacts what is old enough and has been read by all consumers, a little at a time.</summary>
    /// <returns>How many entries that made.</returns>
    internal async Task<int> CompactAsync(Guid workspace, CancellationToken cancel)
    {
        if (settings.KeepEntries is not { } keep)
            return 0;
        var before = clock.GetUtcNow() - (keep > CompactionSettings.Shortest ? keep : CompactionSettings.Shortest) - Grace;
        string[] names = [.. consumers.All.Select(consumer => consumer.Name)];
        for (var steps = 0; ; steps++)
        {
            // Who has not begun here yet has read nothing.
            var read = await db.In(workspace).FirstAsync<long?>(
                $"""
                SELECT min(coalesce(c.seq, 0)) FROM unnest({names}) AS named(consumer)
                LEFT JOIN engine.consumers AS c ON c.workspace_id = {workspace} AND c.consumer = named.consumer
                """, cancel);
            if (await compactor.PrepareAsync(workspace, before, read ?? long.MaxValue, cancel) is not { } compaction)
                return steps;
            var outcome = await writePath.WriteAsync(workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("compaction"), Compaction = compaction });
            if (!outcome.Succeeded)
                throw new InvalidOperationException($"The compaction of workspace {workspace} up to entry {compaction.Base.UpTo} was not written: {outcome.Word}.");
        }
    }

    [LoggerMessage(LogLevel.Error, "The log of workspace {Workspace} was not compacted; it is tried again later")]
    private static partial void LogFailed(ILogger logger, Exception exception, Guid workspace);

    [LoggerMessage(LogLevel.Error, "The log of workspace {Workspace} is not compacted. {Why}")]
    private static partial void LogUnsound(ILogger logger, Guid workspace, string why);
}
