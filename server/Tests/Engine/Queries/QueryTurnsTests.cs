using Holdfast.Engine.Queries;
using Xunit;

namespace Holdfast.Tests.Engine.Queries;

public sealed class QueryTurnsTests
{
    private readonly QueryTurns _turns = new(TimeProvider.System);
    private readonly Guid[] _people = [.. Enumerable.Range(0, 9).Select(_ => Guid.CreateVersion7())];
    private readonly Guid[] _workspaces = [.. Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7())];

    [Fact]
    public async Task A_person_has_two_turns_at_once_in_all_workspaces_together()
    {
        var first = Ask(0, 0);
        var others = new[] { Ask(1, 0), Ask(2, 0), Ask(0, 0) };
        Assert.Equal([true, true, false, false], [Came(first), .. others.Select(Came)]);
        first.Dispose();
        Assert.Equal([true, true, false], others.Select(Came));
        Assert.True(await others[1].CameAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_workspace_has_four_and_holds_up_no_other()
    {
        var own = Enumerable.Range(0, 5).Select(person => Ask(0, person)).ToArray();
        Assert.Equal([true, true, true, true, false], own.Select(Came));
        Assert.True(Came(Ask(1, 5)));
        own[2].Dispose();
        Assert.True(Came(own[4]));
    }

    [Fact]
    public void All_together_have_eight_and_who_waits_longest_is_next()
    {
        var running = Enumerable.Range(0, 8).Select(i => Ask(i / 4, i)).ToArray();
        Assert.All(running, turn => Assert.True(Came(turn)));
        var (full, free, late) = (Ask(0, 8), Ask(2, 8), Ask(2, 8));
        running[7].Dispose();
        Assert.Equal([false, true, false], new[] { full, free, late }.Select(Came));
        running[0].Dispose();
        Assert.Equal([true, false], new[] { full, late }.Select(Came));
    }

    [Fact]
    public async Task Who_gives_up_takes_nothing_with_him()
    {
        var running = new[] { Ask(0, 0), Ask(0, 0) };
        using var gone = new CancellationTokenSource();
        var (leaving, staying) = (Ask(0, 0), Ask(0, 0));
        var waits = leaving.CameAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        leaving.Dispose();
        running[1].Dispose();
        Assert.True(Came(staying));
    }

    private QueryTurn Ask(int workspace, int person) => _turns.Ask(_workspaces[workspace], _people[person]);

    private static bool Came(QueryTurn turn) => turn.CameAsync(CancellationToken.None).IsCompletedSuccessfully;
}
