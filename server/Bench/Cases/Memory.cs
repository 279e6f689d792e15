using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>What the processes hold while nothing happens: without a client, and for each of many sockets.</summary>
internal static class Memory
{
    private const int Runs = 5;
    private const int Idle = 1000;
    private const double TargetPerSocket = 30;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    /// <summary>In bytes.</summary>
    private sealed record Use(double AtRest, double PerSocket, double Database = 0);

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        Person person;
        await using (var server = await product.StartAsync(cancel))
            person = await Person.SignUpAsync(server.Address, cancel);

        var (ours, floors) = (new List<Use>(), new List<Use>());
        for (var i = 0; i < Runs; i++)
        {
            ours.Add(await OursAsync(product, person, cancel));
            floors.Add(await FloorAsync(cancel));
        }

        await PrintAsync("server at rest", "MB", 1 << 20, Middle(ours, use => use.AtRest), Middle(floors, use => use.AtRest));
        await PrintAsync("PostgreSQL at rest", "MB", 1 << 20, Middle(ours, use => use.Database));
        await PrintAsync("idle socket", "KB", 1 << 10, Middle(ours, use => use.PerSocket), Middle(floors, use => use.PerSocket), TargetPerSocket);
    }

    private static async Task<Use> OursAsync(Product product, Person person, CancellationToken cancel)
    {
        await using var server = await product.StartAsync(cancel);
        await Task.Delay(Rest, cancel);
        var (atRest, database) = (Machine.Resident(server.ProcessId), Machine.SharedOnce(product.ClusterFolder));
        return new Use(atRest, await PerSocketAsync(server, person.At(server.Address).Door, () => person.Hello(["solo.customers"]), cancel), database);
    }

    private static async Task<Use> FloorAsync(CancellationToken cancel)
    {
        await using var server = await Floor.StartAsync(cancel);
        await Task.Delay(Rest, cancel);
        var atRest = Machine.Resident(server.ProcessId);
        return new Use(atRest, await PerSocketAsync(server, new Door(server.Address, Floor.ReaderPath), hello: null, cancel));
    }

    /// <summary>What the sockets add to a server that has opened one before.</summary>
    private static async Task<double> PerSocketAsync(Server server, Door door, Func<byte[]>? hello, CancellationToken cancel)
    {
        await using var first = await Audience.OpenAsync(door, 1, hello, cancel);
        await Task.Delay(Rest, cancel);
        var before = Machine.Resident(server.ProcessId);
        await using var idle = await Audience.OpenAsync(door, Idle, hello, cancel);
        await Task.Delay(Rest, cancel);
        return (double)(Machine.Resident(server.ProcessId) - before) / Idle;
    }

    private static double Middle(List<Use> uses, Func<Use, double> part) => uses.Select(part).Median();

    private static Task PrintAsync(string name, string unit, double bytes, double value, double? floor = null, double? target = null) =>
        new Result("memory", name)
        {
            Value = value / bytes,
            Unit = unit,
            Floor = floor / bytes,
            Ratio = value / floor,
            Target = target,
            Holds = target is null ? null : value / bytes <= target,
        }.PrintAsync();
}
