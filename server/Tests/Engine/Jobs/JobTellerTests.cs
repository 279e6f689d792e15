using System.Collections.Concurrent;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Xunit;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>What a job says of itself, while the database takes it and while it does not.</summary>
public sealed class JobTellerTests
{
    private static readonly Guid Worker = Guid.CreateVersion7();
    private static readonly Told First = new(JobRun.Running, 0, null, null, Worker);
    private static readonly Told Last = new(JobRun.Done, 100, null, null);
    private readonly ConcurrentQueue<Told> _written = new();
    private readonly TaskCompletionSource<bool> _firstAnswer = new();

    [Fact]
    public async Task The_last_word_of_a_job_whose_first_was_not_written_begins_the_attempt()
    {
        var teller = New(_ => true);
        teller.Say(First);
        var ending = teller.EndAsync(Last, () => false);
        _firstAnswer.SetResult(false);
        await ending.WaitAsync(JobLab.Patience, TestContext.Current.CancellationToken);
        Assert.Equal([First, Last with { Claim = Worker }], _written);
    }

    [Fact]
    public async Task What_is_said_after_a_first_word_that_was_not_written_begins_the_attempt()
    {
        var second = new TaskCompletionSource();
        var teller = New(told =>
        {
            if (told.Percent == 40)
                second.SetResult();
            return true;
        });
        teller.Say(First);
        teller.Say(new Told(JobRun.Running, 40, "rows", 4));
        _firstAnswer.SetResult(false);
        await second.Task.WaitAsync(JobLab.Patience, TestContext.Current.CancellationToken);
        await teller.EndAsync(Last, () => false);
        Assert.Equal([First, new Told(JobRun.Running, 40, "rows", 4, Worker), Last], _written);
    }

    [Fact]
    public async Task Whoever_has_lost_the_job_says_nothing_more()
    {
        var teller = New(_ => false);
        teller.Say(First);
        var ending = teller.EndAsync(Last, () => true);
        _firstAnswer.SetResult(false);
        await ending.WaitAsync(JobLab.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(2, _written.Count);
    }

    /// <summary>One whose first word is answered when the test says so.</summary>
    private JobTeller New(Func<Told, bool> answer) => new(new Job(Guid.CreateVersion7(), Guid.CreateVersion7(), JobLab.Kind, Actor.Server("test"), default, 1), (_, told) =>
    {
        _written.Enqueue(told);
        return _written.Count == 1 ? _firstAnswer.Task : Task.FromResult(answer(told));
    });
}
