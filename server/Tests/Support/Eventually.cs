using System.Diagnostics;
using Xunit;

namespace Holdfast.Tests.Support;

/// <summary>Waits for what happens soon, but not at once.</summary>
internal static class Eventually
{
    /// <summary>Looks again and again until the condition holds; fails with its name when it does not in time.</summary>
    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, double seconds = 30)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed.TotalSeconds < seconds, $"Not within {seconds} s: {what}.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static Task HoldsAsync(string what, Func<bool> condition, double seconds = 30) => HoldsAsync(what, () => Task.FromResult(condition()), seconds);
}
