using System.Diagnostics;
using System.Net.Http.Json;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Servers.Scopes;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>
/// What a write costs while many scopes are open of which one in a hundred is written to, and how soon somebody forgets
/// what he may no longer read. Who reads a record is decided by a key that it has from three records above it.
/// </summary>
internal static class Scopes
{
    private const int Runs = 5;
    private const int ScopesEach = 10;
    private const int Removals = 5;
    private const double TargetRatio = 1.15;
    private const double TargetMs = 1000;

    // Below what one socket may write at once.
    private const int Writes = 400;

    private static readonly int[] Sizes = [100, 1000, 10_000];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A crowd with its readers at their sockets, and what was measured of it.</summary>
    private sealed record Stage(int Size, Crowd Crowd, Audience Audience)
    {
        public List<Pace.Run> Runs { get; } = [];

        public long Sent { get; set; }

        public double P50 => Runs.Select(run => run.P50Ms).Median();
    }

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        await using var database = await product.StartAsync(cancel);
        await using var server = await ScopeServer.StartAsync(product, cancel);
        var stages = new List<Stage>();
        foreach (var size in Sizes)
            stages.Add(await OpenAsync(server, size, cancel));
        var leaving = new Queue<CrowdLeaver>(stages[^1].Crowd.Leaving);
        var (seats, members) = (new List<Pace.Run>(), new List<Pace.Run>());
        for (var i = 0; i <= Runs; i++)
        {
            // Now from this end and now from the other, so that a machine that grows slower or faster meets all alike.
            foreach (var stage in i % 2 == 0 ? stages : Enumerable.Reverse(stages))
                stage.Runs.Add(await WriteAsync(server, stage, cancel));
            seats.Add(await RemoveAsync(server, stages[^1].Crowd, leaving, leaver => ("bench.seat", leaver.Seat), cancel));
            members.Add(await RemoveAsync(server, stages[^1].Crowd, leaving, leaver => ("access.member", leaver.Member), cancel));
        }

        // The first time is to warm up.
        foreach (var runs in stages.Select(stage => stage.Runs).Append(seats).Append(members))
            runs.RemoveAt(0);
        var fewest = stages[0].P50;
        foreach (var stage in stages)
        {
            await new Result("scopes", $"scopes={stage.Size}")
            {
                P50Ms = stage.P50,
                P99Ms = stage.Runs.Select(run => run.P99Ms).Median(),
                Floor = fewest,
                Ratio = stage.P50 / fewest,
                Target = TargetRatio,
                Holds = stage.P50 / fewest <= TargetRatio,
            }.PrintAsync();
        }

        await PrintAsync("taken out of the team", seats);
        await PrintAsync("removed from the workspace", members);
        foreach (var stage in stages)
            await stage.Audience.DisposeAsync();
    }

    private static Task PrintAsync(string name, List<Pace.Run> runs)
    {
        var (p50, p99) = (runs.Select(run => run.P50Ms).Median(), runs.Select(run => run.P99Ms).Median());
        return new Result("scopes", name) { P50Ms = p50, P99Ms = p99, Target = TargetMs, Holds = p99 < TargetMs }.PrintAsync();
    }

    private static async Task<Stage> OpenAsync(Server server, int size, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
        using var answer = await http.PostAsync(new Uri($"{ScopeServer.CrowdPath}?scopes={size}&each={ScopesEach}", UriKind.Relative), content: null, cancel);
        answer.EnsureSuccessStatusCode();
        var crowd = (await answer.Content.ReadFromJsonAsync<Crowd>(cancel))!;
        var subscriptions = crowd.Readers.Select(reader => new Subscription(DoorOf(server, reader.User), "{\"t\":\"subOk\"")
        {
            Hello = () => BrowserSocket.Hello(crowd.Workspace, [.. reader.Teams.Select(ScopeOf)]),
        });
        return new Stage(size, crowd, await Audience.OpenAsync([.. subscriptions], cancel));
    }

    /// <summary>One write after the other, each when the reader has got the one before.</summary>
    private static async Task<Pace.Run> WriteAsync(Server server, Stage stage, CancellationToken cancel)
    {
        using var writer = await OpenAsync(server, stage.Crowd, stage.Crowd.Writer, [], cancel);
        var times = new List<double>(Writes);
        for (var i = 0; i < Writes; i++)
        {
            var step = stage.Crowd.Written[i % stage.Crowd.Written.Count];
            var delivery = stage.Audience.Expect(++stage.Sent, 1);
            var began = Stopwatch.GetTimestamp();
            await writer.PushAsync(new { op = "set", type = "bench.step", id = step, field = "name", value = Mark.Name(stage.Sent) }, cancel);
            times.Add(Stopwatch.GetElapsedTime(began, await delivery.Last.WaitAsync(Patience, cancel)).TotalMilliseconds);
        }

        await writer.ConfirmAsync(cancel);
        return new Pace.Run(times.Median(), times.Percentile(0.99));
    }

    /// <summary>From the owner's sending until the one concerned is told what to forget.</summary>
    private static async Task<Pace.Run> RemoveAsync(
        Server server, Crowd crowd, Queue<CrowdLeaver> leaving, Func<CrowdLeaver, (string Type, Guid Id)> what, CancellationToken cancel)
    {
        using var owner = await OpenAsync(server, crowd, crowd.Owner, [], cancel);
        var times = new List<double>(Removals);
        for (var i = 0; i < Removals; i++)
        {
            var leaver = leaving.Dequeue();
            using var socket = await OpenAsync(server, crowd, leaver.User, [ScopeOf(crowd.First)], cancel);
            await socket.NextAsync("subOk", cancel);
            var (type, id) = what(leaver);
            var began = Stopwatch.GetTimestamp();
            await owner.PushAsync(new { op = "delete", type, id }, cancel);
            await socket.NextAsync("revoke", cancel).WaitAsync(Patience, cancel);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await owner.ConfirmAsync(cancel);
        return new Pace.Run(times.Median(), times.Percentile(0.99));
    }

    private static Task<BrowserSocket> OpenAsync(Server server, Crowd crowd, Guid user, IReadOnlyList<string> scopes, CancellationToken cancel) =>
        BrowserSocket.OpenAsync(DoorOf(server, user), BrowserSocket.Hello(crowd.Workspace, scopes), cancel);

    private static Door DoorOf(Server server, Guid user) => new(server.Address, $"/sync?user={user}");

    private static string ScopeOf(Guid team) => $"bench.steps(team:{team})";
}
