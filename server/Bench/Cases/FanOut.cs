using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading.Channels;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>
/// From the moment when a write is due until all subscribers have it: through the socket, the checks, the commit and
/// the delivery. In turns with the floor, which only passes a message on.
/// </summary>
internal static class FanOut
{
    private const int Runs = 5;
    private const int Writes = 100;
    private const int PerSecond = 10;

    private static readonly (int Subscribers, double? TargetMs)[] Sizes = [(1, null), (100, 15), (1000, 45)];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A timer of the system is late by a millisecond or so, which is not the server's fault: the rest is waited out awake.
    private static readonly TimeSpan Awake = TimeSpan.FromMilliseconds(2);

    private sealed record Run(double P50Ms, double P99Ms, double PerSecond);

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        await using var server = await product.StartAsync(cancel);
        await using var floor = await Floor.StartAsync(cancel);
        var person = await Person.SignUpAsync(server.Address, cancel);
        var customers = await CustomerWriter.OpenAsync(person, cancel);
        foreach (var (subscribers, target) in Sizes)
        {
            await using var audience = await Audience.OpenAsync(person.Door, subscribers, () => person.Hello(["solo.customers"]), cancel);
            await using var floorAudience = await Audience.OpenAsync(new Door(floor.Address, Floor.ReaderPath), subscribers, hello: null, cancel);
            await MeasureAsync(customers, audience, cancel);
            using var socket = await new Door(floor.Address, Floor.WriterPath).OpenAsync(0, cancel);
            var bare = new FloorWriter(socket, audience.DeltaBytes);
            await MeasureAsync(bare, floorAudience, cancel);

            var (ours, floors) = (new List<Run>(), new List<Run>());
            for (var i = 0; i < Runs; i++)
            {
                ours.Add(await MeasureAsync(customers, audience, cancel));
                floors.Add(await MeasureAsync(bare, floorAudience, cancel));
            }

            var (p50, p99, lowest) = (ours.Select(run => run.P50Ms).Median(), ours.Select(run => run.P99Ms).Median(), floors.Select(run => run.P50Ms).Median());
            await new Result("fanout", $"N={subscribers}")
            {
                P50Ms = p50,
                P99Ms = p99,
                Rate = ours.Select(run => run.PerSecond).Median(),
                Floor = lowest,
                Ratio = p50 / lowest,
                Target = target,
                Holds = target is null ? null : p99 < target,
            }.PrintAsync();
        }
    }

    /// <summary>One run, at a pace that does not wait for the server: what comes late counts from when it was due.</summary>
    private static async Task<Run> MeasureAsync(IWriter writer, Audience audience, CancellationToken cancel)
    {
        var interval = Stopwatch.Frequency / PerSecond;
        var start = Stopwatch.GetTimestamp();
        var sent = new List<(long Due, Delivery Delivery)>(Writes);
        for (var i = 1; i <= Writes; i++)
        {
            var due = start + (i * interval);
            await WaitUntilAsync(due, cancel);
            sent.Add((due, audience.Expect(writer.Next)));
            await writer.SendAsync(cancel);
        }

        try
        {
            await writer.ConfirmAsync(cancel).WaitAsync(Patience, cancel);
            await Task.WhenAll(sent.Select(write => write.Delivery.Last)).WaitAsync(Patience, cancel);
        }
        catch (Exception e) when (e is TimeoutException or WebSocketException or ChannelClosedException)
        {
            throw new BenchException($"Of {Writes} writes {sent.Count(write => write.Delivery.Left > 0)} did not reach everybody: {e.Message}");
        }

        var times = new List<double>(Writes);
        foreach (var (due, delivery) in sent)
            times.Add(Stopwatch.GetElapsedTime(due, await delivery.Last).TotalMilliseconds);
        var whole = Stopwatch.GetElapsedTime(start, await sent[^1].Delivery.Last);
        return new Run(times.Median(), times.Percentile(0.99), Writes / whole.TotalSeconds);
    }

    private static async Task WaitUntilAsync(long due, CancellationToken cancel)
    {
        var asleep = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) - Awake;
        if (asleep > TimeSpan.Zero)
            await Task.Delay(asleep, cancel);
        while (Stopwatch.GetTimestamp() < due)
            Thread.SpinWait(10);
    }
}
