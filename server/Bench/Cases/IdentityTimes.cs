using System.Diagnostics;
using System.Net;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Requests;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;
using Npgsql;

namespace Holdfast.Bench.Cases;

/// <summary>Whether the time of an answer tells a stranger who has an account.</summary>
internal static class IdentityTimes
{
    private const double MostMs = 2;
    private const double LeastP = 0.01;

    private const int SigningInAtOnce = 4;

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
    private sealed record Way(string Name, HttpStatusCode Status, string Address, Func<int, object> Known, Func<int, object> Unknown)
    {
        /// <summary>Who asks, by the number of the pair and whether it is the known one; null for strangers, each a new one.</summary>
        internal Func<int, bool, Caller>? By { get; init; }
    }

    /// <param name="server">Where it is asked.</param>
    /// <param name="superuser">The connection string of its PostgreSQL's superuser.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task RunAsync(Entrance server, string superuser, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(superuser);
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
            new("change of address", HttpStatusCode.Accepted, "/api/me/email", i => new { email = Entrance.Email((i + 1) % people) }, i => new { email = $"next{i}@bench.example" })
            {
                By = (i, _) => server.People[i % people],
            },
            // Here nobody is a stranger: the known one has shown his address, and nothing is sent.
            new("verification", HttpStatusCode.Accepted, "/api/me/verification", _ => new { }, _ => new { })
            {
                By = (i, isKnown) => server.People[((2 * i) + (isKnown ? 0 : 1)) % people],
            },
        ];
        await Load.RateAsync(SigningInAtOnce, people, (_, person) => server.SignInAsync(person, cancel), cancel);
        await ExecuteAsync(source, $"UPDATE identity.users SET verified_at = now() WHERE email IN ({string.Join(", ", Enumerable.Range(0, people).Where(person => person % 2 == 0).Select(person => $"'{Entrance.Email(person)}'"))})", cancel);
        var stranger = FirstStranger;
        foreach (var way in ways)
        {
            var (known, unknown) = (new List<double>(pairs), new List<double>(pairs));
            for (var i = 0; i < warmUp + pairs; i++)
            {
                // Nobody asks that often by himself.
                if (way.By is not null)
                    await ExecuteAsync(source, "DELETE FROM http.limits", cancel);
                // Each comes first as often as the other, so that what one leaves behind meets both alike.
                foreach (var isKnown in new[] { i % 2 == 0, i % 2 != 0 })
                {
                    var time = await TimeAsync(server, way.By?.Invoke(i, isKnown) ?? Caller.Of(stranger++), way, isKnown ? way.Known(i) : way.Unknown(i), cancel);
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
        // With what a change bears.
        if (stranger.Cookie is not null)
            await server.Callers.GetAsync(stranger, "/api/me", cancel);
        var asked = Stopwatch.GetTimestamp();
        var answer = await server.Callers.PostAsync(stranger, way.Address, input, cancel);
        var time = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        answer.Expect(way.Status, way.Name);
        return time;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Newcomer(int number) => $"new{number}@bench.example";

    private static object SignIn(string email) => new { email, password = AnotherPassword };

    private static object SignUp(string email) => new { email, password = Person.Password, name = "Grace", workspace = "Bench" };
}
