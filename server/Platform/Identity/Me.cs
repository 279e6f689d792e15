using Holdfast.Platform.Http;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Who I am and where I belong: the answer of every way in.</summary>
/// <param name="User">The person.</param>
/// <param name="IsOperator">Whether he runs the instance.</param>
/// <param name="Verification"><c>none</c>, <c>asked</c> where the address is yet to be shown to be his, or <c>required</c> where he sees no data before.</param>
/// <param name="Workspaces">Where he is a member.</param>
internal sealed record Me(User User, bool IsOperator, string Verification, IReadOnlyList<Membership> Workspaces)
{
    internal static async Task<Me> OfAsync(User user, Users users, Memberships memberships, Verification verification, CancellationToken cancel)
    {
        var (isOperator, isVerified) = await users.StandingAsync(user.Id, cancel);
        return new Me(user, isOperator, verification.StateOf(isVerified), await memberships.OfAsync(user.Id, cancel));
    }

    /// <summary>GET /api/me</summary>
    internal static async Task<IResult> HandleAsync(
        HttpContext context, SignedIn who, Users users, Memberships memberships, Verification verification, CsrfTokens csrf, CancellationToken cancel)
    {
        // A page begins with this. A program needs none.
        if (who.Until is null)
            await csrf.AddAsync(context, who.Session);
        return TypedResults.Ok(await OfAsync(new User(who.User, who.Email, who.Name, who.Language), users, memberships, verification, cancel));
    }
}
