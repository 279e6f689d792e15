using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Log;
using Holdfast.Engine.Series;
using Holdfast.Platform.Identity;
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
    public async Task Nobody_runs_a_server_by_signing_up_where_anybody_may_but_by_the_link_of_the_start()
    {
        using var stranger = await _server.NewBrowser().SignUpAsync();
        Assert.False(await RunsAsync(stranger));
        var token = (await _server.Get<FirstLink>().IssueAsync())!.Fragment[1..];
        using var mira = _server.NewBrowser();
        // What comes to nothing uses nothing up.
        (await SignUpAsync(stranger.Email)).Refuses(HttpStatusCode.Conflict, "sign_up.address_taken", "email");
        (await SignUpAsync("mira@example.org")).Is(HttpStatusCode.Created);
        Assert.True(await RunsAsync(mira));
        (await SignUpAsync("later@example.org")).Refuses(HttpStatusCode.Forbidden, "sign_up.first_needed", "first");
        Assert.Null(await _server.Get<FirstLink>().IssueAsync());

        // Nor does anyone inherit it, though nobody be left.
        await _server.LookAsync("DELETE FROM identity.users RETURNING id");
        using var later = await _server.NewBrowser().SignUpAsync();
        Assert.False(await RunsAsync(later));
        Assert.NotNull(await _server.Get<FirstLink>().IssueAsync());

        Task<Answer> SignUpAsync(string email) => mira.PostAsync("/api/sign-up", new { email, password = TestBrowser.Password, name = "Mira", workspace = "Works", first = token });

        static async Task<bool> RunsAsync(TestBrowser browser) => (await browser.GetAsync("/api/me")).Is(HttpStatusCode.OK).Json.GetProperty("isOperator").GetBoolean();
    }

    [Fact]
    public async Task Of_those_whom_the_command_makes_the_first_of_all_runs_the_server_but_nobody_made_for_tests()
    {
        var accounts = _server.Get<Accounts>();
        await accounts.CreateForTestsAsync("test@example.org", "Test", "en");
        await accounts.CreateAsync("second@example.org", "Second", "en");
        Assert.Empty(await RunningAsync());
        await _server.LookAsync("DELETE FROM identity.users RETURNING id");
        await accounts.CreateAsync("first@example.org", "First", "en");
        await accounts.CreateAsync("next@example.org", "Next", "en");
        Assert.Equal(["first@example.org"], await RunningAsync());

        Task<IReadOnlyList<string?>> RunningAsync() => _server.LookAsync("SELECT u.email FROM identity.operators o JOIN identity.users u ON u.id = o.user_id");
    }

    [Fact]
    public async Task The_command_makes_others_operators_beside_the_first_and_takes_it_from_them()
    {
        using var first = await _server.NewOperatorAsync();
        using var second = await _server.NewBrowser().SignUpAsync();
        (await second.GetAsync("/api/operator/jobs")).Refuses(HttpStatusCode.Forbidden, "operator.required");

        Assert.Equal((0, 2), await ListedAfterAsync("add", second.Email.ToUpperInvariant()));
        (await second.GetAsync("/api/operator/jobs")).Is(HttpStatusCode.OK);
        Assert.Equal((0, 2), await ListedAfterAsync("add", second.Email));
        Assert.Equal((0, 1), await ListedAfterAsync("remove", first.Email));
        (await first.GetAsync("/api/operator/jobs")).Refuses(HttpStatusCode.Forbidden, "operator.required");
        // Nor does signing up make anyone an operator.
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
    [Trait("asvs", "8.2.1")]
    public async Task Nobody_else_gets_through_any_of_its_doors()
    {
        using var operates = await _server.NewOperatorAsync();
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
    [Trait("asvs", "7.5.3")]
    public async Task What_he_does_takes_his_password_of_the_last_five_minutes_and_what_he_sees_does_not()
    {
        using var browser = await _server.NewBrowser().SignUpAsync();
        await _server.Get<Operators>().AddAsync(browser.Email, TestContext.Current.CancellationToken);
        _server.Clock.Forward(TimeSpan.FromMinutes(6));
        (await browser.PostAsync("/api/operator/queues/default/pause")).Refuses(HttpStatusCode.Unauthorized, "auth.proof_required");
        Assert.False((await QueueAsync(browser)).GetProperty("paused").GetBoolean());
        (await browser.PostAsync("/api/session/proof", new { password = TestBrowser.Password })).Is(HttpStatusCode.NoContent);
        (await browser.PostAsync("/api/operator/queues/default/pause")).Is(HttpStatusCode.NoContent);
        Assert.True((await QueueAsync(browser)).GetProperty("paused").GetBoolean());
    }

    [Fact]
    public async Task He_pauses_a_queue_tries_what_failed_again_and_sees_it_all()
    {
        using var browser = await _server.NewOperatorAsync();
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
        using var browser = await _server.NewOperatorAsync();
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
        using var browser = await _server.NewOperatorAsync();
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
        using var browser = await _server.NewOperatorAsync();
        (await browser.PostAsync("/api/operator/consumers/nothing/pause")).Refuses(HttpStatusCode.NotFound, "consumer.unknown", "consumer");
        (await browser.PostAsync("/api/operator/queues/nothing/pause")).Refuses(HttpStatusCode.NotFound, "queue.unknown", "queue");
        (await browser.PostAsync("/api/operator/jobs/redrive", new { job = "all" })).Refuses(HttpStatusCode.UnprocessableEntity, "field.malformed", "job");
    }

    [Fact]
    public async Task The_operator_sees_what_a_password_costs_and_what_happened_on_the_whole_server()
    {
        using var ada = await _server.NewOperatorAsync();
        using var bob = await _server.NewBrowser().SignUpAsync("Bob", "Elsewhere");
        (await bob.SignInAsync("several unrelated birds")).Is(HttpStatusCode.Unauthorized);
        await Eventually.HoldsAsync("a hash was timed", async () => (await ada.GetAsync("/api/operator/passwords")).Json.GetProperty("costs").ValueKind == JsonValueKind.Object);
        var costs = (await ada.GetAsync("/api/operator/passwords")).Json.GetProperty("costs");
        Assert.Equal((19_456, 2), (costs.GetProperty("memoryKiB").GetInt32(), costs.GetProperty("passes").GetInt32()));
        Assert.Equal(1000, costs.GetProperty("milliseconds").GetDouble() * costs.GetProperty("perSecondAndCore").GetDouble(), 3);

        var failed = (await ada.GetAsync("/api/operator/events?name=authn_login_fail")).Is(HttpStatusCode.OK).Json;
        var user = failed.GetProperty("events").EnumerateArray().Single().GetProperty("user").GetString()!;
        Assert.Equal(("Bob", bob.Email), (failed.GetProperty("people").GetProperty(user).GetProperty("name").GetString(), failed.GetProperty("people").GetProperty(user).GetProperty("email").GetString()));
        Assert.Contains("user_created", (await ada.GetAsync("/api/operator/events/export")).Is(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        await Eventually.HoldsAsync("it is counted", async () => (await ada.GetAsync("/api/operator/events/counts?by=hour")).Json.GetProperty("counts").EnumerateArray()
            .Any(count => count.GetProperty("name").GetString() == "authn_login_fail" && count.GetProperty("times").GetInt64() == 1));
        (await ada.GetAsync("/api/operator/events/counts?by=week")).Refuses(HttpStatusCode.UnprocessableEntity, "field.not_allowed", "by");

        // What the operator does is noted as well.
        (await ada.PostAsync("/api/operator/queues/default/pause")).Is(HttpStatusCode.NoContent);
        (await ada.PostAsync("/api/operator/queues/default/resume")).Is(HttpStatusCode.NoContent);
        Assert.Equal(2, (await ada.GetAsync("/api/me/events?name=authz_admin")).Json.GetProperty("events").GetArrayLength());
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
