using Holdfast.Engine.Operations;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

public sealed class ReferenceTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_reference_to_nothing_names_its_field()
    {
        var thing = await _workspace.AddThingAsync();
        await AssertNotFoundAsync(TestWorkspace.SetThing(thing, "shelf", Guid.CreateVersion7()));
        await AssertNotFoundAsync(new { op = "create", type = "test.thing", id = Guid.CreateVersion7(), values = new { title = "x", shelf = Guid.CreateVersion7() } });
    }

    [Fact]
    public async Task Rules_see_what_a_record_refers_to_though_no_operation_names_it()
    {
        var (locked, open) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _workspace.SendAsync(NewShelf(locked), NewShelf(open));
        var (fixedThing, free) = (await _workspace.AddThingAsync(new { shelf = locked }), await _workspace.AddThingAsync(new { shelf = open }));
        await _workspace.SendAsync(new { op = "set", type = "test.shelf", id = locked, field = "name", value = "Locked" });

        var outcomes = await Task.WhenAll(new[] { fixedThing, free, fixedThing }.Select(thing => _workspace.SendAsync(TestWorkspace.SetThing(thing, "title", "Moved"))));
        Assert.Equal(["thing.locked", null, "thing.locked"], outcomes.Select(outcome => outcome.Failure?.Code.Code));
        var unlocked = await _workspace.SendAsync(new { op = "set", type = "test.shelf", id = locked, field = "name", value = "Open" }, TestWorkspace.SetThing(fixedThing, "title", "Moved"));
        Assert.Equal(OutcomeKind.Applied, unlocked.Kind);
    }

    [Fact]
    public async Task A_record_of_another_workspace_is_nothing()
    {
        var other = await _engine.CreateWorkspaceAsync();
        var shelf = Guid.CreateVersion7();
        await other.SendAsync(NewShelf(shelf));
        await AssertNotFoundAsync(TestWorkspace.SetThing(await _workspace.AddThingAsync(), "shelf", shelf));
    }

    [Fact]
    public async Task What_the_same_transaction_makes_is_there_and_what_it_deletes_is_not()
    {
        var (shelf, next, thing) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var made = await _workspace.SendAsync(
            new { op = "create", type = "test.thing", id = thing, values = new { title = "x", shelf } }, NewShelf(shelf));
        Assert.Equal(OutcomeKind.Applied, made.Kind);
        await AssertNotFoundAsync(TestWorkspace.SetThing(thing, "title", "y"), DeleteShelf(shelf));
        var moved = await _workspace.SendAsync(NewShelf(next), TestWorkspace.SetThing(thing, "shelf", next), DeleteShelf(shelf));
        Assert.Equal((OutcomeKind.Applied, null), (moved.Kind, moved.Failure?.Detail));
        Assert.Equal(OutcomeKind.Applied, (await _workspace.SendAsync(new { op = "delete", type = "test.thing", id = thing }, DeleteShelf(next))).Kind);
    }

    [Fact]
    public async Task A_record_may_be_moved_under_a_new_one_of_its_own_type()
    {
        var (thing, parent) = (await _workspace.AddThingAsync(), Guid.CreateVersion7());
        var moved = await _workspace.SendAsync(
            TestWorkspace.SetThing(thing, "parent", parent), new { op = "create", type = "test.thing", id = parent, values = new { title = "Parent" } });
        Assert.Equal(OutcomeKind.Applied, moved.Kind);
    }

    [Fact]
    public async Task What_others_refer_to_stays()
    {
        var shelf = Guid.CreateVersion7();
        await _workspace.SendAsync(NewShelf(shelf));
        await _workspace.AddThingAsync(new { shelf });
        // Together with good ones, which it does not spoil.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i =>
            _workspace.SendAsync(i == 2 ? DeleteShelf(shelf) : NewShelf(Guid.CreateVersion7()))));
        Assert.Equal("record.referenced", outcomes[2].Failure!.Code.Code);
        Assert.Equal(("test.thing", 0, $"{shelf}"), (outcomes[2].Failure!.Params!["by"], outcomes[2].Failure!.Params!["operation"], outcomes[2].Failure!.Params!["id"]));
        Assert.Equal(4, outcomes.Count(outcome => outcome.Kind == OutcomeKind.Applied));
    }

    private async Task AssertNotFoundAsync(params object[] operations)
    {
        var outcome = await _workspace.SendAsync(operations);
        Assert.Equal((OutcomeKind.Rejected, "reference.not_found", "shelf"), (outcome.Kind, outcome.Failure!.Code.Code, outcome.Failure.Field));
    }

    private static object NewShelf(Guid id) => new { op = "create", type = "test.shelf", id, values = new { name = "Shelf" } };

    private static object DeleteShelf(Guid id) => new { op = "delete", type = "test.shelf", id };
}
