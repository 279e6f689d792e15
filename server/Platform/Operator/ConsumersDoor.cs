using Holdfast.Engine.Consumers;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Operator;

/// <summary>The consumers of the whole instance.</summary>
internal static class ConsumersDoor
{
    /// <summary>So many workspaces are named: those where an entry fails, then those that lag most.</summary>
    private const int MostNamed = 50;

    /// <summary>GET /api/operator/consumers: each in sum, and the workspaces in which one fails or lags.</summary>
    internal static async Task<IResult> StateAsync(ConsumerBoard board, CancellationToken cancel)
    {
        var sums = await board.SumsAsync(cancel);
        var states = await board.StatesAsync(MostNamed, cancel);
        return TypedResults.Ok(new { consumers = sums, behind = states.Where(state => state.Error is not null || state.Head > state.Seq) });
    }

    /// <summary>POST /api/operator/consumers/{consumer}/pause: reads no more, in any workspace and any process.</summary>
    internal static Task<IResult> PauseAsync(string consumer, ConsumerBoard board, ConsumerDesk desk) =>
        OnAsync(consumer, board, () => DoneAsync(desk.PauseAsync(consumer)));

    /// <summary>POST /api/operator/consumers/{consumer}/resume</summary>
    internal static Task<IResult> ResumeAsync(string consumer, ConsumerBoard board, ConsumerDesk desk) =>
        OnAsync(consumer, board, () => DoneAsync(desk.ResumeAsync(consumer)));

    /// <summary>POST /api/operator/consumers/{consumer}/rebuild: empties what it has made in all workspaces, and has it made anew.</summary>
    internal static Task<IResult> RebuildAsync(string consumer, ConsumerBoard board, ConsumerDesk desk) =>
        OnAsync(consumer, board, async () => board.CanRebuild(consumer) ? TypedResults.Ok(new { rebuilt = await desk.RebuildAsync(consumer) }) : CannotRebuild());

    /// <summary>POST /api/operator/consumers/{consumer}/workspaces/{workspace}/rebuild: the same in one of them.</summary>
    internal static Task<IResult> RebuildOneAsync(string consumer, Guid workspace, ConsumerBoard board, ConsumerDesk desk) =>
        OnAsync(consumer, board, async () => board.CanRebuild(consumer) ? await DoneAsync(desk.RebuildAsync(consumer, workspace)) : CannotRebuild());

    /// <summary>POST /api/operator/consumers/{consumer}/workspaces/{workspace}/retry: tries the entry that fails there again at once.</summary>
    internal static Task<IResult> RetryAsync(string consumer, Guid workspace, ConsumerBoard board, ConsumerDesk desk) =>
        OnAsync(consumer, board, async () => await desk.RetryAsync(consumer, workspace) ? TypedResults.NoContent() : NotFailing());

    /// <summary>
    /// POST /api/operator/consumers/{consumer}/workspaces/{workspace}/entries/{seq}/skip: passes over the entry that fails there. Who
    /// did it, and why it failed, is kept.
    /// </summary>
    internal static Task<IResult> SkipAsync(string consumer, Guid workspace, long seq, SignedIn who, ConsumerBoard board, ConsumerDesk desk) =>
        OnAsync(consumer, board, async () => await desk.SkipAsync(consumer, workspace, seq, Actor.Server("operator", who.User)) ? TypedResults.NoContent() : NotFailing());

    private static async Task<IResult> OnAsync(string consumer, ConsumerBoard board, Func<Task<IResult>> act) => board.Knows(consumer)
        ? await act()
        : Problem.Of(OperatorFailures.ConsumerUnknown.With("GET /api/operator/consumers names them.", "consumer"));

    private static async Task<IResult> DoneAsync(Task act)
    {
        await act;
        return TypedResults.NoContent();
    }

    private static IResult NotFailing() =>
        Problem.Of(OperatorFailures.NotFailing.With("It was handled or passed over meanwhile, or is just being tried again. Look again."));

    private static IResult CannotRebuild() =>
        Problem.Of(OperatorFailures.CannotRebuild.With("It does more than what is in the database, and would do that once more.", "consumer"));
}
