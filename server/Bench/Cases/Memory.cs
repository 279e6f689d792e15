using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>What the processes hold while nothing happens: without a client, with many idle sockets, and for each more of them.</summary>
internal static class Memory
{
    private const int Runs = 5;
    private const int Idle = 1000;
    private const double TargetPerSocket = 30;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    /// <summary>In bytes.</summary>
    private sealed record Use(double AtRest, double Crowded, double PerSocket, double Database = 0);

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
        await PrintAsync($"server with {Idle} idle sockets", "MB", 1 << 20, Middle(ours, use => use.Crowded), Middle(floors, use => use.Crowded));
        await PrintAsync("idle socket", "KB", 1 << 10, Middle(ours, use => use.PerSocket), Middle(floors, use => use.PerSocket), TargetPerSocket);
        await PrintAsync("PostgreSQL at rest", "MB", 1 << 20, Middle(ours, use => use.Database));
    }

    private static async Task<Use> OursAsync(Product product, Person person, CancellationToken cancel)
    {
        await using var server = await product.StartAsync(cancel);
        await Task.Delay(Rest, cancel);
        var (atRest, database) = (Machine.Resident(server.ProcessId), Machine.SharedOnce(product.ClusterFolder));
        var (crowded, perSocket) = await CrowdAsync(server, person.At(server.Address).Customers, cancel);
        return new Use(atRest, crowded, perSocket, database);
    }

    private static async Task<Use> FloorAsync(CancellationToken cancel)
    {
        await using var server = await Floor.StartAsync(cancel);
        await Task.Delay(Rest, cancel);
        var atRest = Machine.Resident(server.ProcessId);
        var (crowded, perSocket) = await CrowdAsync(server, Floor.Reader(server), cancel);
        return new Use(atRest, crowded, perSocket);
    }

    /// <summary>
    /// Opens many sockets, and as many again. With the first comes what is needed once: code, connections to the database,
    /// garbage up to the collector's budget. What the second add is the price of a socket.
    /// </summary>
    private static async Task<(double Crowded, double PerSocket)> CrowdAsync(Server server, Subscription subscription, CancellationToken cancel)
    {
        await using var first = await Audience.OpenAsync(subscription, Idle, cancel);
        await Task.Delay(Rest, cancel);
        var crowded = Machine.Resident(server.ProcessId);
        await using var second = await Audience.OpenAsync(subscription, Idle, cancel);
        await Task.Delay(Rest, cancel);
        return (crowded, (double)(Machine.Resident(server.ProcessId) - crowded) / Idle);
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
