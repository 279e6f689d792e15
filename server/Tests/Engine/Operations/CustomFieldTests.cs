using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

public sealed class CustomFieldTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Theory]
    [InlineData("text", "\"blue\"", "7")]
    [InlineData("integer", "42", "\"42\"")]
    [InlineData("boolean", "true", "\"yes\"")]
    [InlineData("date", "\"2026-11-21\"", "\"tomorrow\"")]
    [InlineData("choice", "\"small\"", "\"huge\"")]
    [InlineData("list", "[\"a\",\"b\"]", "\"a\"")]
    public async Task A_value_of_the_defined_kind_is_kept_and_any_other_refused(string kind, string good, string bad)
    {
        await DefineAsync("size", kind, choices: ["small", "large"]);
        var thing = await _workspace.AddThingAsync(new Dictionary<string, object> { ["ext.size"] = Json(good) });
        Assert.Equal(good, await _workspace.ValueAsync(thing, "ext.size"));
        var refused = await _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.size", Json(bad)));
        Assert.Equal((OutcomeKind.Rejected, "ext.size"), (refused.Kind, refused.Failure!.Field));

        var emptied = await _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.size", null));
        Assert.Equal("", await _workspace.ValueAsync(thing, "ext.size"));
        var change = (await _engine.Log.AfterAsync(_workspace.Id, emptied.Seq!.Value - 1, 1, default))[0].Changes[0];
        Assert.Equal("null", Json(change.Set).GetProperty("ext.size").GetRawText());
        Assert.Equal(good, JsonSerializer.Serialize(Json(change.Before).GetProperty("ext.size")));
    }

    [Fact]
    public async Task Numbers_are_counted_lists_are_changed_and_guards_look_inside()
    {
        await DefineAsync("points", "integer");
        await DefineAsync("marks", "list");
        var thing = await _workspace.AddThingAsync();
        await _workspace.SendAsync(
            new { op = "increment", type = "test.thing", id = thing, field = "ext.points", by = 3 },
            new { op = "listInsert", type = "test.thing", id = thing, field = "ext.marks", value = "x" },
            TestWorkspace.SetThing(thing, "title", "Guarded", new { field = "ext.points", equals = 3 }));
        Assert.Equal(("3", "[\"x\"]", "\"Guarded\""), (await _workspace.ValueAsync(thing, "ext.points"), await _workspace.ValueAsync(thing, "ext.marks"), await _workspace.ValueAsync(thing, "title")));
        Assert.Equal("field.wrong_kind", Refusal(await _workspace.SendAsync(new { op = "increment", type = "test.thing", id = thing, field = "ext.marks", by = 1 })));
    }

    [Fact]
    public async Task A_key_that_nobody_defined_is_unknown()
    {
        var thing = await _workspace.AddThingAsync();
        Assert.Equal("field.unknown", Refusal(await _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.colour", "red"))));
        var person = new { op = "create", type = "test.person", id = Guid.CreateVersion7(), values = new Dictionary<string, object> { ["lastName"] = "x", ["ext.colour"] = "red" } };
        Assert.Equal("field.unknown", Refusal(await _workspace.SendAsync(person)));
        // Defined in the same transaction it is known.
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(Definition(Guid.CreateVersion7(), "colour"), TestWorkspace.SetThing(thing, "ext.colour", "red"))).Kind);
    }

    [Fact]
    public async Task A_required_field_is_given_at_the_start_and_never_emptied()
    {
        var old = await _workspace.AddThingAsync();
        await DefineAsync("size", "text", required: true);
        Assert.Equal("field.required", Refusal(await _workspace.SendAsync(new { op = "create", type = "test.thing", id = Guid.CreateVersion7(), values = new { title = "x" } })));
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(old, "title", "goes on"))).Kind);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(old, "ext.size", "big"))).Kind);
        Assert.Equal("field.required", Refusal(await _workspace.SendAsync(TestWorkspace.SetThing(old, "ext.size", ""))));
    }

    [Fact]
    public async Task The_values_of_a_deleted_definition_stay_and_are_not_accepted_any_more()
    {
        var definition = await DefineAsync("size", "text");
        var thing = await _workspace.AddThingAsync(new Dictionary<string, object> { ["ext.size"] = "big" });
        await _workspace.SendAsync(new { op = "delete", type = "access.field", id = definition });
        Assert.Equal("field.unknown", Refusal(await _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.size", "small"))));
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "Changed"))).Kind);
        Assert.Equal("\"big\"", await _workspace.ValueAsync(thing, "ext.size"));

        Assert.Equal("custom_field.has_values", Refusal(await _workspace.SendAsync(Definition(Guid.CreateVersion7(), "size", "integer"))));
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(new { op = "restore", type = "access.field", id = definition })).Kind);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.size", "small"))).Kind);
    }

    [Fact]
    public async Task A_definition_keeps_type_and_key_and_its_kind_while_there_are_values()
    {
        var definition = await DefineAsync("size", "text");
        object Set(string field, object value) => new { op = "set", type = "access.field", id = definition, field, value };
        Assert.Equal("custom_field.fixed", Refusal(await _workspace.SendAsync(Set("key", "other"))));
        Assert.Equal("custom_field.fixed", Refusal(await _workspace.SendAsync(Set("recordType", "solo.customer"))));
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(Set("kind", "integer"))).Kind);
        var thing = await _workspace.AddThingAsync(new Dictionary<string, object> { ["ext.size"] = 7 });
        Assert.Equal("custom_field.has_values", Refusal(await _workspace.SendAsync(Set("kind", "text"))));
        Assert.Equal("field.required", Refusal(await _workspace.SendAsync(Set("kind", "choice"))));
        await _workspace.SendAsync(TestWorkspace.SetThing(thing, "ext.size", null));
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(Set("kind", "text"))).Kind);
    }

    [Fact]
    public async Task Only_owners_define_and_each_key_once_and_for_types_that_take_them()
    {
        await DefineAsync("size", "text");
        Assert.Equal("custom_field.key_taken", Refusal(await _workspace.SendAsync(Definition(Guid.CreateVersion7(), "size"))));
        await _workspace.AddThingAsync(new Dictionary<string, object> { ["title"] = "x", ["ext.size"] = "L" });
        Assert.Equal("custom_field.key_taken", Refusal(await _workspace.SendAsync(Definition(Guid.CreateVersion7(), "size", kind: "integer"))));
        Assert.Equal("custom_field.type_takes_none", Refusal(await _workspace.SendAsync(Definition(Guid.CreateVersion7(), "size", type: "test.person"))));
        Assert.Equal("field.malformed", Refusal(await _workspace.SendAsync(Definition(Guid.CreateVersion7(), "shoe size"))));
        var member = await _workspace.AddMemberAsync(Roles.Member);
        Assert.Equal("permission.denied", Refusal(await _workspace.SendAsync(member, Definition(Guid.CreateVersion7(), "other"))));
    }

    private async Task<Guid> DefineAsync(string key, string kind, bool required = false, string[]? choices = null)
    {
        var id = Guid.CreateVersion7();
        var outcome = await _workspace.SendAsync(Definition(id, key, kind, required, choices));
        Assert.True(outcome.Kind == OutcomeKind.Applied, outcome.Failure?.Detail);
        return id;
    }

    private static object Definition(Guid id, string key, string kind = "text", bool required = false, string[]? choices = null, string type = "test.thing") =>
        new { op = "create", type = "access.field", id, values = new { recordType = type, key, label = key, kind, required, choices = choices ?? [] } };

    private static string? Refusal(Outcome outcome) => outcome.Failure?.Code.Code;

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
