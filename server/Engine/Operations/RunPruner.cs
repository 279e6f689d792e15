using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>The job that puts away the records of jobs that nobody needs: each hour, and once a workspace has been taken in.</summary>
public sealed record ForgetRuns
{
    public const string Kind = "engine.forget_runs";
}

/// <summary>
/// Deletes the records of jobs that have been over for a week; and those that still wait or run and have no job, for it stayed
/// where their workspace was exported. A job comes with its record and goes after the last word in it, so none is taken too early.
/// </summary>
internal sealed class RunPruner(Db db, WritePath writes, RecordRegistry registry) : IJobHandler<ForgetRuns>
{
    private const int Days = 7;
    private const int Step = 500;

    private sealed record Old
    {
        public Guid WorkspaceId { get; init; }

        public Guid Id { get; init; }
    }

    public async Task RunAsync(Job job, ForgetRuns payload, CancellationToken cancel)
    {
        var type = registry.Of<JobRun>();
        while (await FindAsync(cancel) is { Count: > 0 } old)
        {
            foreach (var own in old.GroupBy(run => run.WorkspaceId, run => run.Id))
            {
                cancel.ThrowIfCancellationRequested();
                var outcome = await writes.WriteAsync(own.Key, new Transaction
                {
                    Id = Guid.CreateVersion7(),
                    Actor = Actor.Server(ForgetRuns.Kind),
                    Operations = [.. own.Select(id => new DeleteOperation(type, id))],
                });
                // Someone has put one of them away meanwhile: the next hour takes the rest.
                if (!outcome.Succeeded)
                    return;
            }
        }
    }

    private Task<IReadOnlyList<Old>> FindAsync(CancellationToken cancel) => db.System.QueryAsync<Old>(
        $"""
        SELECT workspace_id, id FROM jobs.runs AS run
        WHERE (updated_at < now() - make_interval(days => {Days}) OR state IN ({JobRun.Waiting}, {JobRun.Running}))
          AND NOT EXISTS (SELECT FROM engine.jobs WHERE workspace_id = run.workspace_id AND id = run.id)
        ORDER BY updated_at LIMIT {Step}
        """, cancel);
}
