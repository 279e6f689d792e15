using System.Diagnostics;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;

namespace Holdfast.Bench.Cases;

/// <summary>From the start of the command until the product answers that it is ready, on a data folder that is there already.</summary>
internal static class Start
{
    private const int Runs = 5;
    private const double TargetMs = 8000;

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        // The first start makes the database, and the floor's brings its files into memory.
        await TimeAsync(product.StartByCommandAsync, cancel);
        await TimeAsync(Floor.StartAsync, cancel);
        var (program, command, floor) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Runs; i++)
        {
            program.Add(await TimeAsync(product.StartAsync, cancel));
            command.Add(await TimeAsync(product.StartByCommandAsync, cancel));
            floor.Add(await TimeAsync(Floor.StartAsync, cancel));
        }

        await PrintAsync("program", program, floor);
        await PrintAsync("bin/run", command, floor);
    }

    private static async Task<double> TimeAsync(Func<CancellationToken, Task<Server>> start, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        await using var server = await start(cancel);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static Task PrintAsync(string name, List<double> times, List<double> floor)
    {
        var (p50, p99, lowest) = (times.Median(), times.Percentile(0.99), floor.Median());
        return new Result("start", name)
        {
            P50Ms = p50,
            P99Ms = p99,
            Floor = lowest,
            Ratio = p50 / lowest,
            Target = TargetMs,
            Holds = p99 < TargetMs,
        }.PrintAsync();
    }
}
