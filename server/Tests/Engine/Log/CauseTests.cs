using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Engine.Log;

/// <summary>An entry says what led to it, and nothing can lead to itself for ever.</summary>
public sealed class CauseTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly TestEngine _engine = new(database.ConnectionString);
    private TestWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await _engine.CreateWorkspaceAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task A_reader_of_the_log_that_answers_itself_is_stopped()
    {
        var first = (await _workspace.WriteAsync(_workspace.NewCustomer("First"))).Seq!.Value;
        var (cause, outcome) = (first, await ReactAsync(first));
        while (outcome.Succeeded)
            (cause, outcome) = (outcome.Seq!.Value, await ReactAsync(outcome.Seq!.Value));

        Assert.Equal("transaction.too_deep", outcome.Failure!.Code.Code);
        var entries = await _engine.Log.AfterAsync(_workspace.Id, first - 1, 100, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, LogEntry.MaxDepth + 1), entries.Select(entry => entry.Depth));
        Assert.Equal(entries.SkipLast(1).Select(entry => (long?)entry.Seq).Prepend(null), entries.Select(entry => entry.Cause));
        Assert.Equal(cause, entries[^1].Seq);
        Assert.Empty(await _workspace.FindingsAsync());
    }

    [Fact]
    public async Task A_cause_that_does_not_exist_is_refused()
    {
        var outcome = await ReactAsync(await _workspace.HeadAsync() + 1);
        Assert.Equal((OutcomeKind.Rejected, "transaction.cause_unknown"), (outcome.Kind, outcome.Failure!.Code.Code));
    }

    private Task<Outcome> ReactAsync(long cause) => _engine.WritePath.WriteAsync(_workspace.Id, new Transaction
    {
        Id = Guid.CreateVersion7(),
        Actor = Actor.Server("echo"),
        Operations = [_workspace.NewCustomer("Echo")],
        Cause = cause,
    });
}
