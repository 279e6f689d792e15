using Holdfast.Engine.Jobs;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

public sealed class SlotsTests
{
    private static readonly Guid One = Guid.CreateVersion7();
    private static readonly Guid Two = Guid.CreateVersion7();
    private static readonly Guid Three = Guid.CreateVersion7();
    private readonly Slots<Guid> _slots = new(16);
    private readonly List<Guid> _running = [];
    private IAsyncEnumerator<Guid>? _all;
    private Task<bool>? _next;

    [Fact]
    public async Task Whoever_comes_finds_a_slot_however_much_the_others_have()
    {
        Add(One, 100);
        await StartedAsync(12);
        Add(Two, 100);
        await StartedAsync(3);
        Add(Three, 100);
        await StartedAsync(1);
        Assert.Equal([12, 3, 1], [CountOf(One), CountOf(Two), CountOf(Three)]);
        Assert.False(_slots.HasRoomForAnother);
        Assert.Equal([100, 100, 100], [_slots.HeldOf(One), _slots.HeldOf(Two), _slots.HeldOf(Three)]);
    }

    [Fact]
    public async Task A_slot_that_becomes_free_goes_to_whoever_has_the_fewest()
    {
        Add(One, 100);
        await StartedAsync(12);
        Add(Two, 100);
        await StartedAsync(3);
        for (var ends = 0; ends < 3; ends++)
        {
            _running.Remove(One);
            _slots.Free(One);
            await StartedAsync(1);
        }

        Assert.Equal([9, 6], [CountOf(One), CountOf(Two)]);
    }

    [Fact]
    public async Task What_waits_comes_out_at_the_close_and_one_slot_serves_everybody()
    {
        var narrow = new Slots<Guid>(1);
        narrow.Add([(One, One), (One, One), (Two, Two)]);
        await using var some = narrow.ReadAllAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await some.MoveNextAsync());
        Assert.Equal(One, some.Current);
        narrow.Free(One);
        Assert.True(await some.MoveNextAsync());
        Assert.Equal(Two, some.Current);
        narrow.Close();
        Assert.True(await some.MoveNextAsync());
        Assert.Equal(One, some.Current);
        Assert.False(await some.MoveNextAsync());
    }

    private int CountOf(Guid workspace) => _running.Count(running => running == workspace);

    private void Add(Guid workspace, int count) => _slots.Add(Enumerable.Repeat((workspace, workspace), count));

    /// <summary>So many are let out, and no more.</summary>
    private async Task StartedAsync(int count)
    {
        _all ??= _slots.ReadAllAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (var read = 0; read < count; read++)
        {
            Assert.True(await (_next ??= _all.MoveNextAsync().AsTask()));
            _running.Add(_all.Current);
            _next = _all.MoveNextAsync().AsTask();
        }

        Assert.False(_next!.IsCompleted);
    }
}
