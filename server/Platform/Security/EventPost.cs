using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Security;

/// <summary>Takes what has happened already, and writes it down one after the other: nobody waits for it, and a flood does not run all at once.</summary>
internal sealed partial class EventPost(SecurityEvents events, ILogger<EventPost> logger) : BackgroundService
{
    internal const int MostWaiting = 10_000;
    private readonly Channel<SecurityEvent> _waiting = Channel.CreateBounded<SecurityEvent>(MostWaiting);
    private long _lost;

    /// <summary>Hands one over. Where very many wait, it is lost, and the log says how many were.</summary>
    internal void Post(SecurityEvent what)
    {
        if (!_waiting.Writer.TryWrite(what))
            Interlocked.Increment(ref _lost);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stop = stoppingToken.Register(() => _waiting.Writer.TryComplete());
        await foreach (var what in _waiting.Reader.ReadAllAsync(CancellationToken.None))
        {
            await events.TryNoteAsync(what);
            if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
                LogFull(logger, lost);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Lost} security events are lost: more came than could be written down")]
    private static partial void LogFull(ILogger logger, long lost);
}
