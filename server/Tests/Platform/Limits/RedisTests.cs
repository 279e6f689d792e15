using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Platform.Http;
using Holdfast.Tests.Host;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Limits;

public sealed class RedisTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_ask_at_once_and_each_gets_his_own_answer()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = new RedisClient(server.Address);
        var texts = Enumerable.Range(0, 500).Select(i => i % 7 == 0 ? "" : $"ünïcode\r\n{i} {new string('x', i * 20)}").ToArray();
        await Task.WhenAll(texts.Select(async (text, i) =>
        {
            Assert.Equal("OK", await redis.SendAsync("SET", $"key {i}", text));
            Assert.Equal(text, await redis.SendAsync("GET", $"key {i}"));
        }));
        Assert.Null(await redis.SendAsync("GET", "nothing"));
        Assert.Equal(2L, await redis.SendAsync("EXISTS", "key 1", "key 2"));
        Assert.Equal(new object?[] { texts[1], null, -5L }, (object?[])(await redis.SendAsync("EVAL", "return {redis.call('GET', 'key 1'), false, -5}", "0"))!);
        await Assert.ThrowsAsync<RedisException>(() => redis.SendAsync("NONSENSE"));
        Assert.Equal("PONG", await redis.SendAsync("PING"));
    }

    [Fact]
    public async Task A_wrong_password_and_a_server_without_a_certificate_are_refused()
    {
        await using var server = await RedisServer.StartAsync();
        await using var guessing = new RedisClient(server.Address with { Password = "wrong" });
        await Assert.ThrowsAsync<RedisException>(() => guessing.SendAsync("PING"));
        await using var encrypted = new RedisClient(server.Address with { IsEncrypted = true });
        await Assert.ThrowsAsync<RedisException>(() => encrypted.SendAsync("PING"));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_and_the_refusal_says_so()
    {
        await using var server = await RedisServer.StartAsync(isEncrypted: true);
        await using var redis = new RedisClient(server.Address);
        var refused = await Assert.ThrowsAsync<RedisException>(() => redis.SendAsync("PING"));
        Assert.StartsWith($"Redis at localhost:{server.Port}/3 cannot be reached: The remote certificate is invalid", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.Created)]
    [InlineData("127.0.0.1", HttpStatusCode.ServiceUnavailable)]
    public async Task The_product_believes_the_certificates_of_its_machine_for_the_names_in_them(string name, HttpStatusCode answer)
    {
        using var folder = new TemporaryFolder();
        await using var server = await RedisServer.StartAsync(isEncrypted: true);
        await using var host = HostProcess.StartBehind(["env", $"SSL_CERT_FILE={server.Certificate}"], folder, "--redis", server.TextFor(name));
        await host.ReadyAsync();
        using var browser = new TestBrowser(host.Http.BaseAddress!);
        (await browser.PostAsync("/api/sign-up", new { email = "ada@example.org", password = TestBrowser.Password, name = "Ada", workspace = "Engines" })).Is(answer);
    }

    [Fact]
    public async Task One_that_died_or_stands_still_fails_quickly_and_is_found_again()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = new RedisClient(server.Address);
        Assert.Equal("PONG", await redis.SendAsync("PING"));

        server.Freeze(true);
        var asked = Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Assert.ThrowsAsync<RedisException>(() => redis.SendAsync("PING"))));
        await asked.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        server.Freeze(false);
        await AnswersAsync(redis);

        await server.KillAsync();
        await Assert.ThrowsAsync<RedisException>(() => redis.SendAsync("PING"));
        await server.GoAsync();
        await AnswersAsync(redis);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("$999999999\r\n")]
    [InlineData(":12x\r\n")]
    [InlineData("\r\n")]
    public async Task What_is_no_answer_of_a_Redis_breaks_the_connection(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var redis = new RedisClient(new RedisAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, false, null, null, 0));
        var asking = Assert.ThrowsAsync<RedisException>(() => redis.SendAsync("PING"));
        using (var client = await listener.AcceptTcpClientAsync(Cancel))
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Cancel);
            client.Client.Shutdown(SocketShutdown.Send);
            await asking;
        }
    }

    [Theory]
    [InlineData("redis://localhost", "localhost:6379/0")]
    [InlineData("redis://127.0.0.1:7000/3", "127.0.0.1:7000/3")]
    [InlineData("rediss://ada:secret@redis.example", "redis.example:6379/0")]
    [InlineData("redis://[::1]:7000", "::1:7000/0")]
    [InlineData("redis://redis.example", null)]
    [InlineData("redis://localhost/16", null)]
    [InlineData("redis://localhost/a", null)]
    [InlineData("redis://ada@localhost", null)]
    [InlineData("redis://localhost?tls=1", null)]
    [InlineData("http://localhost", null)]
    [InlineData("localhost:6379", null)]
    public void An_address_says_all_that_is_needed_and_sends_no_password_over_an_open_wire(string text, string? read) =>
        Assert.Equal(read, RedisAddress.Parse(text)?.ToString());

    private static Task AnswersAsync(RedisClient redis) => Eventually.HoldsAsync("Redis answers again", async () =>
    {
        try
        {
            return await redis.SendAsync("PING") is "PONG";
        }
        catch (RedisException)
        {
            return false;
        }
    });
}
