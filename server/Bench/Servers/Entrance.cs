using System.Net;
using Holdfast.Bench.Requests;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Servers;

/// <summary>A running server at which people sign in by address and password, measured in turns with others.</summary>
/// <param name="Name">As it stands in the results.</param>
/// <param name="Server">Its process.</param>
/// <param name="SignUpPath">Where people sign up.</param>
/// <param name="SignedUp">How that is answered.</param>
/// <param name="SignInPath">Where they sign in.</param>
/// <param name="Cookie">The name of the cookie that a session has.</param>
internal sealed record Entrance(string Name, Server Server, string SignUpPath, HttpStatusCode SignedUp, string SignInPath, string Cookie) : IAsyncDisposable
{
    private const int SigningUpAtOnce = 4;

    internal Callers Callers { get; } = new(Server.Address);

    /// <summary>Those who have signed in, each with the cookie that he got last.</summary>
    internal IReadOnlyList<Caller> People { get; private init; } = [];

    private Caller[] Visitors { get; init; } = [];

    /// <summary>The product, where so many people have signed up.</summary>
    internal static Entrance Of(Server server, int people) =>
        new Entrance("holdfast", server, "/api/sign-up", HttpStatusCode.Created, "/api/sign-in", "__Host-sid") { People = Of(people), Visitors = Of(people) };

    /// <summary>better-auth on a database of its own in the product's PostgreSQL.</summary>
    internal static async Task<Entrance> StartPeerAsync(Product product, int people, CancellationToken cancel)
    {
        var server = await Peer.StartAsync("better-auth.mjs", await product.CreateDatabaseAsync("better_auth", cancel), cancel);
        return new Entrance("better-auth", server, "/api/auth/sign-up/email", HttpStatusCode.OK, "/api/auth/sign-in/email", "better-auth.session_token")
        {
            People = Of(people),
            Visitors = Of(people),
        };
    }

    internal static string Email(int person) => $"person{person}@bench.example";

    /// <summary>Signs everybody up.</summary>
    internal Task SignUpAsync(CancellationToken cancel) => Load.RateAsync(SigningUpAtOnce, People.Count, async (_, person) =>
    {
        var input = new { email = Email(person), password = Person.Password, name = $"Ada {person}", workspace = $"Bench {person}" };
        (await Callers.PostAsync(Visitors[person], SignUpPath, input, cancel)).Expect(SignedUp, $"{Name}: signing up");
    }, cancel);

    /// <summary>Signs one in, from a browser that the server has never seen.</summary>
    internal async Task SignInAsync(int person, CancellationToken cancel) =>
        People[person].Cookie = (await TrySignInAsync(person, cancel)).Expect(HttpStatusCode.OK, $"{Name}: signing in").Cookie(Cookie);

    internal Task<Answer> TrySignInAsync(int person, CancellationToken cancel) => TrySignInAsync(Visitors[person], person, cancel);

    /// <summary>The same from elsewhere.</summary>
    internal Task<Answer> TrySignInAsync(Caller from, int person, CancellationToken cancel) =>
        Callers.PostAsync(from, SignInPath, new { email = Email(person), password = Person.Password }, cancel);

    /// <summary>What somebody who is signed in reads of himself.</summary>
    internal async Task ReadAsync(int person, string path, CancellationToken cancel)
    {
        var answer = (await Callers.GetAsync(People[person], path, cancel)).Expect(HttpStatusCode.OK, $"{Name}: {path}");
        if (!answer.Text.Contains(Email(person), StringComparison.Ordinal))
            throw new BenchException($"{Name}: {path} does not know who asks: {answer.Text}");
    }

    /// <summary>What lets in whoever is signed in, and says nothing.</summary>
    internal async Task PassAsync(int person, string path, CancellationToken cancel) =>
        (await Callers.GetAsync(People[person], path, cancel)).Expect(HttpStatusCode.NoContent, $"{Name}: {path}");

    /// <summary>What anybody reads.</summary>
    internal async Task ReadOpenAsync(int person, string path, CancellationToken cancel) =>
        (await Callers.GetAsync(Visitors[person], path, cancel)).Expect(HttpStatusCode.OK, $"{Name}: {path}");

    public ValueTask DisposeAsync()
    {
        Callers.Dispose();
        return Server.DisposeAsync();
    }

    private static Caller[] Of(int people) => [.. Enumerable.Range(0, people).Select(Caller.Of)];
}
