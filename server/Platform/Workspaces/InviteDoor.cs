using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Workspaces;

/// <summary>What the page behind an invite link asks. The token comes in the body, so that no address holds it.</summary>
internal static class InviteDoor
{
    internal sealed record Input
    {
        [Text(InviteToken.Length, Required = true)]
        public string Token { get; init; } = "";
    }

    /// <summary>POST /api/invites/look, open to strangers: where the link leads, but not for whom: whoever comes by it must know that. Changes nothing.</summary>
    internal static async Task<IResult> LookAsync(Body<Input> body, Invites invites, CancellationToken cancel) =>
        await invites.FindOpenAsync(body.Value.Token, cancel) is { } open
            ? TypedResults.Ok(new { workspace = new { id = open.WorkspaceId, name = open.WorkspaceName }, open.Role, ForOneAddress = open.Email is not null, open.InvitedBy })
            : Problem.Of(Invites.NotValid());

    /// <summary>POST /api/invites/accept, for whoever is signed in.</summary>
    internal static async Task<IResult> AcceptAsync(SignedIn who, Body<Input> body, Invites invites)
    {
        var (joined, failure) = await invites.AcceptAsync(body.Value.Token, new Person(who.User, who.Name, who.Email));
        return failure is null ? TypedResults.Ok(joined) : Problem.Of(failure);
    }
}
