using System.Diagnostics;
using System.Net;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Requests;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>Whether the time of an answer tells a stranger who has an account.</summary>
internal static class IdentityTimes
{
    private const double MostMs = 2;
    private const double LeastP = 0.01;

    private const string AnotherPassword = "none that anybody has here";

    /// <summary>So far from the neighbourhoods of the people that none is theirs.</summary>
    private const int FirstStranger = 1_000;

    /// <summary>What the job of a request does is to be over before the next one is timed.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    /// <param name="Name">As it stands in the results.</param>
    /// <param name="Status">How known and unknown are answered alike.</param>
    /// <param name="Address">Where it is asked.</param>
    /// <param name="Known">What is asked of a known address, by the number of the pair.</param>
    /// <param name="Unknown">The same of an unknown one.</param>
    private sealed record Way(string Name, HttpStatusCode Status, string Address, Func<int, object> Known, Func<int, object> Unknown);

    internal static async Task RunAsync(Entrance server, CancellationToken cancel)
    {
        var (pairs, warmUp) = Browser.IsSmall ? (30, 5) : (500, 20);
        var people = server.People.Count;
        Way[] ways =
        [
            // As often each, since attempts are counted by account.
            new("sign-in", HttpStatusCode.Unauthorized, "/api/sign-in", i => SignIn(Entrance.Email(i % people)), i => SignIn($"nobody{i % people}@bench.example")),
            new("sign-up", HttpStatusCode.Accepted, "/api/sign-up", i => SignUp(Entrance.Email(i % people)), i => SignUp(Newcomer(i))),
            // A new link is asked for by signing up again; by now the newcomers wait for theirs.
            new("sign-up again", HttpStatusCode.Accepted, "/api/sign-up", i => SignUp(Newcomer(i)), i => SignUp($"late{i}@bench.example")),
            new("forgot", HttpStatusCode.Accepted, "/api/forgot", i => new { email = Entrance.Email(i % people) }, i => new { email = $"nobody{i % people}@bench.example" }),
        ];
        var stranger = FirstStranger;
        foreach (var way in ways)
        {
            var (known, unknown) = (new List<double>(pairs), new List<double>(pairs));
            for (var i = 0; i < warmUp + pairs; i++)
            {
                // Each comes first as often as the other, so that what one leaves behind meets both alike.
                foreach (var isKnown in new[] { i % 2 == 0, i % 2 != 0 })
                {
                    var time = await TimeAsync(server, Caller.Of(stranger++), way, isKnown ? way.Known(i) : way.Unknown(i), cancel);
                    if (i >= warmUp)
                        (isKnown ? known : unknown).Add(time);
                }
            }

            var name = $"{way.Name}, {pairs} pairs of known and unknown";
            await new Result("identity", name) { P50Ms = known.Median(), P99Ms = known.Percentile(0.99), Floor = unknown.Median(), Ratio = known.Median() / unknown.Median() }.PrintAsync();
            await Identity.SayAsync($"{name}: medians apart", "ms", [Math.Abs(known.Median() - unknown.Median())], MostMs);
            var p = MannWhitney.P(known, unknown);
            await new Result("identity", $"{name}: Mann-Whitney") { Value = p, Unit = "p", Target = Browser.IsSmall ? null : LeastP, Holds = Browser.IsSmall ? null : p > LeastP }.PrintAsync();
        }
    }

    private static async Task<double> TimeAsync(Entrance server, Caller stranger, Way way, object input, CancellationToken cancel)
    {
        await Task.Delay(Rest, cancel);
        await server.Callers.OpenFormAsync(stranger, way.Address, cancel);
        var asked = Stopwatch.GetTimestamp();
        var answer = await server.Callers.PostAsync(stranger, way.Address, input, cancel);
        var time = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        answer.Expect(way.Status, way.Name);
        return time;
    }

    private static string Newcomer(int number) => $"new{number}@bench.example";

    private static object SignIn(string email) => new { email, password = AnotherPassword };

    private static object SignUp(string email) => new { email, password = Person.Password, name = "Grace", workspace = "Bench" };
}
