using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>What a person does first: found a workspace, or join one.</summary>
internal sealed record FirstStep(string? Founds, InviteKey? Joins);

/// <summary>Makes a person, lets him into his first workspace and begins his session.</summary>
internal sealed class Arrival(
    Users users, Addresses addresses, SessionStart sessions, Founding founding, Invites invites, Memberships memberships, Verification verification)
{
    /// <param name="context">The request that did it.</param>
    /// <param name="user">Who.</param>
    /// <param name="phc">The hash of his password.</param>
    /// <param name="step">Where to.</param>
    /// <param name="isVerified">Whether the address was shown to be his.</param>
    /// <param name="runs">Whether he runs the instance from now on.</param>
    /// <returns>The answer: 201 with the account, or why not, with nothing left behind.</returns>
    internal async Task<IResult> LetInAsync(HttpContext context, User user, string phc, FirstStep step, bool isVerified, bool runs = false)
    {
        if (!await users.AddAsync(user, phc, isVerified, runs))
            return Problem.Of(Taken());
        if (await EnterAsync(user, step) is { } refused)
        {
            // Someone else was faster with the same link: leave nothing behind that would take the address.
            await users.RemoveAsync(user.Id);
            return Problem.Of(refused);
        }

        if (await sessions.BeginAsync(context, user.Id, "pwd", checkedAgainst: null, SecurityEventNames.UserCreated) is { } full)
            return Problem.Of(full);
        if (!isVerified)
            await verification.AskFirstAsync(user.Id);
        return TypedResults.Created("/api/me", await Me.OfAsync(user, users, memberships, verification, context.RequestAborted));
    }

    /// <summary>Answers a program as <see cref="LetInAsync"/> answers a person, and lets nobody in: neither id nor cookie stands for anything.</summary>
    internal async Task<IResult> PretendAsync(HttpContext context, User user, string? founds, Invites.Open? invite, bool isVerified, bool runs)
    {
        if (await addresses.OwnerAsync(user.Email, context.RequestAborted) is not null)
            return Problem.Of(Taken());
        if (invite?.RefusalOf(user.Email) is { } refused)
            return Problem.Of(refused);
        await sessions.PretendAsync(context);
        var place = invite is null ? new Membership(Guid.CreateVersion7(), founds!, Roles.Owner) : new Membership(invite.WorkspaceId, invite.WorkspaceName, invite.Role);
        return TypedResults.Created("/api/me", new Me(user, runs, verification.StateOf(isVerified), [place]));
    }

    private static Failure Taken() => IdentityFailures.AddressTaken.With("Sign in instead.", "email");

    private async Task<Failure?> EnterAsync(User user, FirstStep step)
    {
        var person = new Person(user.Id, user.Name, user.Email);
        if (step.Joins is { } invite)
            return (await invites.AcceptAsync(invite, person)).Failure;
        await founding.FoundAsync(person, step.Founds!);
        return null;
    }
}
