using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>Who runs the instance, and what he sees and does.</summary>
public sealed class OperatorTests(TestCluster cluster) : IAsyncLifetime
{
    private readonly TestServer _server = new(cluster);

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
    public async Task Nobody_else_gets_through_any_of_its_doors()
    {
        using var operates = await _server.NewBrowser().SignUpAsync();
        using var other = await _server.NewBrowser().SignUpAsync();
        var doors = _server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/operator/", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(doors);
        foreach (var door in doors)
        {
            var address = Regex.Replace(door.RoutePattern.RawText!, "{[^}]+}", "default", RegexOptions.None, TimeSpan.FromSeconds(1));
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
    public async Task What_is_not_there_is_named()
    {
        using var browser = await _server.NewBrowser().SignUpAsync();
        (await browser.PostAsync("/api/operator/queues/nothing/pause")).Refuses(HttpStatusCode.NotFound, "queue.unknown", "queue");
        (await browser.PostAsync("/api/operator/jobs/redrive", new { job = "all" })).Refuses(HttpStatusCode.UnprocessableEntity, "field.malformed", "job");
    }

    private static async Task<JsonElement> StateAsync(TestBrowser browser) => (await browser.GetAsync("/api/operator/jobs")).Is(HttpStatusCode.OK).Json;

    private static async Task<JsonElement> QueueAsync(TestBrowser browser) =>
        (await StateAsync(browser)).GetProperty("queues").EnumerateArray().Single(queue => queue.GetProperty("queue").GetString() == "default");
}
