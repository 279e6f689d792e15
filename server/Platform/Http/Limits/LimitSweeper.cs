using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Http;

/// <summary>Forgets, each minute and beside all requests, what the database holds of limits that are at rest.</summary>
internal sealed partial class LimitSweeper(PostgresLimits limits, TimeProvider time, ILogger<LimitSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                await limits.SweepAsync();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Limits that are at rest cannot be forgotten for the moment")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
