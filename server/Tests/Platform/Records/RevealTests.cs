using System.Net;
using System.Text.Json;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>The value of a secret over HTTP: for who may, one by one, with a line for each.</summary>
public sealed class RevealTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    [Trait("asvs", "14.2.6")]
    public async Task A_secret_is_shown_to_who_may_see_it_and_leaves_a_line()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "member");
        var (workspace, thing) = (await ada.WorkspaceAsync(), Guid.CreateVersion7());
        (await ada.WriteAsync(new { op = "create", type = "test.thing", id = thing, values = new { title = "Safe", password = "open sesame" } })).Is(HttpStatusCode.OK);
        var address = $"/api/workspaces/{workspace}/records/test.thing/{thing}/secrets";

        (await vera.PostAsync($"{address}/password")).Refuses(HttpStatusCode.Forbidden, "permission.denied");
        (await ada.PostAsync($"{address}/title")).Refuses(HttpStatusCode.UnprocessableEntity, "field.unknown", "field");
        (await ada.PostAsync($"{address.Replace(thing.ToString(), Guid.CreateVersion7().ToString(), StringComparison.Ordinal)}/password")).Refuses(HttpStatusCode.NotFound, "record.not_found", "id");
        (await ada.GetAsync($"{address}/password")).Refuses(HttpStatusCode.MethodNotAllowed, "request.method_not_allowed");
        Assert.Empty(await TrailAsync());

        var answer = (await ada.PostAsync($"{address}/password")).Is(HttpStatusCode.OK);
        Assert.Equal("open sesame", answer.Json.GetProperty("value").GetString());
        Assert.True(answer.Message.Headers.CacheControl?.NoStore);
        var user = (await ada.GetAsync("/api/me")).Json.GetProperty("user").GetProperty("id").GetGuid();
        Assert.Equal([$"test.thing {thing} password http {user}"], await TrailAsync());

        (await ada.WriteAsync(new { op = "set", type = "test.thing", id = thing, field = "password", value = (string?)null })).Is(HttpStatusCode.OK);
        Assert.Equal(JsonValueKind.Null, (await ada.PostAsync($"{address}/password")).Is(HttpStatusCode.OK).Json.GetProperty("value").ValueKind);

        Task<IReadOnlyList<string?>> TrailAsync() => server.LookAsync(
            $"SELECT concat_ws(' ', type, record_id, field, via, user_id) FROM engine.reveals WHERE workspace_id = '{workspace}' AND session_id IS NOT NULL");
    }

    [Fact]
    public async Task Who_asks_for_all_of_them_is_stopped()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (workspace, thing) = (await ada.WorkspaceAsync(), Guid.CreateVersion7());
        (await ada.WriteAsync(new { op = "create", type = "test.thing", id = thing, values = new { title = "Safe", password = "open sesame" } })).Is(HttpStatusCode.OK);
        var answers = new List<Answer>();
        for (var i = 0; i < 31; i++)
            answers.Add(await ada.PostAsync($"/api/workspaces/{workspace}/records/test.thing/{thing}/secrets/password"));
        Assert.All(answers.SkipLast(1), answer => answer.Is(HttpStatusCode.OK));
        answers[^1].Refuses(HttpStatusCode.TooManyRequests, "request.too_many");
        Assert.Equal(["30"], await server.LookAsync($"SELECT count(*)::text FROM engine.reveals WHERE workspace_id = '{workspace}'"));
    }
}
