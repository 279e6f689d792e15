using System.Threading.Channels;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Holdfast.Engine.Series;

/// <summary>
/// Writes points in batches: what came together within a moment, of all series and workspaces, in one transaction. A batch whose
/// answer is lost is written again and counts once. A process that is killed loses the last moment; what must not be lost is
/// written by <see cref="SeriesSql.Insert"/> together with what it follows from.
/// </summary>
public sealed partial class SeriesWriter : BackgroundService
{
    private const int MostWaiting = 50_000;
    private const int MostInBatch = 5000;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Db _db;
    private readonly SeriesKeeper _keeper;
    private readonly TimeProvider _clock;
    private readonly ILogger<SeriesWriter> _logger;
    private readonly Channel<(SeriesKind Series, SeriesPoint Point)> _waiting = Channel.CreateBounded<(SeriesKind, SeriesPoint)>(MostWaiting);

    internal SeriesWriter(Db db, SeriesKeeper keeper, TimeProvider clock, ILogger<SeriesWriter> logger) =>
        (_db, _keeper, _clock, _logger) = (db, keeper, clock, logger);

    /// <summary>Hands a point over. Waits only where very many are yet to be written, as while the database is away.</summary>
    /// <exception cref="ArgumentException">See <see cref="SeriesSql.Insert"/>.</exception>
    public ValueTask AddAsync(SeriesKind series, SeriesPoint point, CancellationToken cancel)
    {
        SeriesSql.Check(series, point, _clock.GetUtcNow());
        return _waiting.Writer.WriteAsync((series, point), cancel);
    }

    /// <summary>The same for whoever must not wait.</summary>
    /// <returns>False where very many are yet to be written: the point is not taken.</returns>
    /// <exception cref="ArgumentException">See <see cref="SeriesSql.Insert"/>.</exception>
    public bool TryAdd(SeriesKind series, SeriesPoint point)
    {
        SeriesSql.Check(series, point, _clock.GetUtcNow());
        return _waiting.Writer.TryWrite((series, point));
    }

    /// <summary>The parts of today are there before anyone can hand over a point: the schedule makes the next ones.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await _keeper.TryKeepAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Writes a batch under its id: once, however often it is called.</summary>
    internal async Task WriteAsync(Guid id, IEnumerable<(SeriesKind Series, SeriesPoint Point)> batch)
    {
        var now = _clock.GetUtcNow();
        var inserts = batch.GroupBy(one => one.Series, one => one.Point).OrderBy(group => group.Key.Name, StringComparer.Ordinal).SelectMany(group => SeriesSql.Insert(group.Key, [.. group], now));
        try
        {
            await _db.System.ExecuteAsync([$"INSERT INTO engine.series_batches (id, written_at) VALUES ({id}, {now})", .. inserts]);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "series_batches" })
        {
            // It was written, and the answer was lost.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stop = stoppingToken.Register(() => _waiting.Writer.TryComplete());
        var batch = new List<(SeriesKind, SeriesPoint)>();
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            await Task.Delay(Gather, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batch.Count < MostInBatch && _waiting.Reader.TryRead(out var point))
                batch.Add(point);
            if (!await TryAsync([.. batch], stoppingToken))
                return;
            batch.Clear();
        }
    }

    /// <returns>False where the server stops and the database is away.</returns>
    private async Task<bool> TryAsync((SeriesKind Series, SeriesPoint Point)[] batch, CancellationToken stopping)
    {
        var id = Guid.CreateVersion7();
        while (true)
        {
            try
            {
                await WriteAsync(id, batch);
                return true;
            }
            catch (Exception e) when (DbFaults.IsRefusal(e) && !LacksPart(e))
            {
                if (batch.Length == 1)
                {
                    LogRefused(_logger, e, batch[0].Series.Name);
                    return true;
                }

                // One of them is to blame, such as for a sum that gets too large: in halves, until it stands alone.
                var half = batch.Length / 2;
                return await TryAsync(batch[..half], stopping) && await TryAsync(batch[half..], stopping);
            }
            catch (Exception e)
            {
                LogFailed(_logger, e, batch.Length);
                if (stopping.IsCancellationRequested)
                    return false;
                await Task.Delay(Pause, _clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (LacksPart(e))
                    await _keeper.TryKeepAsync(stopping);
            }
        }
    }

    /// <summary>Whether the part for a point is missing, as after a pause of weeks: then it is made, and takes the point.</summary>
    private static bool LacksPart(Exception e) => e is PostgresException { SqlState: PostgresErrorCodes.CheckViolation };

    [LoggerMessage(LogLevel.Error, "A point of the series {Series} is left out, for the database never takes it")]
    private static partial void LogRefused(ILogger logger, Exception exception, string series);

    [LoggerMessage(LogLevel.Warning, "{Points} points of series could not be written; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception, int points);
}
