using System.Diagnostics;

namespace Holdfast.Bench.Requests;

/// <summary>So many at a time, each as soon as the one before is answered.</summary>
internal static class Load
{
    /// <param name="atOnce">How many are under way.</param>
    /// <param name="times">How many there are.</param>
    /// <param name="act">Given which of those who are under way it is, and its number.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>How many a second.</returns>
    internal static async Task<double> RateAsync(int atOnce, int times, Func<int, int, Task> act, CancellationToken cancel)
    {
        var taken = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async worker =>
        {
            while (Interlocked.Increment(ref taken) is var number && number < times)
            {
                cancel.ThrowIfCancellationRequested();
                await act(worker, number);
            }
        }));
        return times / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
