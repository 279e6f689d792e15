using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Reading;

public sealed class RestartTests(TestCluster cluster)
{
    [Fact]
    public async Task A_server_that_stops_tells_each_browser_another_time_to_come_back()
    {
        await using var server = new ScopeServer(cluster);
        await server.InitializeAsync();
        var workspace = await server.Engine.CreateWorkspaceAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.ConnectAsync(workspace, workspace.Owner, [])));
        await server.Engine.Hub.StopAsync(CancellationToken.None);
        var pauses = new List<int>();
        foreach (var client in clients)
        {
            pauses.Add((await client.NextAsync("bye")).GetProperty("retryMs").GetInt32());
            client.Dispose();
        }

        // Of a second in tenths each has someone, or nearly: whoever comes at once would be told the same time.
        Assert.All(pauses, pause => Assert.InRange(pause, 250, 1250));
        Assert.InRange(pauses.Select(pause => pause / 100).Distinct().Count(), 6, 11);
    }
}
