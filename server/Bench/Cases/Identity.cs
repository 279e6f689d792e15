using System.Diagnostics;
using System.Net;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Requests;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;
using Npgsql;

namespace Holdfast.Bench.Cases;

/// <summary>
/// Signing in, sessions and tokens: beside what Argon2id costs bare, beside better-auth on the same PostgreSQL, when many come at
/// once, when sessions end, and whether the time of an answer tells who has an account.
/// </summary>
internal static class Identity
{
    private const int Runs = 5;
    private const int AtOnce = 8;
    private const int PerSecond = 25;

    private const double OfBare = 0.9;
    private const double OfOpen = 0.85;

    /// <summary>Where a session is looked up and nothing else read, and where nothing is read without a session.</summary>
    private const string Checked = "/api/session/proof";
    private const string Open = "/api/sign-up";

    /// <summary>Where the product and better-auth say who somebody is.</summary>
    private static readonly Dictionary<string, string> Me = new(StringComparer.Ordinal) { ["holdfast"] = "/api/me", ["better-auth"] = "/api/auth/get-session" };

    internal static async Task RunAsync(CancellationToken cancel)
    {
        var (runs, people) = Browser.IsSmall ? (1, 100) : (Runs, 200);
        using var product = new Product([.. Callers.AreTrusted, "--sessions-per-person", "1000"]);
        await using (var first = Entrance.Of(await product.StartAsync(cancel), people))
            await first.SignUpAsync(cancel);

        // Nobody else may sign up: so the open address that is compared reads something, too.
        await using (var server = Entrance.Of(await product.StartAsync(["--sign-up", "invited"], cancel), people))
        {
            await using (var peer = await Entrance.StartPeerAsync(product, people, cancel))
            {
                await peer.SignUpAsync(cancel);
                await SignInAsync(product, [server, peer], runs, cancel);
                await ReadAsync([server, peer], runs, cancel);
            }

            await RefreshAsync(server, runs, cancel);
            await IdentityCrowds.RushAsync(server, runs, cancel);
            await using var another = await product.StartAnotherAsync(cancel);
            await IdentityCrowds.EndAsync("this process", server, server.Server, runs, cancel);
            await IdentityCrowds.EndAsync("another process", server, another, runs, cancel);
        }

        await using var discreet = Entrance.Of(await product.StartAsync(["--verify", "first", "--mail", product.MailFolder], cancel), people);
        await IdentityTimes.RunAsync(discreet, product.Superuser, cancel);
    }

    /// <summary>Says the median of what was measured, beside an aim that it is not to exceed.</summary>
    internal static Task SayAsync(string name, string unit, IEnumerable<double> values, double? target = null) => Browser.SayAsync("identity", name, unit, values, target);

    /// <summary>Says how many a second there are, beside what they are compared with and the share of that which is the aim.</summary>
    private static Task SayRateAsync(string name, IEnumerable<double> rates, IEnumerable<double>? floors = null, double? target = null)
    {
        var (rate, floor) = (rates.Median(), floors?.Median());
        if (Browser.IsSmall)
            target = null;
        return new Result("identity", name) { Rate = rate, Floor = floor, Ratio = rate / floor, Target = target, Holds = target is null ? null : rate / floor >= target }.PrintAsync();
    }

    private static async Task SignInAsync(Product product, Entrance[] entrances, int runs, CancellationToken cancel)
    {
        var times = Browser.IsSmall ? 20 : 200;
        var phc = await HashAsync(product, cancel);
        var bare = new List<double>();
        var (rates, paced) = (entrances.ToDictionary(one => one, _ => new List<double>()), entrances.ToDictionary(one => one, _ => new List<double>()));
        foreach (var entrance in entrances)
            await RateAsync(entrance);
        for (var i = 0; i < runs; i++)
        {
            bare.Add(await Argon2.RateAsync(phc, Person.Password, times, cancel));
            foreach (var entrance in entrances)
            {
                rates[entrance].Add(await RateAsync(entrance));
                paced[entrance].Add(await PacedAsync(entrance, times, cancel));
            }
        }

        var cores = Machine.ServerCores;
        foreach (var entrance in entrances)
            await SayRateAsync($"sign-ins a core beside bare Argon2id, {entrance.Name}", rates[entrance].Select(rate => rate / cores), bare, entrance == entrances[0] ? OfBare : null);
        foreach (var entrance in entrances)
            await SayAsync($"sign-in at {PerSecond}/s, p95, {entrance.Name}", "ms", paced[entrance]);

        Task<double> RateAsync(Entrance entrance) => Load.RateAsync(AtOnce, times, (_, number) => entrance.SignInAsync(number % entrance.People.Count, cancel), cancel);
    }

    /// <returns>The p95 of a run, in milliseconds from when each sign-in was due.</returns>
    private static async Task<double> PacedAsync(Entrance entrance, int times, CancellationToken cancel)
    {
        var signIns = new List<Task<double>>(times);
        await Pace.KeepAsync(times, PerSecond, (number, due) =>
        {
            signIns.Add(OneAsync(number, due));
            return Task.CompletedTask;
        }, cancel);
        return (await Task.WhenAll(signIns)).Percentile(0.95);

        async Task<double> OneAsync(int number, long due)
        {
            await entrance.SignInAsync(number % entrance.People.Count, cancel);
            return Stopwatch.GetElapsedTime(due).TotalMilliseconds;
        }
    }

    private static async Task ReadAsync(Entrance[] entrances, int runs, CancellationToken cancel)
    {
        const int sessions = 32;
        var times = Browser.IsSmall ? 1_000 : 10_000;
        var (withSession, without) = (new List<double>(), new List<double>());
        var me = entrances.ToDictionary(one => one, _ => new List<double>());
        foreach (var entrance in entrances)
        {
            await Load.RateAsync(AtOnce, sessions, (_, person) => entrance.SignInAsync(person, cancel), cancel);
            await RateAsync(person => entrance.ReadAsync(person, Me[entrance.Name], cancel));
        }

        var server = entrances[0];
        await RateAsync(person => server.PassAsync(person, Checked, cancel));
        await RateAsync(person => server.ReadOpenAsync(person, Open, cancel));
        for (var i = 0; i < runs; i++)
        {
            withSession.Add(await RateAsync(person => server.PassAsync(person, Checked, cancel)));
            without.Add(await RateAsync(person => server.ReadOpenAsync(person, Open, cancel)));
            foreach (var entrance in entrances)
                me[entrance].Add(await RateAsync(person => entrance.ReadAsync(person, Me[entrance.Name], cancel)));
        }

        await SayRateAsync($"GET {Checked} with a session beside GET {Open} without", withSession, without, OfOpen);
        await SayRateAsync($"GET {Me[server.Name]} beside better-auth's get-session", me[server], me[entrances[1]]);

        Task<double> RateAsync(Func<int, Task> read) => Load.RateAsync(2 * AtOnce, times, (_, number) => read(number % sessions), cancel);
    }

    private static async Task RefreshAsync(Entrance server, int runs, CancellationToken cancel)
    {
        var times = Browser.IsSmall ? 400 : 4_000;
        var chains = new string[AtOnce];
        var programs = Enumerable.Range(0, AtOnce).Select(Caller.Of).ToArray();
        for (var chain = 0; chain < AtOnce; chain++)
        {
            // A token takes a password that was just given.
            await server.SignInAsync(chain, cancel);
            var made = await server.Callers.PostAsync(server.People[chain], "/api/tokens", new { name = "Bench", days = "30" }, cancel);
            chains[chain] = made.Expect(HttpStatusCode.Created, "Making a token").Json.GetProperty("token").GetString()!;
        }

        await RateAsync();
        var rates = new List<double>();
        for (var i = 0; i < runs; i++)
            rates.Add(await RateAsync());
        await SayRateAsync("refreshes of tokens", rates);

        Task<double> RateAsync() => Load.RateAsync(AtOnce, times, async (chain, _) =>
        {
            var pair = await server.Callers.PostAsync(programs[chain], "/api/tokens/refresh", new { token = chains[chain] }, cancel);
            chains[chain] = pair.Expect(HttpStatusCode.OK, "Refreshing a token").Json.GetProperty("refreshToken").GetString()!;
        }, cancel);
    }

    /// <summary>The hash of a password of ours, as the product keeps it.</summary>
    private static async Task<string> HashAsync(Product product, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(product.Superuser);
        await using var command = source.CreateCommand("SELECT secret FROM identity.credentials WHERE kind = 'password' LIMIT 1");
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }
}
