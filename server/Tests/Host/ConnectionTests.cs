using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>However many come, there are only so many connections at once.</summary>
public sealed class ConnectionTests(TestCluster cluster) : IAsyncLifetime
{
    private const int Most = 100;

    private readonly TestServer _server = new(cluster) { Arguments = ["--connections", $"{Most}"] };
    private readonly List<TcpClient> _open = [];

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        _open.ForEach(client => client.Dispose());
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task One_more_than_there_may_be_is_closed_and_one_less_lets_in_again()
    {
        for (var i = 0; i < Most; i++)
            Assert.True(await IsAnsweredAsync(), $"The connection {i} was refused.");
        Assert.False(await IsAnsweredAsync());
        _open[0].Dispose();
        await Eventually.HoldsAsync("another is let in", IsAnsweredAsync);
    }

    [Fact]
    public async Task One_neighbourhood_takes_a_quarter_of_them_and_others_find_room()
    {
        for (var i = 0; i < Most / 4; i++)
            Assert.True(await IsAnsweredAsync($"127.9.8.{1 + i}"), $"The connection {i} was refused.");
        Assert.False(await IsAnsweredAsync("127.9.8.77"));
        Assert.True(await IsAnsweredAsync("127.9.9.77"));
        Assert.True(await IsAnsweredAsync());
        _open[0].Dispose();
        await Eventually.HoldsAsync("another of them is let in", () => IsAnsweredAsync("127.9.8.77"));
    }

    private Task<bool> IsAnsweredAsync() => IsAnsweredAsync("127.0.0.1");

    /// <summary>Opens one more, which stays open.</summary>
    private async Task<bool> IsAnsweredAsync(string from)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        _open.Add(client);
        try
        {
            // One that is closed unheard may be so before its opening is known here.
            await client.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
            await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
            var buffer = new byte[1024];
            return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }
}
