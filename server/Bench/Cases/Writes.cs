using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>
/// How many writes a second go through rules, log and outcomes while 64 are under way, in one workspace and in 100. In
/// turns with the same statements and one commit a write, which is what a write path without groups would do.
/// </summary>
internal static class Writes
{
    private const int Runs = 5;
    private const int Writers = 64;
    private const double TargetRatio = 3;

    // A socket may write 500 times at once and 50 times a second: short enough that nobody comes to that.
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private sealed record Run(double Rate, double P50Ms, double P99Ms);

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        await using var server = await product.StartAsync(cancel);
        var person = await Person.SignUpAsync(server.Address, cancel);
        var rates = new Dictionary<int, double>();
        foreach (var workspaces in new[] { 1, 100 })
        {
            var writers = await OpenAsync(person, workspaces, cancel);
            await MeasureAsync(writers, cancel);
            var (ours, naive) = (new List<Run>(), new List<double>());
            for (var i = 0; i < Runs; i++)
            {
                await Task.Delay(Pause, cancel);
                ours.Add(await MeasureAsync(writers, cancel));
                naive.Add(await Naive.MeasureAsync(product, workspaces, Writers, Length, cancel));
            }

            var (rate, floor) = (ours.Select(run => run.Rate).Median(), naive.Median());
            rates[workspaces] = rate;
            await new Result("writes", $"workspaces={workspaces}")
            {
                P50Ms = ours.Select(run => run.P50Ms).Median(),
                P99Ms = ours.Select(run => run.P99Ms).Median(),
                Rate = rate,
                Floor = floor,
                Ratio = rate / floor,
                Target = TargetRatio,
                Holds = rate / floor >= TargetRatio,
            }.PrintAsync();
        }

        await new Result("writes", "one workspace by 100") { Ratio = rates[1] / rates[100], Target = 1, Holds = rates[1] >= rates[100] }.PrintAsync();
    }

    /// <summary>As many writers as write at once, and in many workspaces one for each.</summary>
    private static async Task<CustomerWriter[]> OpenAsync(Person person, int workspaces, CancellationToken cancel)
    {
        if (workspaces == 1)
            return [.. await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => CustomerWriter.OpenAsync(person, cancel, number)))];
        var writers = new List<CustomerWriter>();
        for (var i = 0; i < workspaces; i++)
            writers.Add(await CustomerWriter.OpenAsync(await person.FoundAsync($"Workspace {i.ToString(CultureInfo.InvariantCulture)}", i, cancel), cancel, i));
        return [.. writers];
    }

    private static async Task<Run> MeasureAsync(CustomerWriter[] writers, CancellationToken cancel)
    {
        var end = Stopwatch.GetTimestamp() + (long)(Length.TotalSeconds * Stopwatch.Frequency);
        var began = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, Writers).Select(worker => Task.Run(
            async () =>
            {
                var own = new List<double>();
                // Each worker has its own share of the writers and lets one write at a time.
                var share = writers.Where((_, number) => number % Writers == worker).ToArray();
                for (var i = 0; Stopwatch.GetTimestamp() < end; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    await share[i % share.Length].SendAsync(cancel);
                    await share[i % share.Length].ConfirmAsync(cancel);
                    own.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }

                return own;
            },
            cancel)));
        var all = times.SelectMany(own => own).ToList();
        return new Run(all.Count / Stopwatch.GetElapsedTime(began).TotalSeconds, all.Median(), all.Percentile(0.99));
    }
}
