using System.Net;
using System.Text.Json;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>Catching up over HTTP: the messages of the socket.</summary>
public sealed class ChangesTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task It_says_what_the_socket_says()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var writer = await SyncClient.ConnectAsync(ada, scopes: []);
        await writer.CreateCustomerAsync("First");
        using var socket = await SyncClient.ConnectAsync(ada, ["solo.customers", "solo.nothing"]);
        var first = await AskAsync(ada, "scopes=solo.customers,solo.nothing");
        Assert.Equal(["welcome", "subOk", "subErr"], Kinds(first));
        Assert.True(JsonElement.DeepEquals(await socket.NextAsync("subOk"), first[1]));
        Assert.True(JsonElement.DeepEquals(await socket.NextAsync("subErr"), first[2]));
        Assert.False(first[0].GetProperty("reset").GetBoolean());

        await writer.CreateCustomerAsync("Second");
        var live = await socket.NextAsync("delta");
        var second = await AskAsync(ada, $"scopes=solo.customers&{Place(first[0])}");
        Assert.Equal(["welcome", "subOk", "delta"], Kinds(second));
        Assert.True(second[1].GetProperty("unchanged").GetBoolean());
        Assert.True(JsonElement.DeepEquals(live.GetProperty("items"), second[2].GetProperty("items")));
        Assert.Equal(["welcome", "subOk"], Kinds(await AskAsync(ada, $"scopes=solo.customers&{Place(second[0])}")));
    }

    [Fact]
    public async Task Who_read_another_log_begins_anew()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var writer = await SyncClient.ConnectAsync(ada, scopes: []);
        await writer.CreateCustomerAsync("First");
        var place = Place((await AskAsync(ada, ""))[0]);
        foreach (var other in new[] { place.Replace("after=", "after=1", StringComparison.Ordinal), $"after=1&tx={Guid.CreateVersion7()}&epoch={place.Split("epoch=")[1]}", $"{place.Split("&epoch=")[0]}&epoch={Guid.CreateVersion7()}" })
        {
            var frames = await AskAsync(ada, $"scopes=solo.customers&{other}");
            Assert.True(frames[0].GetProperty("reset").GetBoolean(), other);
            Assert.Equal(1, frames[1].GetProperty("records").GetArrayLength());
        }
    }

    [Theory]
    [InlineData("after=-1", "field.malformed", "after")]
    [InlineData("after=x", "field.malformed", "after")]
    [InlineData("tx=1", "field.malformed", "tx")]
    [InlineData("epoch=1", "field.malformed", "epoch")]
    [InlineData("since=1", "field.unknown", "since")]
    public async Task What_is_no_place_is_named(string asked, string code, string field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.GetAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/changes?{asked}")).Refuses(HttpStatusCode.UnprocessableEntity, code, field);
    }

    private static async Task<JsonElement[]> AskAsync(TestBrowser person, string asked) =>
        [.. (await person.GetAsync($"/api/workspaces/{await person.WorkspaceAsync()}/changes?{asked}")).Is(HttpStatusCode.OK).Json.GetProperty("frames").EnumerateArray()];

    private static string[] Kinds(JsonElement[] frames) => [.. frames.Select(frame => frame.GetProperty("t").GetString()!)];

    private static string Place(JsonElement welcome)
    {
        var head = welcome.GetProperty("head");
        return $"after={head.GetProperty("seq").GetInt64()}&tx={head.GetProperty("tx").GetGuid()}&access={welcome.GetProperty("me").GetProperty("access").GetString()}&epoch={welcome.GetProperty("epoch").GetGuid()}";
    }
}
