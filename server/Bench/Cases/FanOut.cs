using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading.Channels;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>
/// From the moment when a write is due until all subscribers have it: through the socket, the checks, the commit and
/// the delivery. In turns with the floor, which only passes a message on, with one bare commit, and with peers.
/// </summary>
internal static class FanOut
{
    private const int Runs = 5;

    private static readonly int[] Sizes = [100, 1000];
    private static readonly (int PerSecond, int Writes)[] Paces = [(10, 100), (40, 120)];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A contender with its readers and a writer, and what was measured of it.</summary>
    private sealed record Stage(Contender Contender, Audience Audience, IWriter Writer)
    {
        public List<Pace.Run> Runs { get; } = [];

        public long Sent { get; set; }

        public double P50 => Runs.Select(run => run.P50Ms).Median();

        public double P99 => Runs.Select(run => run.P99Ms).Median();
    }

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        var bytes = 0;
        await using var ours = await product.ContendAsync(cancel);
        await using var floor = await Floor.ContendAsync(() => bytes, cancel);
        await using var socketIo = await SocketIo.StartAsync(() => bytes, cancel);
        await using var parse = await Parse.StartAsync(product, cancel);
        await using var shareDb = await ShareDb.StartAsync(product, cancel);
        var contenders = new List<(Contender Contender, IWriter Writer)>();
        foreach (var contender in new[] { ours, floor, socketIo, parse, shareDb })
            contenders.Add((contender, await contender.OpenWriterAsync(0, cancel)));
        foreach (var subscribers in Sizes)
        {
            var stages = new List<Stage>();
            foreach (var (contender, writer) in contenders)
            {
                stages.Add(new Stage(contender, await Audience.OpenAsync(contender.Subscription, subscribers, cancel), writer));
                // Warms up, and the first one tells how long the messages of the others are to be.
                await MeasureAsync(stages[^1], subscribers, 40, 40, cancel);
                bytes = stages[0].Audience.MessageBytes;
            }

            foreach (var (perSecond, writes) in Paces)
                await CompareAsync(product, stages, subscribers, perSecond, writes, cancel);
            foreach (var stage in stages)
                await stage.Audience.DisposeAsync();
        }

        foreach (var (_, writer) in contenders)
            writer.Dispose();
    }

    private static async Task CompareAsync(Product product, List<Stage> stages, int subscribers, int perSecond, int writes, CancellationToken cancel)
    {
        var commits = new List<Pace.Run>();
        stages.ForEach(stage => stage.Runs.Clear());
        for (var i = 0; i < Runs; i++)
        {
            foreach (var stage in stages)
                stage.Runs.Add(await MeasureAsync(stage, subscribers, writes, perSecond, cancel));
            commits.Add(await Commit.MeasureAsync(product, writes, perSecond, cancel));
        }

        var commit = (P50: commits.Select(run => run.P50Ms).Median(), P99: commits.Select(run => run.P99Ms).Median());
        var (ours, floor, socketIo) = (stages[0], stages[1], stages[2]);
        var name = $"N={subscribers} at {perSecond}/s";
        foreach (var stage in stages)
            await new Result("fanout", $"{name}: {stage.Contender.Name}") { P50Ms = stage.P50, P99Ms = stage.P99, Floor = floor.P50, Ratio = stage.P50 / floor.P50 }.PrintAsync();
        await new Result("fanout", $"{name}: a commit") { P50Ms = commit.P50, P99Ms = commit.P99 }.PrintAsync();

        var mostP99 = (2 * floor.P99) + commit.P99;
        // At the higher pace ahead of it, though it stores nothing.
        var mostP50 = socketIo.P50 + (perSecond > 10 ? 0 : commit.P50);
        await new Result("fanout", $"{name}: p99 beside twice the floor and a commit") { P99Ms = ours.P99, Floor = floor.P99, Ratio = ours.P99 / floor.P99, Target = mostP99, Holds = ours.P99 <= mostP99 }.PrintAsync();
        await new Result("fanout", $"{name}: p50 beside socket.io") { P50Ms = ours.P50, Floor = socketIo.P50, Ratio = ours.P50 / socketIo.P50, Target = mostP50, Holds = ours.P50 <= mostP50 }.PrintAsync();
    }

    private static async Task<Pace.Run> MeasureAsync(Stage stage, int subscribers, int writes, int perSecond, CancellationToken cancel)
    {
        var sent = new List<(long Due, Delivery Delivery)>(writes);
        try
        {
            await Pace.KeepAsync(writes, perSecond, async (_, due) =>
            {
                sent.Add((due, stage.Audience.Expect(++stage.Sent, subscribers)));
                await stage.Writer.SendAsync(stage.Sent, cancel);
            }, cancel);
            await stage.Writer.ConfirmAsync(cancel).WaitAsync(Patience, cancel);
            await Task.WhenAll(sent.Select(write => write.Delivery.Last)).WaitAsync(Patience, cancel);
        }
        catch (Exception e) when (e is TimeoutException or WebSocketException or ChannelClosedException)
        {
            throw new BenchException($"{stage.Contender.Name}: of {writes} writes {sent.Count(write => write.Delivery.Left > 0)} did not reach everybody: {e.Message}");
        }

        var times = new List<double>(writes);
        foreach (var (due, delivery) in sent)
            times.Add(Stopwatch.GetElapsedTime(due, await delivery.Last).TotalMilliseconds);
        return new Pace.Run(times.Median(), times.Percentile(0.99));
    }
}
