using Holdfast.Engine.Sync;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Closes, within a second, the sockets of sessions and of access tokens that have ended or were given up, wherever that happened. Each minute writes down
/// that the sessions of open sockets are in use, and ends what has expired.
/// </summary>
internal sealed partial class SessionKeeper(Sessions sessions, Tokens tokens, SyncHub sockets, TimeProvider time, ILogger<SessionKeeper> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(1);

    private DateTimeOffset _swept;

    // Each for itself: however much has expired at once, sockets close in their second.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(EachTickAsync(CloseAsync, LogSocketsStay, stoppingToken), EachTickAsync(SweepAsync, LogNotSwept, stoppingToken));

    private async Task EachTickAsync(Func<CancellationToken, Task> work, Action<ILogger, Exception> log, CancellationToken stoppingToken)
    {
        var failing = false;
        using var timer = new PeriodicTimer(Pace);
        using var stop = stoppingToken.Register(timer.Dispose);
        // A timer that is disposed ends the wait without an exception, which a start that fails half-way would log at length.
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            try
            {
                await work(stoppingToken);
                failing = false;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Twice a second is too often to say the same.
                if (!failing)
                    log(logger, e);
                failing = true;
            }
        }
    }

    private async Task CloseAsync(CancellationToken cancel)
    {
        // Nothing open, nothing asked.
        var open = sockets.Sessions;
        if (open.Count > 0)
            sockets.EndSessions([.. open.Except(await sessions.LiveAmongAsync(open, cancel))]);
        var shown = sockets.Tokens;
        if (shown.Count > 0)
            sockets.EndTokens(await tokens.GivenUpAmongAsync(shown, cancel));
        sockets.EndExpired(time.GetUtcNow());
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - _swept < SweepEvery)
            return;
        _swept = now;
        var open = sockets.Sessions;
        if (open.Count > 0)
            await sessions.TouchAsync(open);
        await sessions.SweepAsync(cancel);
    }

    [LoggerMessage(LogLevel.Warning, "Sessions cannot be checked for the moment; sockets stay open until they can")]
    private static partial void LogSocketsStay(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Sessions that have expired cannot be ended for the moment")]
    private static partial void LogNotSwept(ILogger logger, Exception exception);
}
