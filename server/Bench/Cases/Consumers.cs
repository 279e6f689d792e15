using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;

namespace Holdfast.Bench.Cases;

/// <summary>
/// How many entries a second a new consumer that does nothing with them reads, from its start on: of one workspace, and
/// of a thousand that have as many together.
/// </summary>
internal static class Consumers
{
    private const int Runs = 5;
    private const int Entries = 100_000;
    private const double Target = 20_000;
    private const double TargetRatio = 0.7;

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        await using var database = await product.StartAsync(cancel);
        var rates = (await ConsumerServer.MeasureAsync(product, Entries, [1, 1000], Runs, cancel)).Select(runs => runs.Median()).ToArray();
        await new Result("consumers", "workspaces=1") { Rate = rates[0], Target = Target, Holds = rates[0] >= Target }.PrintAsync();
        await new Result("consumers", "workspaces=1000") { Rate = rates[1], Target = Target, Holds = rates[1] >= Target }.PrintAsync();
        await new Result("consumers", "a thousand beside one") { Rate = rates[1], Floor = rates[0], Ratio = rates[1] / rates[0], Target = TargetRatio, Holds = rates[1] >= TargetRatio * rates[0] }.PrintAsync();
    }
}
