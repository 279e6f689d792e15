using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Tests.Platform;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>There may be only so many connections, so nobody keeps one by sending a drop at a time.</summary>
public sealed class SlowRequestTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Beginnings =>
    [
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        "POST /api/sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: 8192\r\n\r\n\"",
    ];

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task What_comes_in_drops_is_answered_by_408_and_the_connection_closed(string beginning)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning), Cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(40));
        var answer = new StreamReader(stream, Encoding.ASCII).ReadToEndAsync(limit.Token);
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(Pause, Cancel));
            try
            {
                await stream.WriteAsync("a"u8.ToArray(), limit.Token);
            }
            catch (IOException)
            {
                // It is closed; what was answered is read.
                break;
            }
        }
        Assert.StartsWith("HTTP/1.1 408 ", await answer, StringComparison.Ordinal);
    }
}
