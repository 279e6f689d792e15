using System.Net;
using Holdfast.Engine;
using Holdfast.Engine.Log;
using Holdfast.Engine.Series;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>What the server does by the clock, as it is put together and set: nobody asks for it.</summary>
public sealed class NightTests(TestCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_older_than_the_days_that_the_log_is_kept_is_compacted_at_night_and_else_nothing(bool isSet)
    {
        await using var server = new TestServer(cluster) { Arguments = isSet ? ["--log-days", "90"] : [] };
        server.Clock.Forward(TimeSpan.FromDays(-200));
        await server.InitializeAsync();
        using var ada = await server.NewBrowser().SignUpAsync();
        var workspace = await ada.WorkspaceAsync();
        await NightsAsync(server);
        (await ada.SignInAsync()).Is(HttpStatusCode.OK);
        (await ada.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = "New" }))).Is(HttpStatusCode.OK);
        Assert.Equal(0, await CompactedAsync());
        await server.ReadAsync(workspace);
        server.Clock.Forward(TimeSpan.FromDays(195));
        await NightsAsync(server);
        Assert.Equal(isSet, await CompactedAsync() > 0);
        Assert.Equal(0, (await server.Get<LogVerifier>().VerifyAsync(workspace, _ => { }, Cancel)).Findings);

        Task<long> CompactedAsync() => server.Get<History>().CompactedAsync(workspace, Cancel);
    }

    [Fact]
    public async Task The_parts_of_series_are_made_ahead_each_hour()
    {
        await using var server = NewServer();
        await server.InitializeAsync();
        var newest = await NewestAsync();
        await NightsAsync(server, "engine.keep_series", TimeSpan.FromDays(1));
        Assert.True(string.CompareOrdinal(newest, await NewestAsync()) < 0);

        async Task<string?> NewestAsync() => (await server.LookAsync("SELECT max(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'test.traffic'::regclass"))[0];
    }

    [Fact]
    public async Task What_happens_first_on_a_new_server_finds_the_parts_of_its_series_made()
    {
        await using var server = NewServer();
        await server.InitializeAsync();
        Assert.NotEqual("0", (await server.LookAsync("SELECT count(*) FROM pg_inherits WHERE inhparent = 'test.traffic'::regclass"))[0]);
        using var ada = await server.NewBrowser().SignUpAsync();
        await Eventually.HoldsAsync("that somebody signed up is counted", async () => (await server.LookAsync("SELECT count(*) FROM security.counts"))[0] != "0");
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("series could not be", StringComparison.Ordinal));
    }

    private TestServer NewServer() => new(cluster) { AddMore = services => services.AddSeries(new SeriesKind("test.traffic", "bytes_in", "bytes_out")) };

    /// <summary>Lets so much time pass that a schedule comes, and waits until its job is done.</summary>
    private static async Task NightsAsync(TestServer server, string schedule = "engine.compact_log", TimeSpan? pass = null)
    {
        await Eventually.HoldsAsync("the schedule is known", async () => await NextAsync() is not null);
        var before = await NextAsync();
        server.Clock.Forward(pass ?? TimeSpan.FromDays(1));
        await Eventually.HoldsAsync("its job was asked for and is done", async () =>
            await NextAsync() != before && (await server.LookAsync($"SELECT 1 FROM engine.jobs WHERE kind = '{schedule}'")).Count == 0);

        async Task<string?> NextAsync() => (await server.LookAsync($"SELECT next_at::text FROM engine.schedules WHERE name = '{schedule}'")) is [var next] ? next : null;
    }
}
