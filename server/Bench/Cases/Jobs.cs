using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Servers.Jobs;

namespace Holdfast.Bench.Cases;

/// <summary>
/// How many jobs a second go through handlers that do nothing, how soon an idle queue starts one, and what is left of the
/// first while a snapshot is held open all the time: in turns with two peers on the same PostgreSQL.
/// </summary>
internal static class Jobs
{
    private const int Runs = 5;
    private const int Many = 50_000;
    private const int Times = 300;
    private const double MostMs = 10;
    private const double Kept = 0.8;

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        await using var server = await product.StartAsync(cancel);
        await using var holdfast = await JobQueueServer.StartAsync(product, cancel);
        await using var graphile = await JobQueueServer.StartPeerAsync("graphile-worker", "graphile", product, cancel);
        await using var boss = await JobQueueServer.StartPeerAsync("pg-boss", "pgboss", product, cancel);
        JobQueueServer[] queues = [holdfast, graphile, boss];
        foreach (var queue in queues)
            await DrainAsync(queue, cancel);

        var plain = await RatesAsync(queues, cancel);
        var best = Math.Max(plain[graphile], plain[boss]);
        await PrintAsync("many", holdfast, plain[holdfast], best, target: 1);
        await PrintAsync("many", graphile, plain[graphile]);
        await PrintAsync("many", boss, plain[boss]);

        await DelaysAsync(holdfast, graphile, cancel);

        var snapshots = await Task.WhenAll(queues.Select(queue => queue.HoldSnapshotAsync(cancel)));
        var held = await RatesAsync(queues, cancel);
        foreach (var snapshot in snapshots)
            await snapshot.DisposeAsync();
        await PrintAsync("many, under a snapshot", holdfast, held[holdfast], plain[holdfast], Kept);
        await PrintAsync("many, under a snapshot", graphile, held[graphile], plain[graphile]);
        await PrintAsync("many, under a snapshot", boss, held[boss], plain[boss]);
    }

    private static async Task DelaysAsync(JobQueueServer holdfast, JobQueueServer graphile, CancellationToken cancel)
    {
        var delays = new Dictionary<JobQueueServer, List<double[]>> { [holdfast] = [], [graphile] = [] };
        for (var i = 0; i < Runs; i++)
        {
            foreach (var (queue, runs) in delays)
                runs.Add(await queue.DelayAsync(Times, cancel));
        }

        var (ours, theirs) = (Percentile(delays[holdfast], 0.5), Percentile(delays[graphile], 0.5));
        await new Result("jobs", "an idle queue, holdfast")
        {
            P50Ms = ours,
            P99Ms = Percentile(delays[holdfast], 0.99),
            Floor = theirs,
            Ratio = ours / theirs,
            Target = MostMs,
            Holds = ours < MostMs && ours <= theirs,
        }.PrintAsync();
        await new Result("jobs", "an idle queue, graphile-worker") { P50Ms = theirs, P99Ms = Percentile(delays[graphile], 0.99) }.PrintAsync();

        static double Percentile(List<double[]> runs, double share) => runs.Select(run => run.Percentile(share)).Median();
    }

    private static async Task<Dictionary<JobQueueServer, double>> RatesAsync(JobQueueServer[] queues, CancellationToken cancel)
    {
        var rates = queues.ToDictionary(queue => queue, _ => new List<double>());
        for (var i = 0; i < Runs; i++)
        {
            foreach (var queue in queues)
                rates[queue].Add(await DrainAsync(queue, cancel));
        }

        return rates.ToDictionary(pair => pair.Key, pair => pair.Value.Median());
    }

    private static async Task<double> DrainAsync(JobQueueServer queue, CancellationToken cancel)
    {
        await queue.FillAsync(Many, cancel);
        return Many / await queue.DrainAsync(Many, cancel);
    }

    private static Task PrintAsync(string what, JobQueueServer queue, double rate, double? floor = null, double? target = null) => new Result("jobs", $"{what}, {queue.Name}")
    {
        Rate = rate,
        Floor = floor,
        Ratio = rate / floor,
        Target = target,
        Holds = target is null ? null : rate / floor >= target,
    }.PrintAsync();
}
