using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Log;
using Holdfast.Engine.Series;
using Holdfast.Tests.Host;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Who runs the instance, and what he sees and does.</summary>
public sealed class OperatorTests : IAsyncLifetime
{
    private static readonly SeriesKind Traffic = new("test.traffic", "bytes_in", "bytes_out") { KeepPoints = TimeSpan.FromDays(3), KeepHours = TimeSpan.FromDays(60), KeepDays = TimeSpan.FromDays(800) };
    private readonly Fussy _fussy = new();
    private readonly TestServer _server;

    public OperatorTests(TestCluster cluster) => _server = new TestServer(cluster)
    {
        AddMore = services =>
        {
            services.AddConsumer(new Consumer("test.fussy", _ => _fussy) { CanRebuild = true, FirstPause = TimeSpan.FromMinutes(5) });
            services.AddConsumer(new Consumer("test.once", _ => new Fussy()));
            services.AddSeries(Traffic);
        },
    };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Of_those_who_sign_up_at_once_on_a_new_server_one_runs_it_and_nobody_after()
    {
        var first = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _server.NewBrowser().SignUpAsync()));
        using var late = await _server.NewBrowser().SignUpAsync();
        var operators = new List<bool>();
        foreach (var browser in first)
        {
            operators.Add((await browser.GetAsync("/api/me")).Json.GetProperty("isOperator").GetBoolean());
            browser.Dispose();
        }

        Assert.Single(operators, isOperator => isOperator);
        Assert.False((await late.GetAsync("/api/me")).Json.GetProperty("isOperator").GetBoolean());
        // Nor does anyone inherit it.
        await _server.LookAsync("DELETE FROM identity.users WHERE id IN (SELECT user_id FROM identity.operators) RETURNING id");
        using var later = await _server.NewBrowser().SignUpAsync();
        Assert.False((await later.GetAsync("/api/me")).Json.GetProperty("isOperator").GetBoolean());
    }

    [Fact]
    public async Task The_command_makes_others_operators_beside_the_first_and_takes_it_from_them()
    {
        using var first = await _server.NewBrowser().SignUpAsync();
        using var second = await _server.NewBrowser().SignUpAsync();
        (await second.GetAsync("/api/operator/jobs")).Refuses(HttpStatusCode.Forbidden, "operator.required");

        Assert.Equal((0, 2), await ListedAfterAsync("add", second.Email.ToUpperInvariant()));
        (await second.GetAsync("/api/operator/jobs")).Is(HttpStatusCode.OK);
        Assert.Equal((0, 2), await ListedAfterAsync("add", second.Email));
        Assert.Equal((0, 1), await ListedAfterAsync("remove", first.Email));
        (await first.GetAsync("/api/operator/jobs")).Refuses(HttpStatusCode.Forbidden, "operator.required");
        // Nor does signing up make anyone an operator who came after the first.
        using var third = await _server.NewBrowser().SignUpAsync();
        Assert.Equal((0, 1), await ListedAfterAsync("list"));

        // Whoever takes it from the last one is told, and so is whoever asks afterwards.
        Assert.Contains("WARNING: that was the last one. Nobody runs this server", (await RunAsync("remove", second.Email)).Output, StringComparison.Ordinal);
        Assert.StartsWith("Nobody runs this server", (await RunAsync("list")).Output, StringComparison.Ordinal);

        foreach (var (words, error) in new[]
        {
            (new[] { "add", "nobody@example.org" }, "Nobody has the address nobody@example.org here."),
            (["remove", first.Email], $"{first.Email} is no operator."),
            (["add"], "'operator add' needs the e-mail address of a person"),
            (["crown", first.Email], "'operator' takes add or remove or list, not 'crown'."),
        })
        {
            var (exit, output) = await RunAsync(words);
            Assert.NotEqual(0, exit);
            Assert.Contains(error, output, StringComparison.Ordinal);
        }
    }

    private Task<(int Exit, string Output)> RunAsync(params string[] words) => HostCommand.RunAsync(["operator", .. words, "--database", _server.ConnectionString]);

    private async Task<(int Exit, int Operators)> ListedAfterAsync(params string[] words)
    {
        var (exit, output) = await RunAsync(words);
        return (exit, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Nobody_else_gets_through_any_of_its_doors()
    {
        using var operates = await _server.NewBrowser().SignUpAsync();
        using var other = await _server.NewBrowser().SignUpAsync();
        var doors = _server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/operator/", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(doors);
        foreach (var door in doors)
        {
            var address = Regex.Replace(
                door.RoutePattern.RawText!, "{[^:}]+:?(?<kind>[a-z]*)}", hole => hole.Groups["kind"].Value switch { "guid" => $"{Guid.CreateVersion7()}", "long" => "1", _ => "default" }, RegexOptions.None, TimeSpan.FromSeconds(1));
            foreach (var method in door.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), address) { Content = new StringContent("{}", null, "application/json") };
                (await other.SendAsync(request)).Refuses(HttpStatusCode.Forbidden, "operator.required");
            }
        }

        (await operates.GetAsync("/api/operator/jobs")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task He_pauses_a_queue_tries_what_failed_again_and_sees_it_all()
    {
        using var browser = await _server.NewBrowser().SignUpAsync();
        (await browser.PostAsync("/api/operator/queues/default/pause")).Is(HttpStatusCode.NoContent);
        var job = Guid.CreateVersion7();
        await _server.LookAsync($$"""
            INSERT INTO engine.job_ends (id, workspace_id, outcome, job, ended_at, forget_at) VALUES ('{{job}}', '{{Guid.Empty}}', 'failed',
              '{"queue":"default","priority":1,"kind":"engine.forget_outcomes","payload":{},"isSystem":true,"depth":0,"isShown":false,"attempt":12,"error":"The disk is full."}', now(), now() + interval '1 day')
            """);
        var failed = Assert.Single((await StateAsync(browser)).GetProperty("failed").EnumerateArray());
        Assert.Equal((JsonValueKind.Null, TimeSpan.FromDays(1)), (failed.GetProperty("workspaceName").ValueKind, failed.GetProperty("forgetAt").GetDateTimeOffset() - failed.GetProperty("endedAt").GetDateTimeOffset()));
        Assert.Equal((job, "engine.forget_outcomes", 12, "The disk is full."), (failed.GetProperty("id").GetGuid(), failed.GetProperty("kind").GetString(), failed.GetProperty("attempts").GetInt32(), failed.GetProperty("error").GetString()));

        Assert.Equal(1, (await browser.PostAsync("/api/operator/jobs/redrive", new { job })).Is(HttpStatusCode.OK).Json.GetProperty("redriven").GetInt32());
        Assert.Equal(0, (await browser.PostAsync("/api/operator/jobs/redrive", new { })).Is(HttpStatusCode.OK).Json.GetProperty("redriven").GetInt32());
        var queue = await QueueAsync(browser);
        Assert.Equal((true, 1, 0, 0), (queue.GetProperty("paused").GetBoolean(), queue.GetProperty("waiting").GetInt32(), queue.GetProperty("running").GetInt32(), queue.GetProperty("failed").GetInt32()));
        Assert.True(queue.GetProperty("oldest").GetDouble() >= 0);

        (await browser.PostAsync("/api/operator/queues/default/resume")).Is(HttpStatusCode.NoContent);
        await Eventually.HoldsAsync("the job is done", async () => (await QueueAsync(browser)).GetProperty("waiting").GetInt32() == 0);
        var state = await StateAsync(browser);
        Assert.Single(state.GetProperty("workers").EnumerateArray());
        Assert.Contains(state.GetProperty("schedules").EnumerateArray(), schedule => schedule.GetProperty("name").GetString() == "engine.forget_outcomes");
    }

    [Fact]
    public async Task He_sees_where_a_consumer_fails_or_lags_and_does_something_about_it()
    {
        using var browser = await _server.NewBrowser().SignUpAsync();
        var workspace = await browser.WorkspaceAsync();
        var at = $"/api/operator/consumers/test.fussy/workspaces/{workspace}";
        (await browser.PostAsync("/api/operator/consumers/test.fussy/pause")).Is(HttpStatusCode.NoContent);
        Assert.True((await ConsumerAsync(browser)).GetProperty("isPaused").GetBoolean());
        _fussy.Is = true;
        (await browser.PostAsync("/api/operator/consumers/test.fussy/rebuild")).Is(HttpStatusCode.OK);
        (await browser.PostAsync("/api/operator/consumers/test.fussy/resume")).Is(HttpStatusCode.NoContent);

        await Eventually.HoldsAsync("it fails", async () => (await ConsumerAsync(browser)).GetProperty("failing").GetInt32() == 1);
        var sum = await ConsumerAsync(browser);
        Assert.Equal((1, 1, 1, true, false), (sum.GetProperty("workspaces").GetInt32(), sum.GetProperty("dirty").GetInt32(), sum.GetProperty("lag").GetInt64(), sum.GetProperty("canRebuild").GetBoolean(), sum.GetProperty("isPaused").GetBoolean()));
        Assert.True(sum.GetProperty("oldest").GetDouble() > 0);
        var poison = Assert.Single((await ConsumersAsync(browser)).GetProperty("behind").EnumerateArray());
        Assert.Equal((workspace, 0, 1, 1), (poison.GetProperty("workspaceId").GetGuid(), poison.GetProperty("seq").GetInt64(), poison.GetProperty("next").GetInt64(), poison.GetProperty("head").GetInt64()));
        Assert.Contains("Not this one.", poison.GetProperty("error").GetString(), StringComparison.Ordinal);

        var attempts = poison.GetProperty("attempts").GetInt32();
        (await browser.PostAsync($"{at}/retry")).Is(HttpStatusCode.NoContent);
        await Eventually.HoldsAsync("it was tried again", async () => (await ConsumersAsync(browser)).GetProperty("behind")[0].GetProperty("attempts").GetInt32() > attempts);
        (await browser.PostAsync($"{at}/entries/7/skip")).Refuses(HttpStatusCode.Conflict, "consumer.not_failing");
        (await browser.PostAsync($"{at}/entries/1/skip")).Is(HttpStatusCode.NoContent);
        Assert.Equal(["1"], await _server.LookAsync("SELECT seq FROM engine.consumer_skips WHERE via = 'operator' AND user_id IN (SELECT user_id FROM identity.operators)"));
        Assert.Empty((await ConsumersAsync(browser)).GetProperty("behind").EnumerateArray());
        (await browser.PostAsync($"{at}/retry")).Refuses(HttpStatusCode.Conflict, "consumer.not_failing");

        _fussy.Is = false;
        (await browser.PostAsync($"{at}/rebuild")).Is(HttpStatusCode.NoContent);
        await Eventually.HoldsAsync("all is read", async () => (await ConsumerAsync(browser)) is var all && all.GetProperty("lag").GetInt64() == 0 && all.GetProperty("oldest").ValueKind == JsonValueKind.Null);
        (await browser.PostAsync("/api/operator/consumers/test.once/rebuild")).Refuses(HttpStatusCode.Conflict, "consumer.cannot_rebuild", "consumer");
        (await browser.PostAsync($"/api/operator/consumers/test.once/workspaces/{workspace}/rebuild")).Refuses(HttpStatusCode.Conflict, "consumer.cannot_rebuild", "consumer");
    }

    [Fact]
    public async Task He_sees_of_each_series_its_parts_and_how_long_they_are_kept()
    {
        using var browser = await _server.NewBrowser().SignUpAsync();
        await _server.Get<SeriesKeeper>().KeepAsync(CancellationToken.None);
        var tables = await TablesAsync();
        Assert.Equal(["points", "hours", "days"], tables.Select(table => table.GetProperty("holds").GetString()));
        Assert.Equal([3, 60, 800], tables.Select(table => table.GetProperty("keepDays").GetInt32()));
        // Three days back, today, and seven ahead.
        Assert.Equal(11, tables[0].GetProperty("parts").GetInt32());
        Assert.Equal(_server.Clock.GetUtcNow().UtcDateTime.Date.AddDays(-3), tables[0].GetProperty("from").GetDateTimeOffset().UtcDateTime);
        Assert.All(tables, table => Assert.True(table.GetProperty("hasNow").GetBoolean() && table.GetProperty("bytes").GetInt64() > 0));
        await _server.LookAsync($"DROP TABLE test.traffic_{_server.Clock.GetUtcNow():yyyyMMdd}");
        Assert.False((await TablesAsync())[0].GetProperty("hasNow").GetBoolean());

        async Task<JsonElement[]> TablesAsync()
        {
            var series = (await browser.GetAsync("/api/operator/series")).Is(HttpStatusCode.OK).Json.GetProperty("series").EnumerateArray();
            return [.. series.Single(one => one.GetProperty("name").GetString() == "test.traffic").GetProperty("tables").EnumerateArray()];
        }
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        using var browser = await _server.NewBrowser().SignUpAsync();
        (await browser.PostAsync("/api/operator/consumers/nothing/pause")).Refuses(HttpStatusCode.NotFound, "consumer.unknown", "consumer");
        (await browser.PostAsync("/api/operator/queues/nothing/pause")).Refuses(HttpStatusCode.NotFound, "queue.unknown", "queue");
        (await browser.PostAsync("/api/operator/jobs/redrive", new { job = "all" })).Refuses(HttpStatusCode.UnprocessableEntity, "field.malformed", "job");
    }

    /// <summary>Reads everything, or nothing.</summary>
    private sealed class Fussy : IConsumerHandler
    {
        internal bool Is { get; set; }

        public Task HandleAsync(LogEntry entry, ConsumerStep step, CancellationToken cancel) =>
            Is ? throw new InvalidOperationException("Not this one.") : Task.CompletedTask;
    }

    private static async Task<JsonElement> StateAsync(TestBrowser browser) => (await browser.GetAsync("/api/operator/jobs")).Is(HttpStatusCode.OK).Json;

    private static async Task<JsonElement> ConsumersAsync(TestBrowser browser) => (await browser.GetAsync("/api/operator/consumers")).Is(HttpStatusCode.OK).Json;

    private static async Task<JsonElement> ConsumerAsync(TestBrowser browser) =>
        (await ConsumersAsync(browser)).GetProperty("consumers").EnumerateArray().Single(consumer => consumer.GetProperty("consumer").GetString() == "test.fussy");

    private static async Task<JsonElement> QueueAsync(TestBrowser browser) =>
        (await StateAsync(browser)).GetProperty("queues").EnumerateArray().Single(queue => queue.GetProperty("queue").GetString() == "default");
}
