using System.Text.Json;
using Holdfast.Engine.Records;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

/// <summary>Operations over the socket, against the whole product.</summary>
public sealed class WireTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Others_see_list_steps_deletions_and_restorings_as_they_happen()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.ConnectAsync(ada);
        using var other = await SyncClient.ConnectAsync(ada);
        await other.NextAsync("subOk");
        Assert.Equal((RecordRegistry.OldestSchema, server.Registry.Schema), (Schema(client, "min"), Schema(client, "max")));
        var id = await client.CreateCustomerAsync("Ada");
        await client.PushAsync(new { op = "listInsert", type = "solo.customer", id, field = "tags", value = "vip" });
        await client.PushAsync(new { op = "delete", type = "solo.customer", id });
        var restored = (await client.PushAsync(new { op = "restore", type = "solo.customer", id })).GetProperty("seq").GetInt64();

        await other.NextAsync("delta");
        Assert.Equal("""{"tags":["vip"]}""", (await ChangeAsync(other)).GetProperty("set").GetRawText());
        Assert.True((await ChangeAsync(other)).GetProperty("deleted").GetBoolean());
        var back = await ChangeAsync(other);
        Assert.True(back.GetProperty("enter").GetBoolean());
        Assert.Equal((restored - 1, restored), (back.GetProperty("previous").GetInt64(), back.GetProperty("version").GetInt64()));
        Assert.Equal(("Ada", "vip"), (back.GetProperty("values").GetProperty("name").GetString(), back.GetProperty("values").GetProperty("tags")[0].GetString()));
    }

    [Fact]
    public async Task A_conflict_says_what_was_wanted_seen_and_found()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var client = await SyncClient.ConnectAsync(ada);
        var id = await client.CreateCustomerAsync("Ada");
        var refused = await client.PushAsync(
            new { op = "set", type = "solo.customer", id, field = "status", value = "lost", guard = new { field = "status", equals = "lead" } });
        Assert.Equal("conflict", refused.GetProperty("outcome").GetString());
        Assert.Equal("""{"status":{"mine":"lost","base":"lead","theirs":"active"}}""", refused.GetProperty("conflicts")[0].GetProperty("fields").GetRawText());
        Assert.Equal("Ada", refused.GetProperty("current")[0].GetProperty("values").GetProperty("name").GetString());
    }

    private static long Schema(SyncClient client, string member) => client.Welcome.GetProperty("schema").GetProperty(member).GetInt64();

    private static async Task<JsonElement> ChangeAsync(SyncClient client) =>
        (await client.NextAsync("delta")).GetProperty("items")[0].GetProperty("records")[0];
}
