using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Log;

public sealed class HistoryTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private readonly Guid _ada = Guid.CreateVersion7();
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task The_history_of_a_record_says_who_when_and_what_page_by_page()
    {
        var other = await _workspace.AddMemberAsync("member");
        var created = (await _workspace.WriteAsync(_workspace.NewCustomer("Ada", _ada), _workspace.NewCustomer("Beside her"))).Seq!.Value;
        await _workspace.WriteAsync(_workspace.NewCustomer("Not she"));
        var set = (await _workspace.WriteAsync(other, _workspace.Set(_ada, "name", "Lovelace"))).Seq!.Value;
        var deleted = (await _workspace.WriteAsync(new DeleteOperation(_engine.Customers, _ada))).Seq!.Value;

        var first = await _engine.History.OfAsync(_workspace.Id, _engine.Customers, _ada, from: null, limit: 2, CancellationToken.None);
        Assert.Equal([(deleted, "delete"), (set, "set")], first.Select(version => (version.Seq, version.Change.Kind)));
        Assert.Equal([_workspace.Owner.User, other.User], first.Select(version => version.Actor.User!.Value));
        Assert.Equal(("Lovelace", "Ada"), (Name(first[1].Change.Set), Name(first[1].Change.Before)));

        var second = await _engine.History.OfAsync(_workspace.Id, _engine.Customers, _ada, first[^1].Change.Previous, limit: 2, CancellationToken.None);
        Assert.Equal([(created, "create", 0L)], second.Select(version => (version.Seq, version.Change.Kind, version.Change.Previous)));
        Assert.Empty(await _engine.History.OfAsync(_workspace.Id, _engine.Customers, Guid.CreateVersion7(), from: null, limit: 2, CancellationToken.None));
        Assert.Empty(await _engine.History.OfAsync(_workspace.Id, _engine.Customers, _ada, from: created + 1, limit: 2, CancellationToken.None));
    }

    [Fact]
    public async Task A_record_of_the_past_is_written_as_the_wire_knew_it()
    {
        await _workspace.WriteAsync(_workspace.NewCustomer("Ada", _ada));
        var then = await _workspace.HeadAsync();
        var expected = await CurrentAsync();
        await _workspace.WriteAsync(_workspace.Set(_ada, "name", "Lovelace"));
        var past = (await _engine.History.AtAsync(_workspace.Id, _engine.Customers, _ada, then, CancellationToken.None))!;
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(JsonText.Text(json => past.Write(json, _ => true))).RootElement));
        Assert.True(JsonElement.DeepEquals(
            JsonDocument.Parse(expected).RootElement, JsonDocument.Parse(JsonText.Text(json => _engine.Customers.Write(json, past.ToRecord(), _ => true))).RootElement));

        await _workspace.EraseAsync(_ada, "name");
        past = (await _engine.History.AtAsync(_workspace.Id, _engine.Customers, _ada, then, CancellationToken.None))!;
        Assert.Equal(["name"], past.Erased);
        Assert.Equal("null", past.Values["name"]);
        Assert.DoesNotContain("name", JsonText.Text(json => past.Write(json, field => field.Name != "name")), StringComparison.Ordinal);
        Assert.Contains("\"erased\":[\"name\"]", JsonText.Text(json => past.Write(json, _ => true)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_workspace_of_the_past_comes_in_the_order_of_its_ids_whatever_its_size()
    {
        var ids = Enumerable.Range(0, 450).Select(_ => Guid.CreateVersion7()).Order().ToArray();
        await Task.WhenAll(ids.Select(id => _workspace.WriteAsync(_workspace.NewCustomer("Kept", id))));
        var then = await _workspace.HeadAsync();
        await Task.WhenAll(ids.Where((_, i) => i % 2 == 0).Select(id => _workspace.WriteAsync(new DeleteOperation(_engine.Customers, id))));
        await _workspace.WriteAsync(_workspace.NewCustomer("Later"));
        var past = new List<Guid>();
        await foreach (var record in _engine.History.AtAsync(_workspace.Id, _engine.Customers, then, CancellationToken.None))
            past.Add(record.Id);
        Assert.Equal(ids, past);
    }

    private async Task<string> CurrentAsync()
    {
        await using var snapshot = await _engine.Db.BeginSnapshotAsync(_workspace.Id, CancellationToken.None);
        await using var reader = await snapshot.ReadAsync([_engine.Customers.Sql.Select(_workspace.Id, [_ada])], CancellationToken.None);
        await reader.ReadAsync();
        var record = _engine.Customers.Sql.Read(reader);
        return JsonText.Text(json => _engine.Customers.Write(json, record, _ => true));
    }

    private static string? Name(string json) => JsonDocument.Parse(json).RootElement.GetProperty("name").GetString();
}
