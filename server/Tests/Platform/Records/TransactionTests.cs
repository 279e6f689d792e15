using System.Net;
using System.Text.Json;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Platform.Records;

/// <summary>Writing over HTTP: the same transactions, the same outcomes.</summary>
public sealed class TransactionTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task What_is_written_over_http_reaches_the_sockets_and_the_log_says_how_it_came()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var socket = await SyncClient.ConnectAsync(ada);
        var id = Guid.CreateVersion7();
        var answer = (await ada.WriteAsync(SyncClient.Create(id, new { name = "Grace" }))).Is(HttpStatusCode.OK).Json;
        Assert.Equal("applied", answer.GetProperty("outcome").GetString());
        var item = (await socket.NextAsync("delta")).GetProperty("items")[0];
        Assert.Equal(answer.GetProperty("seq").GetInt64(), item.GetProperty("seq").GetInt64());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("browser").ValueKind);
        Assert.Equal(["http"], await server.LookAsync($"SELECT via FROM engine.log WHERE transaction_id = '{answer.GetProperty("id").GetGuid()}'"));
    }

    [Fact]
    public async Task A_transaction_sent_again_gets_its_first_outcome()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (id, customer) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var first = (await ada.WriteAsync(SyncClient.Create(customer, new { name = "Once" }), id)).Is(HttpStatusCode.OK).Json;
        var second = (await ada.WriteAsync(SyncClient.Create(customer, new { name = "Once" }), id)).Is(HttpStatusCode.OK).Json;
        Assert.Equal(("duplicate", first.GetProperty("seq").GetInt64()), (second.GetProperty("outcome").GetString(), second.GetProperty("seq").GetInt64()));

        var refused = Guid.CreateVersion7();
        var refusal = await ada.WriteAsync(SyncClient.Set(customer, "name", null), refused);
        refusal.Refuses(HttpStatusCode.UnprocessableEntity, "field.required", "name");
        Assert.Equal("rejected", refusal.Json.GetProperty("outcome").GetString());
        Assert.True(JsonElement.DeepEquals(refusal.Json, (await ada.WriteAsync(SyncClient.Set(customer, "name", "Twice"), refused)).Json));
    }

    [Theory]
    [InlineData("{\"id\":\"ID\",\"schema\":\"1\",\"operations\":[]}")]
    [InlineData("{\"id\":\"ID\",\"schema\":1,\"operations\":[],\"note\":1}")]
    [InlineData("{\"id\":\"ID\",\"schema\":1,\"operations\":{}}")]
    [InlineData("{\"id\":\"ID\",\"schema\":1}")]
    public async Task What_could_not_be_read_may_be_sent_again_mended(string body)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var id = Guid.CreateVersion7();
        var answer = await ada.PostTextAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions", body.Replace("ID", $"{id}", StringComparison.Ordinal));
        Assert.False(answer.Is(HttpStatusCode.BadRequest).Json.TryGetProperty("outcome", out _));
        Assert.Equal("applied", (await ada.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = "Mended" }), id)).Is(HttpStatusCode.OK).Json.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_refusal_names_the_operation_and_its_record()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var (there, wrong, absent) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var sound = SyncClient.Create(there, new { name = "Sound" });
        // Found where it is read, where it is applied, and where the record is judged as a whole.
        await RefusedAsync(1, wrong, sound, SyncClient.Create(wrong, new { nmae = "x" }));
        await RefusedAsync(1, absent, sound, SyncClient.Set(absent, "name", "x"));
        await RefusedAsync(2, wrong, sound, SyncClient.Create(wrong, new { name = "x" }), SyncClient.Set(wrong, "name", null), SyncClient.Set(there, "name", "y"));

        async Task RefusedAsync(int operation, Guid record, params object[] operations)
        {
            var refusal = await ada.PostTextAsync(
                $"/api/workspaces/{await ada.WorkspaceAsync()}/transactions", JsonSerializer.Serialize(new { id = Guid.CreateVersion7(), schema = 1, operations }));
            Assert.Equal("rejected", refusal.Json.GetProperty("outcome").GetString());
            var named = refusal.Json.GetProperty("params");
            Assert.Equal((operation, "solo.customer", record), (named.GetProperty("operation").GetInt32(), named.GetProperty("type").GetString(), named.GetProperty("id").GetGuid()));
        }
    }

    [Fact]
    public async Task A_guard_that_fails_is_a_conflict_with_the_records_of_now()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var customer = Guid.CreateVersion7();
        var made = (await ada.WriteAsync(SyncClient.Create(customer, new { name = "Now" }))).Is(HttpStatusCode.OK).Json;
        var answer = await ada.WriteAsync(new { op = "set", type = "solo.customer", id = customer, field = "name", value = "Then", guard = new { version = 1 } });
        answer.Refuses(HttpStatusCode.Conflict, "record.changed", "guard");
        Assert.Equal("conflict", answer.Json.GetProperty("outcome").GetString());
        Assert.Equal(made.GetProperty("seq").GetInt64(), answer.Json.GetProperty("current")[0].GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_role_binds_over_http_as_everywhere()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var vera = await server.JoinAsync(ada, "viewer");
        var workspace = await ada.WorkspaceAsync();
        var customer = Guid.CreateVersion7();
        var refusal = await vera.WriteAsync(SyncClient.Create(customer, new { name = "Mine" }), workspace: workspace);
        refusal.Refuses(HttpStatusCode.Forbidden, "permission.denied");
        Assert.Equal("rejected", refusal.Json.GetProperty("outcome").GetString());
        (await vera.WriteAsync(SyncClient.Set(customer, "name", "Mine"), workspace: workspace)).Refuses(HttpStatusCode.NotFound, "record.not_found", "id");
    }

    [Theory]
    [InlineData("", 400, "request.malformed", null)]
    [InlineData("[]", 400, "request.malformed", null)]
    [InlineData("{\"id\":\"a\"}", 400, "frame.malformed", "id")]
    [InlineData("{}", 400, "frame.malformed", "id")]
    [InlineData("{\"id\":\"01998c1f-0000-4000-8000-000000000000\",\"schema\":1,\"operations\":[]}", 400, "frame.malformed", "id")]
    [InlineData("{\"id\":\"ID\",\"schema\":1,\"operations\":[]}", 422, "transaction.empty", "operations")]
    [InlineData("{\"id\":\"ID\",\"schema\":1,\"operations\":[],\"mutation\":1}", 400, "frame.malformed", "mutation")]
    [InlineData("{\"id\":\"ID\",\"schema\":9,\"operations\":[]}", 422, "transaction.schema_unknown", "schema")]
    [InlineData("{\"id\":\"ID\",\"schema\":1,\"operations\":[{\"op\":\"drop\"}]}", 422, "operation.unknown", "op")]
    public async Task What_is_no_transaction_is_named(string body, int status, string code, string? field)
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        var answer = await ada.PostTextAsync($"/api/workspaces/{await ada.WorkspaceAsync()}/transactions", body.Replace("ID", Guid.CreateVersion7().ToString(), StringComparison.Ordinal));
        answer.Refuses((HttpStatusCode)status, code, field);
    }

    [Fact]
    public async Task A_transaction_is_as_large_as_a_message_of_the_socket()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        (await ada.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = new string('a', 90_000) }))).Refuses(HttpStatusCode.UnprocessableEntity, "field.too_long", "name");
        (await ada.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = new string('a', 110_000) }))).Refuses(HttpStatusCode.RequestEntityTooLarge, "request.too_large");
    }

    [Fact]
    public async Task A_stranger_leaves_no_trace()
    {
        using var ada = await server.NewBrowser().SignUpAsync();
        using var eve = await server.NewBrowser().SignUpAsync();
        var id = Guid.CreateVersion7();
        var there = await eve.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = "Eve was here" }), id, await ada.WorkspaceAsync());
        var nowhere = await eve.WriteAsync(SyncClient.Create(Guid.CreateVersion7(), new { name = "Eve was here" }), id, Guid.CreateVersion7());
        there.Refuses(HttpStatusCode.NotFound, "workspace.not_found");
        Assert.Equal(nowhere.Text, there.Text);
        Assert.Empty(await server.LookAsync($"SELECT outcome FROM engine.outcomes WHERE transaction_id = '{id}'"));
    }
}
