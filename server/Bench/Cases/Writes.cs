using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>
/// How many writes a second go through rules, log and outcomes while 64 are under way, in one workspace and in 100. In
/// turns with the same statements and one commit a write, which is what a write path without groups would do, and with
/// peers, which know no workspaces.
/// </summary>
internal static class Writes
{
    private const int Runs = 5;
    private const int Writers = 64;
    private const double TargetRatio = 3;

    // A socket may write 500 times at once and 50 times a second: short enough that nobody comes to that.
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    private sealed record Run(double Rate, double P50Ms, double P99Ms);

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        await using var server = await product.StartAsync(cancel);
        await using var parse = await Parse.StartAsync(product, cancel);
        await using var shareDb = await ShareDb.StartAsync(product, cancel);
        var person = await Person.SignUpAsync(server.Address, cancel);
        var (one, hundred) = (await OpenAsync(number => CustomerWriter.OpenAsync(person, cancel, number)), await FoundAsync(person, cancel));
        var contenders = new List<(string Name, IWriter[] Writers, List<Run> Runs)>
        {
            ("workspaces=1", one, []),
            ("workspaces=100", hundred, []),
            ("parse-server", await OpenAsync(number => parse.OpenWriterAsync(number, cancel)), []),
            ("sharedb", await OpenAsync(number => shareDb.OpenWriterAsync(number, cancel)), []),
        };
        foreach (var (_, writers, _) in contenders)
            await MeasureAsync(writers, cancel);
        var floors = new Dictionary<string, List<double>>(StringComparer.Ordinal) { ["workspaces=1"] = [], ["workspaces=100"] = [] };
        for (var i = 0; i < Runs; i++)
        {
            foreach (var (_, writers, runs) in contenders)
                runs.Add(await MeasureAsync(writers, cancel));
            floors["workspaces=1"].Add(await Naive.MeasureAsync(product, 1, Writers, Length, cancel));
            floors["workspaces=100"].Add(await Naive.MeasureAsync(product, 100, Writers, Length, cancel));
        }

        foreach (var (name, _, runs) in contenders)
            await PrintAsync(name, runs, floors.GetValueOrDefault(name)?.Median());
        var (single, many) = (contenders[0].Runs.Select(run => run.Rate).Median(), contenders[1].Runs.Select(run => run.Rate).Median());
        await new Result("writes", "one workspace beside 100") { Rate = single, Floor = many, Ratio = single / many, Target = 1, Holds = single >= many }.PrintAsync();
    }

    private static Task PrintAsync(string name, List<Run> runs, double? floor)
    {
        var rate = runs.Select(run => run.Rate).Median();
        return new Result("writes", name)
        {
            P50Ms = runs.Select(run => run.P50Ms).Median(),
            P99Ms = runs.Select(run => run.P99Ms).Median(),
            Rate = rate,
            Floor = floor,
            Ratio = rate / floor,
            Target = floor is null ? null : TargetRatio,
            Holds = floor is null ? null : rate / floor >= TargetRatio,
        }.PrintAsync();
    }

    private static async Task<IWriter[]> OpenAsync<T>(Func<int, Task<T>> open)
        where T : IWriter
    {
        var writers = new List<IWriter>();
        for (var i = 0; i < Writers; i++)
            writers.Add(await open(i));
        return [.. writers];
    }

    /// <summary>A writer in each of a hundred workspaces.</summary>
    private static async Task<IWriter[]> FoundAsync(Person person, CancellationToken cancel)
    {
        var writers = new List<IWriter>();
        for (var i = 0; i < 100; i++)
            writers.Add(await CustomerWriter.OpenAsync(await person.FoundAsync($"Workspace {i.ToString(CultureInfo.InvariantCulture)}", i, cancel), cancel, i));
        return [.. writers];
    }

    private static async Task<Run> MeasureAsync(IWriter[] writers, CancellationToken cancel)
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
                    await share[i % share.Length].SendAsync(i, cancel);
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
