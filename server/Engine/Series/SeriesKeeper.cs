using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace Holdfast.Engine.Series;

/// <summary>The hourly job that makes the parts of series ahead and drops the old ones.</summary>
internal sealed record KeepSeries
{
    internal const string Kind = "engine.keep_series";
}

/// <summary>Makes and drops the parts of the tables of series.</summary>
internal sealed partial class SeriesKeeper(Db db, SeriesRegistry registry, TimeProvider clock, ILogger<SeriesKeeper> logger) : IJobHandler<KeepSeries>
{
    // Nobody repeats a batch after an hour; a day is for clocks that differ.
    private static readonly TimeSpan KeepBatches = TimeSpan.FromDays(1);

    public Task RunAsync(Job job, KeepSeries payload, CancellationToken cancel) => KeepAsync(cancel);

    /// <returns>How many parts were made or dropped.</returns>
    internal async Task<int> KeepAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var changed = 0;
        foreach (var table in registry.All.SelectMany(series => series.Tables))
            changed += await db.System.FirstAsync<int>(SeriesSql.Keep(table, now), cancel);
        await db.System.ExecuteAsync($"DELETE FROM engine.series_batches WHERE written_at < {now - KeepBatches}");
        return changed;
    }

    internal async Task TryKeepAsync(CancellationToken cancel)
    {
        try
        {
            await KeepAsync(cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogFailed(logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The parts of series could not be made; trying again later")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
