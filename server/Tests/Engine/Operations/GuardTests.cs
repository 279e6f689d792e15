using System.Text.Json;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

public sealed class GuardTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_conflict_on_a_version_says_mine_base_and_theirs_of_each_field()
    {
        var thing = await _workspace.AddThingAsync(new { title = "base", count = 1, note = "same" });
        var seen = await VersionAsync(thing);
        await _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "between"));
        await _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "theirs"), TestWorkspace.SetThing(thing, "count", 2));

        var late = await _workspace.SendAsync(
            TestWorkspace.SetThing(thing, "title", "mine", new { version = seen }), TestWorkspace.SetThing(thing, "count", 3), TestWorkspace.SetThing(thing, "note", "new"));
        Assert.Equal((OutcomeKind.Conflict, "record.changed"), (late.Kind, late.Failure!.Code.Code));
        Assert.Equal(
            """{"title":{"mine":"mine","base":"base","theirs":"theirs"},"count":{"mine":3,"base":1,"theirs":2},"note":{"mine":"new","base":"same","theirs":"same"}}""",
            Fields(late).GetRawText());
    }

    [Fact]
    public async Task The_base_is_found_where_the_changes_are_still_in_the_same_group()
    {
        var thing = await _workspace.AddThingAsync(new { title = "base" });
        var seen = await VersionAsync(thing);
        var outcomes = await Task.WhenAll(
            _workspace.SendAsync(TestWorkspace.SetThing(thing, "count", 1)),
            _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "between")),
            _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "theirs")),
            _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "mine", new { version = seen })));
        Assert.Equal("""{"title":{"mine":"mine","base":"base","theirs":"theirs"}}""", Fields(outcomes[3]).GetRawText());
    }

    [Fact]
    public async Task A_guard_on_a_field_holds_while_the_field_holds_the_value()
    {
        var thing = await _workspace.AddThingAsync();
        object Send(string expected) => TestWorkspace.SetThing(thing, "state", "sent", new { field = "state", equals = expected });
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(thing, "note", "unrelated"), Send("draft"))).Kind);
        var again = await _workspace.SendAsync(Send("draft"));
        Assert.Equal((OutcomeKind.Conflict, "record.changed", "state"), (again.Kind, again.Failure!.Code.Code, again.Failure.Field));
        Assert.Equal("""{"state":{"mine":"sent","base":"draft","theirs":"sent"}}""", Fields(again).GetRawText());
        Assert.Equal(OutcomeKind.Conflict, (await _workspace.SendAsync(new { op = "delete", type = "test.thing", id = thing, guard = new { field = "state", equals = "draft" } })).Kind);
    }

    [Fact]
    public async Task What_is_guarded_as_unique_is_taken_once_even_within_a_group()
    {
        object New(string title, Guid? id = null) =>
            new { op = "create", type = "test.thing", id = id ?? Guid.CreateVersion7(), values = new { title, due = "2026-01-01" }, guard = new { unique = new[] { "title", "state", "due" } } };
        var first = Guid.CreateVersion7();
        var outcomes = await Task.WhenAll(_workspace.SendAsync(New("one", first)), _workspace.SendAsync(New("one")), _workspace.SendAsync(New("two")));
        Assert.Equal([OutcomeKind.Applied, OutcomeKind.Conflict, OutcomeKind.Applied], outcomes.Select(outcome => outcome.Kind));
        Assert.Equal(("record.not_unique", "title"), (outcomes[1].Failure!.Code.Code, outcomes[1].Failure!.Field));
        Assert.Equal(OutcomeKind.Conflict, (await _workspace.SendAsync(New("one"))).Kind);

        var many = await _workspace.SendAsync([.. Enumerable.Range(0, 11).Select(i => New($"many {i}"))]);
        Assert.Equal("transaction.too_large", many.Failure!.Code.Code);

        // Freed within the same transaction, and by another in the group.
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(first, "title", "moved"), New("one"))).Kind);
        Assert.Equal(OutcomeKind.Conflict, (await _workspace.SendAsync(TestWorkspace.SetThing(first, "title", "two", new { unique = new[] { "title", "state", "due" } }))).Kind);
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(TestWorkspace.SetThing(first, "due", null), TestWorkspace.SetThing(first, "title", "two", new { unique = new[] { "title", "state", "due" } }))).Kind);
    }

    [Fact]
    public async Task A_guard_that_no_index_answers_is_refused_with_what_there_is()
    {
        var thing = await _workspace.AddThingAsync();
        var refused = await _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "x", new { unique = new[] { "title", "due" } }));
        Assert.Equal(("guard.not_indexed", "title"), (refused.Failure!.Code.Code, refused.Failure.Field));
        Assert.Contains("'number', or 'shelf' and 'place', or 'state' and 'due'", refused.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_tables_hold_unique_is_named_by_its_field()
    {
        await _workspace.AddThingAsync(new { number = "N1" });
        var taken = await _workspace.SendAsync(new { op = "create", type = "test.thing", id = Guid.CreateVersion7(), values = new { title = "x", number = "N1" } });
        Assert.Equal((OutcomeKind.Conflict, "record.not_unique", "number"), (taken.Kind, taken.Failure!.Code.Code, taken.Failure.Field));
        Assert.DoesNotContain("_key", taken.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_conflict_shows_what_is_there_now_and_only_to_whom_may_read_it()
    {
        var thing = await _workspace.AddThingAsync(new { title = "base" });
        var member = await _workspace.AddMemberAsync(Roles.Member);
        var browser = await _workspace.RegisterBrowserAsync(member);
        var seen = await VersionAsync(thing);
        await _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "theirs"));
        var late = _engine.Read(member, JsonSerializer.Serialize(new[] { TestWorkspace.SetThing(thing, "title", "mine", new { version = seen }) }), origin: (browser, 1));
        await _engine.WritePath.WriteAsync(_workspace.Id, late);

        var stored = await _engine.Db.In(_workspace.Id).FirstAsync<string>($"SELECT answer::text FROM engine.outcomes WHERE transaction_id = {late.Id}");
        Assert.DoesNotContain("theirs", stored, StringComparison.Ordinal);
        await _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "newest"));
        var again = await _engine.WritePath.WriteAsync(_workspace.Id, late);
        Assert.Equal("""{"title":{"mine":"mine","base":"base","theirs":"newest"}}""", Fields(again).GetRawText());

        await _workspace.WriteAsync(new DeleteOperation(_engine.Registry.Of<Member>(), member.Member));
        var gone = await _engine.WritePath.WriteAsync(_workspace.Id, late);
        Assert.Equal(OutcomeKind.Conflict, gone.Kind);
        Assert.DoesNotContain("newest", gone.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_learns_by_a_guard_or_a_conflict_what_he_does_not_see()
    {
        var (client, member) = (Guid.CreateVersion7(), await _workspace.AddMemberAsync(Roles.Member));
        var made = await _workspace.SendAsync(new { op = "create", type = "reading.client", id = client, values = new { name = "Client", rate = "100" } });
        object Set(string field, string value, object guard) => new { op = "set", type = "reading.client", id = client, field, value, guard };
        foreach (var guard in new object[] { new { field = "rate", equals = "100" }, new { unique = new[] { "name", "rate" } } })
        {
            var refused = await _workspace.SendAsync(member, Set("name", "x", guard));
            Assert.Equal(("permission.denied", "rate"), (refused.Failure!.Code.Code, refused.Failure.Field));
        }

        await _workspace.SendAsync(Set("rate", "rate of theirs", new { version = made.Seq }), new { op = "set", type = "reading.client", id = client, field = "name", value = "Theirs" });
        var late = await _workspace.SendAsync(member, Set("name", "Mine", new { version = made.Seq }), new { op = "set", type = "reading.client", id = client, field = "rate", value = "0" });
        Assert.Equal("""{"name":{"mine":"Mine","base":"Client","theirs":"Theirs"}}""", Fields(late).GetRawText());
        Assert.DoesNotContain("rate of theirs", late.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_restores_what_he_could_not_read()
    {
        var (talk, note, stranger) = (Guid.CreateVersion7(), Guid.CreateVersion7(), await _workspace.AddMemberAsync(Roles.Member));
        await _workspace.SendAsync(
            new { op = "create", type = "reading.talk", id = talk, values = new { topic = "Private" } },
            new { op = "create", type = "reading.participation", id = Guid.CreateVersion7(), values = new { member = _workspace.Owner.Member, talk } },
            new { op = "create", type = "reading.note", id = note, values = new { talk, words = "private" } });
        object Step(string op) => new { op, type = "reading.note", id = note };
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(Step("delete"))).Kind);
        Assert.Equal("record.not_found", (await _workspace.SendAsync(stranger, Step("restore"))).Failure!.Code.Code);
        var restored = await _workspace.SendAsync(Step("restore"));
        Assert.Equal((OutcomeKind.Applied, null), (restored.Kind, restored.Failure?.Detail));
        Assert.Equal("record.not_found", (await _workspace.SendAsync(stranger, Step("delete"))).Failure!.Code.Code);
    }

    private async Task<long> VersionAsync(Guid thing) => (await _workspace.ThingAsync(thing))!.Value.GetProperty("version").GetInt64();

    private static JsonElement Fields(Outcome outcome) =>
        JsonDocument.Parse(outcome.Answer!).RootElement.GetProperty("conflicts")[0].GetProperty("fields");
}
