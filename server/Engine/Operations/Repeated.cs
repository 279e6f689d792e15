using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>
/// Commands that compose their operations anew each time. Whoever gives his transaction an id may repeat one whose answer was lost:
/// what was decided under it counts, whatever would be composed now.
/// </summary>
internal static class Repeated
{
    /// <summary>Why the outcome of an earlier transaction of this id does not answer for the command: it was of something else. Null where it does.</summary>
    /// <param name="history">Of the workspace.</param>
    /// <param name="workspace">Where.</param>
    /// <param name="outcome">What the write path answered.</param>
    /// <param name="isIts">Whether a change is what the command makes.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal static async Task<Failure?> IsOfAnotherAsync(History history, Guid workspace, Outcome outcome, Func<RecordChange, bool> isIts, CancellationToken cancel) =>
        outcome is { Kind: OutcomeKind.Duplicate, Seq: { } seq } && !(await history.EntryAsync(workspace, seq, cancel)).Any(isIts)
            ? WriteFailures.IdTaken.With("Give the transaction an id of its own.", "id")
            : null;

    /// <summary>Whether a transaction of this id was decided: sent again, with nothing in it, it gets the outcome of the first.</summary>
    internal static async Task<bool> IsDecidedAsync(IDbReads database, Guid workspace, Guid transaction, CancellationToken cancel) =>
        (await database.QueryAsync<bool>($"SELECT EXISTS (SELECT FROM engine.outcomes WHERE workspace_id = {workspace} AND transaction_id = {transaction})", cancel))[0];
}
