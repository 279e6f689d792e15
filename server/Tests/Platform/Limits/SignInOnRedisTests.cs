using System.Net;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Limits;

/// <summary>The product with a Redis, and without it when it dies.</summary>
public sealed class SignInOnRedisTests(TestCluster cluster)
{
    [Fact]
    public async Task Two_processes_share_one_budget()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = new TestServer(cluster) { Arguments = ["--redis", redis.Text] };
        await server.InitializeAsync();
        await AttemptTests.AssertSharedAsync(server);
        Assert.Equal("0", (await server.LookAsync("SELECT count(*) FROM http.limits"))[0]);
    }

    [Fact]
    [Trait("asvs", "16.5.3")]
    public async Task Without_Redis_nobody_signs_in_and_whoever_is_signed_in_works_on()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = new TestServer(cluster) { Arguments = ["--redis", redis.Text] };
        await server.InitializeAsync();
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.SignInAsync("several unrelated birds")).Refuses(HttpStatusCode.Unauthorized, "sign_in.refused");
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        Assert.Equal("0", (await server.LookAsync("SELECT count(*) FROM http.limits"))[0]);
        Assert.Equal("ok", (await ada.GetAsync("/health/ready")).Is(HttpStatusCode.OK).Json.GetProperty("status").GetString());

        using var program = new TestProgram(server.Address) { Refresh = (await ada.PostAsync("/api/tokens", new { name = "Night job", days = "30" })).Is(HttpStatusCode.Created).Json.GetProperty("token").GetString() };

        await redis.KillAsync();
        var refused = (await ada.SignInAsync()).Refuses(HttpStatusCode.ServiceUnavailable, "server.no_redis");
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Message.Headers.RetryAfter?.Delta);
        using var stranger = server.NewBrowser();
        (await stranger.PostAsync("/api/sign-in", new { email = "nobody@example.org", password = "several unrelated birds" }))
            .Refuses(HttpStatusCode.ServiceUnavailable, "server.no_redis");
        (await ada.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        (await ada.PostAsync("/api/workspaces", new { name = "Meanwhile" })).Is(HttpStatusCode.Created);
        await program.RefreshAsync();
        (await program.GetAsync("/api/me")).Is(HttpStatusCode.OK);
        Assert.Equal("degraded", (await ada.GetAsync("/health/ready")).Is(HttpStatusCode.OK).Json.GetProperty("status").GetString());

        await redis.GoAsync();
        await Eventually.HoldsAsync("one can sign in again", async () => (await ada.SignInAsync()).Status == HttpStatusCode.OK);
    }
}
