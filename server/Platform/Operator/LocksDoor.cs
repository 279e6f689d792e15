using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Operator;

/// <summary>People whose password somebody has guessed at too often.</summary>
internal static class LocksDoor
{
    /// <summary>GET /api/operator/locks: out of whose account somebody is locked at the moment, and for how many seconds yet.</summary>
    internal static async Task<IResult> StateAsync(Accounts accounts, CancellationToken cancel) => TypedResults.Ok(new
    {
        locks = (await accounts.ListAsync(cancel)).Where(one => one.Locked is not null)
            .Select(one => new { user = one.Id, one.Name, one.Email, seconds = Math.Ceiling(one.Locked!.Value.TotalSeconds) }),
    });

    /// <summary>POST /api/operator/locks/{user}/unlock: lets everybody try again.</summary>
    internal static async Task<IResult> UnlockAsync(Guid user, SignedIn who, Accounts accounts) => await accounts.UnlockAsync(user, who.User)
        ? TypedResults.NoContent()
        : Problem.Of(OperatorFailures.UserUnknown.With("GET /api/operator/locks names those who are locked out.", "user"));
}
