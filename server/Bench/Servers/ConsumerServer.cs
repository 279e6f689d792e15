using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Measuring;
using Holdfast.Engine;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Servers;

/// <summary>
/// A process of the engine that reads logs through a consumer which does nothing with them. This program does it when it is
/// started in this role.
/// </summary>
internal static class ConsumerServer
{
    internal const string Role = "consumers";
    private const int Writers = 256;

    /// <param name="product">Whose PostgreSQL.</param>
    /// <param name="entries">How many entries there are in all.</param>
    /// <param name="sizes">Over how many workspaces; each size has a database of its own.</param>
    /// <param name="runs">How often each is read.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Entries a second, of each size and run.</returns>
    internal static async Task<double[][]> MeasureAsync(Product product, int entries, int[] sizes, int runs, CancellationToken cancel)
    {
        var databases = new List<string>();
        foreach (var size in sizes)
            databases.Add(await product.CreateDatabaseAsync($"consumers_{size.ToString(CultureInfo.InvariantCulture)}", cancel));
        var said = await Machine.AskOnServerCoreAsync([Role, Text(entries), Text(runs), .. sizes.Zip(databases).SelectMany(pair => new[] { Text(pair.First), pair.Second })], cancel);
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ').Select(rate => double.Parse(rate, CultureInfo.InvariantCulture)).ToArray())];

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Says for each size, in a line of its own, the entries a second of each run.</summary>
    internal static async Task ServeAsync(string[] arguments)
    {
        var (entries, runs) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var stages = arguments[2..].Chunk(2).Select(pair => (Size: int.Parse(pair[0], CultureInfo.InvariantCulture), Database: pair[1], Rates: new List<double>())).ToArray();
        foreach (var (size, database, _) in stages)
            await FillAsync(database, size, entries);
        for (var i = 0; i <= runs; i++)
        {
            // Now from this end and now from the other, so that a machine that grows slower or faster meets all alike.
            foreach (var (_, database, rates) in i % 2 == 0 ? stages : Enumerable.Reverse(stages))
                rates.Add(await ReadAsync(database, $"bench.run{i.ToString(CultureInfo.InvariantCulture)}", entries));
        }

        // The first time is to warm up.
        foreach (var (_, _, rates) in stages)
            await Console.Out.WriteLineAsync(string.Join(' ', rates.Skip(1).Select(rate => rate.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Founds the workspaces, and renames each until there are as many entries as asked for.</summary>
    private static async Task FillAsync(string database, int workspaces, int entries)
    {
        await Migrator.MigrateAsync(database, [EngineModule.Project]);
        await using var services = Services(database, new Reader("bench.fill"));
        var (writePath, registry) = (services.GetRequiredService<WritePath>(), services.GetRequiredService<RecordRegistry>());
        var (type, actor) = (registry.Of<Workspace>(), Actor.Server("bench"));
        var name = type.Fields.Single(field => field.Name == "name");
        var each = entries / workspaces;
        await Parallel.ForAsync(0, workspaces, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (_, _) =>
        {
            var id = Guid.CreateVersion7();
            await writePath.CreateWorkspaceAsync(id);
            await WriteAsync(id, Compose.Create(registry, id, new Workspace { Name = "Workspace" }));
            for (var i = 1; i < each; i += Writers)
            {
                await Task.WhenAll(Enumerable.Range(i, Math.Min(Writers, each - i))
                    .Select(number => WriteAsync(id, new SetOperation(type, id, name, $"Workspace {number.ToString(CultureInfo.InvariantCulture)}"))));
            }
        });

        async Task WriteAsync(Guid workspace, Operation operation)
        {
            var outcome = await writePath.WriteAsync(workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = actor, Operations = [operation] });
            if (!outcome.Succeeded)
                throw new BenchException($"A write was not applied: {outcome.Kind} {outcome.Failure?.Detail}");
        }
    }

    /// <summary>Starts a consumer that is new, and stops it when it has read everything.</summary>
    private static async Task<double> ReadAsync(string database, string name, int entries)
    {
        var reader = new Reader(name) { Missing = entries };
        await using var services = Services(database, reader);
        var worker = services.GetRequiredService<ConsumerWorker>();
        var began = Stopwatch.GetTimestamp();
        await worker.StartAsync(CancellationToken.None);
        await reader.Done;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await worker.StopAsync(CancellationToken.None);
        return entries / seconds;
    }

    private static ServiceProvider Services(string database, Reader reader)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        EngineModule.Add(services, database);
        services.AddConsumer(new Consumer(reader.Name, _ => reader));
        return services.BuildServiceProvider();
    }

    private sealed class Reader(string name) : IConsumerHandler
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _missing;

        internal string Name => name;

        internal int Missing { init => _missing = value; }

        internal Task Done => _done.Task;

        public Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel)
        {
            if (Interlocked.Decrement(ref _missing) == 0)
                _done.SetResult();
            return Task.CompletedTask;
        }
    }
}
