using Holdfast.Engine.Jobs;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

public sealed class LanesTests
{
    private static readonly Guid One = Guid.CreateVersion7();
    private static readonly Guid Two = Guid.CreateVersion7();
    private readonly Lanes _lanes = new();

    [Fact]
    public void Workspaces_take_turns_and_of_each_the_most_urgent_lane_goes_first()
    {
        foreach (var lane in new[] { Of(One, JobPriority.Low), Of(One, JobPriority.Urgent), Of(Two, JobPriority.Normal) })
            _lanes.Add(lane);
        Assert.Equal([Of(One, JobPriority.Urgent), Of(Two, JobPriority.Normal)], Next());
        _lanes.Took(Of(One, JobPriority.Urgent), 10, isEmpty: false);
        Assert.Equal([Of(Two, JobPriority.Normal), Of(One, JobPriority.Urgent)], Next());
        _lanes.Took(Of(Two, JobPriority.Normal), 11, isEmpty: true);
        _lanes.Took(Of(One, JobPriority.Urgent), 12, isEmpty: true);
        Assert.Equal([Of(One, JobPriority.Low)], Next());
        _lanes.Took(Of(One, JobPriority.Low), 13, isEmpty: true);
        Assert.Empty(Next());
        Assert.Empty(_lanes.Next("other", 10, _ => 1));
    }

    [Fact]
    public void A_place_that_was_committed_late_is_looked_for_where_the_lane_is_quiet()
    {
        var lane = Of(One, JobPriority.Normal);
        _lanes.Add(lane);
        _lanes.Took(lane, 100, isEmpty: false);
        // More waits: what was taken is not looked through again.
        Assert.Equal(100, After());
        _lanes.Took(lane, 200, isEmpty: true);
        _lanes.Add(lane);
        // Nothing waited any more: what comes now may have its place anywhere, until a while has passed.
        Assert.Equal(-1, After());
        _lanes.Settle();
        _lanes.Settle();
        Assert.Equal(200, After());
        // It was seen in the table, wherever.
        _lanes.Add(lane, 50);
        Assert.Equal(49, After());
    }

    private long After() => _lanes.Next(JobQueue.Default, 10, _ => 1).Single().After;

    private IEnumerable<Lane> Next() => _lanes.Next(JobQueue.Default, 10, _ => 1).Select(turn => turn.Lane);

    private static Lane Of(Guid workspace, JobPriority priority) => new(JobQueue.Default, priority, workspace);
}
