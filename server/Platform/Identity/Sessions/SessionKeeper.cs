using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Finds within a second which watched sessions have ended, wherever that happened; each minute writes down that
/// the others are in use, and ends what has expired.
/// </summary>
internal sealed partial class SessionKeeper(Sessions sessions, SessionWatch watch, TimeProvider time, ILogger<SessionKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset _swept;
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TickAsync(stoppingToken);
                _failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Twice a second is too often to say the same.
                if (!_failing)
                    LogFailed(logger, e);
                _failing = true;
            }
        }
    }

    private async Task TickAsync(CancellationToken cancel)
    {
        // Nothing open, nothing asked.
        if (watch.Sessions is { Count: > 0 } open)
            watch.Ended(open.Except(await sessions.LiveAmongAsync(open, cancel)));
        var now = time.GetUtcNow();
        if (now - _swept < SweepEvery)
            return;
        _swept = now;
        if (watch.Sessions is { Count: > 0 } inUse)
            await sessions.TouchAsync(inUse);
        await sessions.SweepAsync();
    }

    [LoggerMessage(LogLevel.Warning, "Sessions cannot be checked for the moment; sockets stay open until they can")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
