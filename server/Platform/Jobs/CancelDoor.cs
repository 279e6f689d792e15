using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Jobs;

/// <summary>POST /api/workspaces/{workspace}/jobs/{job}/cancel: stops a job that is shown, for whoever asked for it.</summary>
internal sealed class CancelDoor(JobDesk desk, AccessReader rights, Db db)
{
    internal async Task<IResult> HandleAsync(Guid workspace, Guid job, SignedIn who, CancellationToken cancel)
    {
        var (access, refused) = await who.InAsync(workspace, rights, cancel);
        if (access is null)
            return Problem.Of(refused!);
        // A job that someone else asked for looks like one that is not there.
        var state = await db.In(workspace).FirstAsync<string>(
            $"SELECT state FROM jobs.runs WHERE workspace_id = {workspace} AND id = {job} AND member = {access.Member}", cancel);
        if (state is null)
            return Problem.Of(WriteFailures.NotFound.With($"There is no job {job} that you asked for."));
        if (state is JobRun.Waiting or JobRun.Running)
            await desk.CancelAsync(workspace, job);
        return TypedResults.NoContent();
    }
}
