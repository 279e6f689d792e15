using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

public sealed class OperationTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Increments_of_many_writers_all_count()
    {
        var thing = await _workspace.AddThingAsync();
        await Task.WhenAll(Enumerable.Range(1, 50).Select(by => _workspace.SendAsync(Increment(thing, "count", by))));
        Assert.Equal("1275", await _workspace.ValueAsync(thing, "count"));
    }

    [Fact]
    public async Task A_sum_out_of_bounds_is_refused_and_changes_nothing()
    {
        var thing = await _workspace.AddThingAsync(new { percent = 99, count = 9_007_199_254_740_990 });
        Assert.Equal("field.out_of_range", (await _workspace.SendAsync(Increment(thing, "percent", 2))).Failure!.Code.Code);
        Assert.Equal("field.out_of_range", (await _workspace.SendAsync(Increment(thing, "count", 2))).Failure!.Code.Code);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(Increment(thing, "count", 1))).Kind);
        Assert.Equal(("99", "9007199254740991"), (await _workspace.ValueAsync(thing, "percent"), await _workspace.ValueAsync(thing, "count")));
    }

    [Fact]
    public async Task Items_go_where_they_are_put_and_are_there_once()
    {
        var thing = await _workspace.AddThingAsync(new { tags = new[] { "a", "c" } });
        await _workspace.SendAsync(Insert(thing, "b", new { before = "c" }), Insert(thing, "d", new { after = "c" }), Insert(thing, "a", new { index = 3 }));
        Assert.Equal("[\"a\",\"b\",\"c\",\"d\"]", await _workspace.ValueAsync(thing, "tags"));
        await _workspace.SendAsync(Remove(thing, "b"), Remove(thing, "nobody"), Insert(thing, "0", new { index = 0 }), Insert(thing, "e", new { after = "b" }));
        Assert.Equal("[\"0\",\"a\",\"c\",\"d\",\"e\"]", await _workspace.ValueAsync(thing, "tags"));
        Assert.Equal("list.too_many", (await _workspace.SendAsync(Insert(thing, "f"))).Failure!.Code.Code);
    }

    [Theory]
    [InlineData("""{"op":"increment","field":"title","by":1}""", "field.wrong_kind", "title")]
    [InlineData("""{"op":"increment","field":"count","by":1.5}""", "operation.malformed", "by")]
    [InlineData("""{"op":"increment","field":"count"}""", "operation.malformed", "by")]
    [InlineData("""{"op":"increment","field":"count","by":1,"value":2}""", "operation.malformed", "value")]
    [InlineData("""{"op":"listInsert","field":"count","value":"a"}""", "field.wrong_kind", "count")]
    [InlineData("""{"op":"listInsert","field":"tags","value":" "}""", "field.required", "tags")]
    [InlineData("""{"op":"listInsert","field":"tags","value":1}""", "operation.malformed", "value")]
    [InlineData("""{"op":"listInsert","field":"tags","value":"a","at":{"index":-1}}""", "operation.malformed", "at")]
    [InlineData("""{"op":"listInsert","field":"tags","value":"a","at":{"before":"b","after":"c"}}""", "operation.malformed", "at")]
    [InlineData("""{"op":"listRemove","field":"stamp","value":"a"}""", "field.read_only", "stamp")]
    [InlineData("""{"op":"unset","field":"title"}""", "operation.unknown", "op")]
    [InlineData("""{"op":"restore","field":"title"}""", "operation.malformed", "field")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":{"version":0}}""", "operation.malformed", "guard")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":{"field":"title"}}""", "operation.malformed", "guard")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":{"field":"nothing","equals":1}}""", "field.unknown", "nothing")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":{"field":"count","equals":"one"}}""", "field.wrong_kind", "count")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":{"unique":[]}}""", "operation.malformed", "guard")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":{"unique":["letter"]}}""", "field.opaque", "letter")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":{"else":1}}""", "operation.malformed", "guard")]
    [InlineData("""{"op":"set","field":"title","value":"x","guard":[]}""", "operation.malformed", "guard")]
    [InlineData("""{"op":"create","values":{"title":"x"},"guard":{"version":1}}""", "operation.malformed", "guard")]
    public async Task What_is_not_known_is_refused_by_its_name(string operation, string code, string field)
    {
        var thing = await _workspace.AddThingAsync();
        var json = System.Text.Json.Nodes.JsonNode.Parse(operation)!.AsObject();
        json["type"] = "test.thing";
        json["id"] = thing.ToString();
        var outcome = await _workspace.SendAsync(json);
        Assert.Equal((OutcomeKind.Rejected, code, field), (outcome.Kind, outcome.Failure!.Code.Code, outcome.Failure.Field));
    }

    [Fact]
    public async Task A_deleted_record_comes_back_as_it_was_and_can_go_again()
    {
        var thing = await _workspace.AddThingAsync(new { title = "Kept", count = 7, tags = new[] { "x" }, due = "2026-11-21", letter = "AP8Q" });
        var before = (await _workspace.ThingAsync(thing))!.Value.GetProperty("values").GetRawText();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(Delete(thing))).Kind);
            Assert.Null(await _workspace.ThingAsync(thing));
            var restored = await _workspace.SendAsync(Restore(thing));
            Assert.Equal(OutcomeKind.Applied, restored.Kind);
            var now = (await _workspace.ThingAsync(thing))!.Value;
            Assert.Equal((before, restored.Seq), (now.GetProperty("values").GetRawText(), now.GetProperty("version").GetInt64()));
        }

        Assert.Equal("record.exists", (await _workspace.SendAsync(Restore(thing))).Failure!.Code.Code);
        Assert.Equal("record.not_found", (await _workspace.SendAsync(Restore(Guid.CreateVersion7()))).Failure!.Code.Code);
    }

    [Fact]
    public async Task Deleting_and_restoring_within_one_group_leaves_one_tombstone_or_none()
    {
        var (stays, goes) = (await _workspace.AddThingAsync(), await _workspace.AddThingAsync());
        var outcomes = await Task.WhenAll(
            _workspace.SendAsync(Delete(stays)), _workspace.SendAsync(Delete(goes)), _workspace.SendAsync(Restore(stays)),
            _workspace.SendAsync(Restore(goes)), _workspace.SendAsync(Delete(goes)));
        Assert.All(outcomes, outcome => Assert.Equal(OutcomeKind.Applied, outcome.Kind));
        var graves = await _engine.Db.In(_workspace.Id).QueryAsync<Guid>($"SELECT record_id FROM engine.tombstones WHERE workspace_id = {_workspace.Id}");
        Assert.Equal([goes], graves);
        Assert.NotNull(await _workspace.ThingAsync(stays));
    }

    [Fact]
    public async Task What_was_taken_meanwhile_keeps_a_record_from_coming_back()
    {
        var shelf = Guid.CreateVersion7();
        await _workspace.SendAsync(new { op = "create", type = "test.shelf", id = shelf, values = new { name = "Top" } });
        var (numbered, placed) = (await _workspace.AddThingAsync(new { number = "N1" }), await _workspace.AddThingAsync(new { shelf }));
        await _workspace.SendAsync(Delete(numbered), Delete(placed));
        await _workspace.AddThingAsync(new { number = "N1" });
        await _workspace.SendAsync(new { op = "delete", type = "test.shelf", id = shelf });

        var taken = await _workspace.SendAsync(Restore(numbered));
        Assert.Equal((OutcomeKind.Conflict, "record.not_unique", "number"), (taken.Kind, taken.Failure!.Code.Code, taken.Failure.Field));
        var gone = await _workspace.SendAsync(Restore(placed));
        Assert.Equal(("reference.not_found", "shelf"), (gone.Failure!.Code.Code, gone.Failure.Field));
    }

    [Fact]
    public async Task The_log_of_all_of_it_verifies_and_reaches_back_beyond_a_restoring()
    {
        var definition = Guid.CreateVersion7();
        await _workspace.SendAsync(new { op = "create", type = "access.field", id = definition, values = new { recordType = "test.thing", key = "size", label = "Size", kind = "list" } });
        var thing = await _workspace.AddThingAsync(new Dictionary<string, object> { ["title"] = "First", ["password"] = "hidden", ["letter"] = "AP8Q", ["ext.size"] = new[] { "big" } });
        await _workspace.SendAsync(Increment(thing, "count", 5), Insert(thing, "x"), TestWorkspace.SetThing(thing, "seen", "2026-11-21T10:00:00Z"));
        await _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.size", null));
        await _workspace.SendAsync(Delete(thing));
        await _workspace.SendAsync(Restore(thing));
        await Task.WhenAll(_workspace.SendAsync(Delete(thing)), _workspace.SendAsync(Restore(thing)), _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.size", new[] { "small" })));
        await _workspace.SendAsync(Delete(await _workspace.AddThingAsync(new { password = "hidden", tags = new[] { "a" } })));

        var findings = new List<string>();
        var report = await _engine.Verifier.VerifyAsync(_workspace.Id, finding => findings.Add($"{finding.Where} {finding.What}"), CancellationToken.None);
        Assert.Equal([], findings);
        Assert.True(report.Records > 3);
        var versions = await _engine.History.OfAsync(_workspace.Id, _engine.Registry.Of<Thing>(), thing, null, 100, CancellationToken.None);
        Assert.Equal(["set", "create", "delete", "create", "delete", "set", "set", "create"], versions.Select(version => version.Change.Kind));
        var past = await _engine.History.AtAsync(_workspace.Id, _engine.Registry.Of<Thing>(), thing, versions[^1].Seq, CancellationToken.None);
        Assert.Equal("[\"big\"]", past!.Values["ext.size"].Replace(" ", "", StringComparison.Ordinal));
    }

    private static object Increment(Guid id, string field, long by) => new { op = "increment", type = "test.thing", id, field, by };

    private static object Insert(Guid id, string value, object? at = null) => at is null
        ? new { op = "listInsert", type = "test.thing", id, field = "tags", value }
        : new { op = "listInsert", type = "test.thing", id, field = "tags", value, at };

    private static object Remove(Guid id, string value) => new { op = "listRemove", type = "test.thing", id, field = "tags", value };

    private static object Delete(Guid id) => new { op = "delete", type = "test.thing", id };

    private static object Restore(Guid id) => new { op = "restore", type = "test.thing", id };
}
