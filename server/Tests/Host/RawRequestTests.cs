using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Tests.Platform;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>What no client of ours sends: too long, too much, or to be understood in two ways. It is refused before any of it counts.</summary>
public sealed class RawRequestTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> Refused => new()
    {
        { $"GET /{new string('a', 16 * 1024)} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414 },
        { $"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: 1\r\n"))}\r\n", 431 },
        { $"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {new string('a', 32 * 1024)}\r\n\r\n", 431 },
        { "GET / HTTP/1.1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", 400 },
        { "POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400 },
        { "POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n{}", 400 },
        { "POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400 },
        { "POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", 400 },
        { "POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400 },
        { "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505 },
    };

    [Theory]
    [Trait("asvs", "4.2.1")]
    [MemberData(nameof(Refused))]
    public async Task It_is_refused_and_the_connection_closed(string request, int status)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = await reader.ReadToEndAsync(limit.Token);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("HTTP/1.1", answer[1..], StringComparison.Ordinal);
    }
}
