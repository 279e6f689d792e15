using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Xunit;

namespace Holdfast.Tests.Engine.Operations;

public sealed class WriteQueueTests
{
    private static readonly Guid Busy = Guid.CreateVersion7();
    private static readonly Guid Quiet = Guid.CreateVersion7();
    private readonly WriteQueue _queue = new();

    [Fact]
    public void What_waits_during_a_turn_makes_up_the_next()
    {
        Add(Busy);
        var first = Next();
        Add(Busy, Quiet, Busy, Quiet);
        Assert.False(_queue.Start());

        End(first);
        var second = Next();
        // Of each workspace together; the one whose turn it was comes last.
        Assert.Equal([Quiet, Quiet, Busy, Busy], second.Waiting.Select(waiting => waiting.Line.Workspace));
    }

    [Fact]
    public void Nobody_waits_for_more_than_one_turn_of_a_busy_workspace()
    {
        Add([.. Enumerable.Repeat(Busy, 200)]);
        var first = Next();
        Add(Quiet);
        Assert.Equal(64, first.Waiting.Count);
        End(first);

        var second = Next();
        Assert.Equal(Quiet, second.Waiting[0].Line.Workspace);
        Assert.Equal(64, second.Waiting.Count);
    }

    [Fact]
    public void Another_turn_begins_beside_one_where_a_whole_one_waits()
    {
        Add(Busy);
        Next();
        Add([.. Enumerable.Range(0, 63).Select(_ => Guid.CreateVersion7())]);
        Assert.False(_queue.Start());
        Add(Quiet);
        Assert.Equal(64, Next().Waiting.Count);
    }

    [Fact]
    public void Another_turn_begins_beside_one_that_takes_long_but_never_of_the_same_workspace()
    {
        Add(Busy);
        var slow = Next();
        Add(Busy, Quiet);
        Assert.False(_queue.Start());

        _queue.WaitNoLonger();
        Assert.Equal([Quiet], Next().Waiting.Select(waiting => waiting.Line.Workspace));
        Assert.False(_queue.Start());
        End(slow);
        Assert.False(_queue.Start());
    }

    [Fact]
    public void Who_got_no_answer_keeps_his_place()
    {
        Add(Busy, Busy, Quiet);
        var turn = Next();
        turn.Waiting[0].Set(Outcome.Again);
        turn.Waiting[0].Line.IsContended = true;
        Add(Busy);
        _queue.End(turn);

        // By itself, because it may have to wait for its lock; so the other goes on beside it.
        var contended = Next();
        Assert.True(contended.ByItself);
        Assert.Equal([turn.Waiting[1].Transaction], contended.Waiting.Take(1).Select(waiting => waiting.Transaction));
        Assert.Equal(2, contended.Waiting.Count);
        Assert.Equal([Quiet], Next().Waiting.Select(waiting => waiting.Line.Workspace));
    }

    [Fact]
    public void What_commits_with_a_statement_of_its_own_shares_with_nobody()
    {
        Add(Busy, Busy);
        _ = _queue.Add(Busy, New() with { Companions = [new Companion($"SELECT 1", WriteFailures.NotFound.With(""))] });
        Add(Busy);

        Assert.Equal([2, 1, 1], Enumerable.Range(0, 3).Select(_ =>
        {
            var turn = Next();
            End(turn);
            return turn.Waiting.Count;
        }));
    }

    [Fact]
    public void An_import_fills_a_turn_with_fewer_transactions()
    {
        for (var i = 0; i < 64; i++)
            _ = _queue.Add(Busy, New(operations: 100));
        Assert.Equal(10, Next().Waiting.Count);
    }

    private static Transaction New(int operations = 1) => new()
    {
        Id = Guid.CreateVersion7(),
        Actor = Actor.Server("test"),
        Operations = [.. Enumerable.Repeat(new DeleteOperation(MemoryEngine.Things, Guid.Empty), operations)],
    };

    private void Add(params Guid[] workspaces)
    {
        foreach (var workspace in workspaces)
            _ = _queue.Add(workspace, New());
    }

    private Turn Next()
    {
        Assert.True(_queue.Start());
        // Whoever is told to begin begins; nobody is told twice.
        Assert.False(_queue.Start());
        return _queue.Next()!;
    }

    private void End(Turn turn)
    {
        foreach (var waiting in turn.Waiting)
            waiting.Set(Outcome.Again);
        _queue.End(turn);
    }
}
