using System.Diagnostics;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Waits for a condition, not for a time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task IsAsync<T>(T expected, Func<Task<T>> look)
    {
        var since = Stopwatch.StartNew();
        var seen = await look();
        while (!Equals(expected, seen) && since.Elapsed < Patience)
        {
            await Task.Yield();
            seen = await look();
        }

        Assert.Equal(expected, seen);
    }
}
