using Holdfast.Tests.Simulation.Pages;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// Browsers, a faulty network, two nodes that die, and people whose rights change, by the seed. How many seeds, and from
/// which on, say <c>SIMULATOR_SEEDS</c> and <c>SIMULATOR_FROM</c>, which <c>bin/test sim</c> sets.
/// </summary>
public sealed class SimulatorTests(TestCluster cluster, ITestOutputHelper output)
{
    private const int Threads = 2;
    private const int Enough = 3;

    private static readonly int Seeds = Number("SIMULATOR_SEEDS", 2000);
    private static readonly int SeedsOfPages = Number("SIMULATOR_SEEDS", 100);
    private static readonly int From = Number("SIMULATOR_FROM", 1);

    [Fact]
    public Task Whatever_happens_everyone_ends_with_what_is_theirs() => FindNothingAsync(Seeds, pages: false);

    [Fact]
    public Task Whatever_happens_to_the_engine_of_the_browser_everyone_ends_with_what_is_theirs() => FindNothingAsync(SeedsOfPages, pages: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_seed_gives_the_same_run_again(bool pages)
    {
        var first = await PlayAsync(From, Math.Min(Seeds, 30), pages);
        var again = await PlayAsync(From, Math.Min(Seeds, 30), pages);
        Assert.Equal(first.Select(Shape).Order(StringComparer.Ordinal), again.Select(Shape).Order(StringComparer.Ordinal));

        static string Shape(Run run) => $"{run.Seed} on course {run.Course}: {string.Join("; ", run.Notes)}";
    }

    private async Task FindNothingAsync(int seeds, bool pages)
    {
        var runs = await PlayAsync(From, seeds, pages);
        output.WriteLine($"{runs.Count,8} seeds ran, from {From} on");
        var failed = runs.Where(run => run.Failure is not null).OrderBy(run => run.Seed).ToArray();
        foreach (var (what, count) in runs.SelectMany(run => run.Tally).GroupBy(pair => pair.Key, pair => pair.Value).Select(group => (group.Key, group.Sum())).OrderBy(pair => pair.Key))
            output.WriteLine($"{count,8} {what}");
        Assert.True(failed.Length == 0, string.Join("\n\n", failed.Select(run => run.ToString())));
        Assert.Equal(Math.Max(1, seeds), runs.Count);
    }

    private async Task<IReadOnlyCollection<Run>> PlayAsync(int from, int count, bool pages)
    {
        var (next, runs, failures) = (from - 1, new List<Run>(), 0);
        var databases = new List<(string Login, string Superuser)>();
        for (var i = 0; i < Threads; i++)
        {
            var login = await cluster.CreateDatabaseAsync();
            databases.Add((login, cluster.SuperuserOf(login)));
        }

        // Threads, because the simulator waits for what it started elsewhere.
        await Task.WhenAll(databases.Select(database => Task.Factory.StartNew(() => Work(database.Login, database.Superuser), TaskCreationOptions.LongRunning)));
        foreach (var (login, _) in databases)
            await cluster.DropDatabaseAsync(login);
        return runs;

        void Work(string login, string superuser)
        {
            using var laboratory = new Laboratory(login, superuser, pages ? new PageProcess() : null);
            for (var seed = Interlocked.Increment(ref next); seed < from + count && failures < Enough; seed = Interlocked.Increment(ref next))
            {
                var run = Simulator.Play(laboratory, seed);
                if (run.Failure is not null)
                {
                    Interlocked.Increment(ref failures);
                    run = Simulator.Shrink(laboratory, run);
                }

                lock (runs)
                    runs.Add(run);
            }
        }
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : otherwise;
}
