using Holdfast.Engine.Series;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Security;

/// <summary>Adds up how often what happened, and hands it over every few seconds: so a flood costs as many rows as a quiet day, and nobody waits.</summary>
internal sealed partial class EventTally(SeriesWriter series, TimeProvider time, ILogger<EventTally> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private Dictionary<string, (long Times, long Unwritten)> _sums = new(StringComparer.Ordinal);

    internal void Add(string name, bool isWritten)
    {
        lock (_lock)
        {
            var (times, unwritten) = _sums.GetValueOrDefault(name);
            _sums[name] = (times + 1, unwritten + (isWritten ? 0 : 1));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            HandOver();
        }
    }

    private void HandOver()
    {
        Dictionary<string, (long Times, long Unwritten)> sums;
        lock (_lock)
            (sums, _sums) = (_sums, new Dictionary<string, (long Times, long Unwritten)>(StringComparer.Ordinal));
        foreach (var (name, (times, unwritten)) in sums)
        {
            if (!series.TryAdd(SecurityEvents.Counts, new SeriesPoint(Guid.Empty, Guid.Empty, time.GetUtcNow(), times, unwritten) { Label = name }))
                LogFull(logger, times, name);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Times} security events {Name} are missing in the counts: too much waits to be written")]
    private static partial void LogFull(ILogger logger, long times, string name);
}
