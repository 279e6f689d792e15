using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Requests;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>Everybody signs in at once, and many sessions with open sockets end at once.</summary>
internal static class IdentityCrowds
{
    private const double Megabyte = 1 << 20;

    /// <summary>What one check of a password takes, and beside them what answering so many takes.</summary>
    private const double MegabytesOfOne = 19;
    private const double MegabytesBeside = 32;

    private const double EndTarget = 1_000;
    private const int SigningInAtOnce = 4;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    /// <param name="Before">Resident memory in MB.</param>
    /// <param name="Most">The same, at most.</param>
    /// <param name="After">The same, after a rest.</param>
    /// <param name="Seconds">Until all were in.</param>
    /// <param name="Refused">How many answers were to come back later.</param>
    /// <param name="NotReady">How many answers of /health/ready were none of 200.</param>
    /// <param name="SlowestMs">The slowest of them.</param>
    private sealed record Rush(double Before, double Most, double After, double Seconds, int Refused, int NotReady, double SlowestMs);

    /// <summary>All people sign in at the same moment; whom there is no room for comes back when he was told to.</summary>
    internal static async Task RushAsync(Entrance server, int runs, CancellationToken cancel)
    {
        var rushes = new List<Rush>();
        for (var i = 0; i < runs; i++)
            rushes.Add(await RushAsync(server, cancel));
        var name = $"{server.People.Count} sign-ins at once";
        await Identity.SayAsync($"{name}: memory before", "MB", rushes.Select(rush => rush.Before));
        await Identity.SayAsync($"{name}: at most", "MB", rushes.Select(rush => rush.Most));
        await Identity.SayAsync($"{name}: more than before", "MB", rushes.Select(rush => rush.Most - rush.Before), (Machine.ServerCores * MegabytesOfOne) + MegabytesBeside);
        await Identity.SayAsync($"{name}: after", "MB", rushes.Select(rush => rush.After));
        await Identity.SayAsync($"{name}: until all are in", "s", rushes.Select(rush => rush.Seconds));
        await Identity.SayAsync($"{name}: asked to come back", "answers", rushes.Select(rush => (double)rush.Refused));
        await Identity.SayAsync($"{name}: not ready meanwhile", "answers", rushes.Select(rush => (double)rush.NotReady), 0);
        await Identity.SayAsync($"{name}: slowest answer of /health/ready", "ms", rushes.Select(rush => rush.SlowestMs));
    }

    /// <summary>Ends all other sessions of a person, each of which has a socket open.</summary>
    /// <param name="place">Where the sockets are, as it stands in the results.</param>
    /// <param name="server">Where they are ended.</param>
    /// <param name="holder">The process that has the sockets.</param>
    /// <param name="runs">How often.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task EndAsync(string place, Entrance server, Server holder, int runs, CancellationToken cancel)
    {
        var sockets = Browser.IsSmall ? 50 : 500;
        var ends = new List<Pace.Run>();
        for (var i = 0; i < runs; i++)
            ends.Add(await EndAsync(server, holder, sockets, cancel));
        var p99 = ends.Select(run => run.P99Ms).Median();
        await new Result("identity", $"end of {sockets} sessions to the end of their sockets in {place}")
        {
            P50Ms = ends.Select(run => run.P50Ms).Median(),
            P99Ms = p99,
            Target = Browser.IsSmall ? null : EndTarget,
            Holds = Browser.IsSmall ? null : p99 < EndTarget,
        }.PrintAsync();
    }

    private static async Task<Rush> RushAsync(Entrance server, CancellationToken cancel)
    {
        await Task.Delay(Rest, cancel);
        var process = server.Server.ProcessId;
        var before = Machine.Resident(process);
        Machine.ForgetPeak(process);
        var start = Stopwatch.GetTimestamp();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var asking = AskAsync(server.Server.Address, end.Token);
        var refused = await Task.WhenAll(Enumerable.Range(0, server.People.Count).Select(person => SignInAsync(server, person, cancel)));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await end.CancelAsync();
        var (notReady, slowest) = await asking;
        var most = Machine.Peak(process);
        await Task.Delay(Rest, cancel);
        return new Rush(before / Megabyte, most / Megabyte, Machine.Resident(process) / Megabyte, seconds, refused.Sum(), notReady, slowest);
    }

    /// <returns>How often he was asked to come back.</returns>
    private static async Task<int> SignInAsync(Entrance server, int person, CancellationToken cancel)
    {
        for (var refused = 0; ; refused++)
        {
            var answer = await server.TrySignInAsync(person, cancel);
            if (answer.RetryAfter is not { } wait)
            {
                answer.Expect(HttpStatusCode.OK, "Signing in among many");
                return refused;
            }

            await Task.Delay(wait, cancel);
        }
    }

    /// <summary>Asks again and again whether the server is ready.</summary>
    private static async Task<(int NotReady, double SlowestMs)> AskAsync(Uri address, CancellationToken end)
    {
        using var http = new HttpClient { BaseAddress = address };
        var (notReady, slowest) = (0, 0.0);
        while (!end.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync("/health/ready", CancellationToken.None);
            notReady += answer.StatusCode == HttpStatusCode.OK ? 0 : 1;
            slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(AskEvery, CancellationToken.None);
        }

        return (notReady, slowest);
    }

    private static async Task<Pace.Run> EndAsync(Entrance server, Server holder, int count, CancellationToken cancel)
    {
        // One of the first runs the server, and may have few sessions.
        var person = server.People.Count - 1;
        // From where the sockets come, so that no session moves.
        var home = new Caller("127.0.1");
        var cookies = new string[count];
        await Load.RateAsync(SigningInAtOnce, count, async (_, number) => cookies[number] = await SignInAsync(server, home, person, cancel), cancel);
        home.Cookie = await SignInAsync(server, home, person, cancel);
        var me = (await server.Callers.GetAsync(home, "/api/me", cancel)).Expect(HttpStatusCode.OK, "/api/me").Json;
        var workspace = me.GetProperty("workspaces")[0].GetProperty("id").GetGuid();

        var sockets = new WriterSocket[count];
        await Load.RateAsync(SigningInAtOnce, count, async (_, number) =>
        {
            sockets[number] = await WriterSocket.OpenAsync(new Door(holder.Address, "/api/sync", cookies[number]), number, cancel);
            await sockets[number].SendAsync(BrowserSocket.Hello(workspace, []), cancel);
            await sockets[number].NextAsync("{\"t\":\"welcome\"", cancel);
        }, cancel);
        var ends = sockets.Select(socket => EndOfAsync(socket, cancel)).ToArray();
        var start = Stopwatch.GetTimestamp();
        var ended = await server.Callers.PostAsync(home, "/api/sessions/end-others", new { }, cancel);
        ended.Expect(HttpStatusCode.OK, "Ending sessions");
        try
        {
            var times = (await Task.WhenAll(ends).WaitAsync(Patience, cancel)).Select(end => Stopwatch.GetElapsedTime(start, end).TotalMilliseconds).ToArray();
            return times.Any(time => time < 0)
                ? throw new BenchException("A socket ended before its session did.")
                : new Pace.Run(times.Median(), times.Percentile(0.99));
        }
        catch (TimeoutException)
        {
            throw new BenchException($"Of {count} sockets {ends.Count(end => !end.IsCompleted)} were open {Patience.TotalSeconds:0} s after their sessions had ended.");
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private static async Task<string> SignInAsync(Entrance server, Caller home, int person, CancellationToken cancel) =>
        (await server.TrySignInAsync(home, person, cancel)).Expect(HttpStatusCode.OK, "Signing in once more").Cookie(server.Cookie);

    /// <returns>When the server closed it.</returns>
    private static async Task<long> EndOfAsync(WriterSocket socket, CancellationToken cancel)
    {
        try
        {
            while (true)
                await socket.NextAsync("{", cancel);
        }
        catch (Exception e) when (e is ChannelClosedException or WebSocketException)
        {
            return Stopwatch.GetTimestamp();
        }
    }
}
