using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>
/// Commands that compose their operations anew each time. Whoever gives his transaction an id may repeat one whose answer was lost:
/// what was decided under it counts, whatever would be composed now.
/// </summary>
internal static class Repeated
{
    /// <summary>Whether a transaction of this id was decided: sent again, with nothing in it, it gets the outcome of the first.</summary>
    internal static async Task<bool> IsDecidedAsync(IDbReads database, Guid workspace, Guid transaction, CancellationToken cancel) =>
        (await database.QueryAsync<bool>($"SELECT EXISTS (SELECT FROM engine.outcomes WHERE workspace_id = {workspace} AND transaction_id = {transaction})", cancel))[0];
}
