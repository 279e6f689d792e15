using System.Net;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Limits;

/// <summary>What people and programs may ask, each for himself, wherever they come from.</summary>
public sealed class PersonLimitTests(TestCluster cluster)
{
    private const string Office = "127.2.0.1";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("asvs", "2.4.1")]
    public async Task Whoever_is_signed_in_has_a_budget_of_his_own_and_so_has_each_of_his_tokens(bool withRedis)
    {
        await using var redis = withRedis ? await RedisServer.StartAsync() : null;
        await using var server = new TestServer(cluster) { Arguments = ["--requests", "300", .. redis is null ? [] : new[] { "--redis", redis.Text }] };
        await server.InitializeAsync();
        using var ada = await new TestBrowser(server.Address, Office).SignUpAsync();
        using var bob = await new TestBrowser(server.Address, Office).SignUpAsync();
        using var wild = await ProgramAsync(ada);
        using var tame = await ProgramAsync(ada);
        Assert.Equal(["\"requests\";q=300;w=30", "\"person\";q=300;w=30"], (await ada.GetAsync("/api/me")).Message.Headers.GetValues("RateLimit-Policy"));

        // More than the address alone would have.
        foreach (var colleague in new[] { ada, bob })
            Assert.All(await AskAsync(150, () => colleague.GetAsync("/api/me/profile")), answer => answer.Is(HttpStatusCode.OK));
        Assert.All(await AskAsync(100, () => bob.GetAsync("/api/me/profile")), answer => answer.Is(HttpStatusCode.OK));

        Refuses("person", await AskAsync(250, () => ada.GetAsync("/api/me/profile")));
        // Neither another place nor another session of hers helps, and nobody else pays for it.
        using var elsewhere = ada.Elsewhere();
        Assert.Contains(await AskAsync(50, () => elsewhere.GetAsync("/api/me/profile")), answer => answer.Status == HttpStatusCode.TooManyRequests);
        (await bob.GetAsync("/api/me/profile")).Is(HttpStatusCode.OK);

        Assert.All(await AskAsync(200, () => wild.GetAsync("/api/me")), answer => answer.Is(HttpStatusCode.OK));
        Refuses("token", await AskAsync(200, () => wild.GetAsync("/api/me")));
        (await tame.GetAsync("/api/me")).Is(HttpStatusCode.OK);
    }

    /// <summary>One of them was refused for this budget.</summary>
    private static void Refuses(string budget, Answer[] answers)
    {
        var refused = answers.FirstOrDefault(answer => string.Join(',', answer.Message.Headers.GetValues("RateLimit")).Contains($"\"{budget}\";r=0", StringComparison.Ordinal) && answer.Status != HttpStatusCode.OK);
        Assert.True(refused is not null, $"Nothing was refused for the budget of the {budget}.");
        refused.Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
    }

    /// <summary>A program with a token of hers, from where nobody else comes from.</summary>
    private static async Task<TestProgram> ProgramAsync(TestBrowser person)
    {
        var made = (await person.PostAsync("/api/tokens", new { name = "Accounting", days = "30" })).Is(HttpStatusCode.Created).Json;
        var program = new TestProgram(person.Address) { Refresh = made.GetProperty("token").GetString() };
        await program.RefreshAsync();
        return program;
    }

    private static Task<Answer[]> AskAsync(int times, Func<Task<Answer>> ask) => Task.WhenAll(Enumerable.Range(0, times).Select(_ => ask()));
}
