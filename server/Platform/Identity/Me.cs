using Holdfast.Platform.Http;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Who I am and where I belong: the answer of every way in.</summary>
internal sealed record Me(User User, IReadOnlyList<Membership> Workspaces)
{
    internal static async Task<Me> OfAsync(User user, Memberships memberships, CancellationToken cancel) =>
        new(user, await memberships.OfAsync(user.Id, cancel));

    /// <summary>GET /api/me</summary>
    internal static async Task<IResult> HandleAsync(SignedIn who, Memberships memberships, CancellationToken cancel) =>
        TypedResults.Ok(await OfAsync(new User(who.User, who.Email, who.Name, who.Language), memberships, cancel));
}
