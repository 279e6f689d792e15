using System.Globalization;
using Holdfast.Engine.Consumers;
using Holdfast.Tests.Support;

namespace Holdfast.Tests.Engine.Consumers;

/// <summary>
/// A consumer in a process of its own, which notes each entry in <c>test.handled</c> and says so. At one entry it may stand
/// still, for as long as it is not killed or thawed.
/// </summary>
internal static class ConsumerProcess
{
    private static readonly ConsumerSettings Settings = new() { Lease = TimeSpan.FromSeconds(2) };

    /// <param name="connectionString">The database.</param>
    /// <param name="standsAt">The entry, in whatever workspace.</param>
    internal static TestProcess Start(string connectionString, long standsAt = 0) =>
        TestProcess.Start("consume", connectionString, standsAt.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until it has begun with an entry.</summary>
    internal static Task HandlesAsync(this TestProcess consumer, long seq) => consumer.SaysAsync($"handles {seq}");

    /// <summary>What the process itself does.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        var stands = long.Parse(arguments[1], CultureInfo.InvariantCulture);
        await using var lab = new ConsumerLab(arguments[0]);
        lab.Handle = async (entry, step, _) =>
        {
            await TestProcess.SayAsync($"handles {entry.Seq}");
            if (entry.Seq == stands)
                await TestProcess.StandAsync();
            await ConsumerLab.Note(entry, step);
        };
        await lab.StartAsync(Settings);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
