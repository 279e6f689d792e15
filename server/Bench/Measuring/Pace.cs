using System.Diagnostics;

namespace Holdfast.Bench.Measuring;

/// <summary>A pace that does not wait for the server: what comes late counts from when it was due.</summary>
internal static class Pace
{
    // A timer of the system is late by a millisecond or so, which is not the server's fault: the rest is waited out awake.
    private static readonly TimeSpan Awake = TimeSpan.FromMilliseconds(2);

    /// <summary>The percentiles of one run.</summary>
    internal sealed record Run(double P50Ms, double P99Ms);

    /// <summary>Does something again and again.</summary>
    /// <param name="times">How often.</param>
    /// <param name="perSecond">At which pace.</param>
    /// <param name="act">Given its number and the moment when it is due.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task KeepAsync(int times, int perSecond, Func<int, long, Task> act, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 1; i <= times; i++)
        {
            var due = start + (i * Stopwatch.Frequency / perSecond);
            var asleep = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) - Awake;
            if (asleep > TimeSpan.Zero)
                await Task.Delay(asleep, cancel);
            while (Stopwatch.GetTimestamp() < due)
                Thread.SpinWait(10);
            await act(i, due);
        }
    }
}
