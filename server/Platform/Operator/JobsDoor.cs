using Holdfast.Engine.Jobs;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Operator;

/// <summary>The jobs of the whole instance.</summary>
internal static class JobsDoor
{
    internal sealed record Redrive
    {
        /// <summary>The failed job to try again; all of them where there is none.</summary>
        [Text(36)]
        public string? Job { get; init; }
    }

    /// <summary>GET /api/operator/jobs</summary>
    internal static async Task<IResult> StateAsync(JobBoard board, CancellationToken cancel) => TypedResults.Ok(await board.ReadAsync(cancel));

    /// <summary>POST /api/operator/queues/{queue}/pause: no more of its jobs are started, in any process.</summary>
    internal static Task<IResult> PauseAsync(string queue, JobBoard board, JobDesk desk) => OnAsync(queue, board, desk.PauseAsync);

    /// <summary>POST /api/operator/queues/{queue}/resume</summary>
    internal static Task<IResult> ResumeAsync(string queue, JobBoard board, JobDesk desk) => OnAsync(queue, board, desk.ResumeAsync);

    /// <summary>POST /api/operator/jobs/redrive: tries failed jobs again.</summary>
    internal static async Task<IResult> RedriveAsync(Body<Redrive> body, JobDesk desk)
    {
        if (body.Value.Job is not { } job)
            return TypedResults.Ok(new { redriven = await desk.RedriveAsync() });
        if (!Guid.TryParse(job, out var id))
            return Problem.Of(FieldFailures.Malformed.With("'job' is the id of a failed job.", "job"));
        return TypedResults.Ok(new { redriven = await desk.RedriveAsync([id]) });
    }

    private static async Task<IResult> OnAsync(string queue, JobBoard board, Func<string, Task> act)
    {
        if (!board.Knows(queue))
            return Problem.Of(OperatorFailures.QueueUnknown.With("GET /api/operator/jobs names them.", "queue"));
        await act(queue);
        return TypedResults.NoContent();
    }
}
