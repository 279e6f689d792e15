using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>What the pages behind the links of a change of address ask. The token comes in the body, so that no address holds it, and nobody has to be signed in.</summary>
internal sealed class AddressLinks(AddressChanges changes, Sessions sessions, JobDesk desk, SecurityEvents events)
{
    internal sealed record Held
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";
    }

    /// <summary>POST /api/address/confirm/look: which address it makes a person's. Uses nothing up.</summary>
    internal async Task<IResult> LookAsync(Held input, CancellationToken cancel) =>
        await changes.FindByLinkAsync(input.Token, cancel) is { } change ? TypedResults.Ok(new { email = change.Next }) : Problem.Of(Links.NotValid());

    /// <summary>POST /api/address/confirm: the address becomes the person's, whose sessions go on.</summary>
    internal async Task<IResult> ConfirmAsync(HttpContext context, Held input)
    {
        if (await changes.FindByLinkAsync(input.Token, context.RequestAborted) is not { } change)
            return Problem.Of(Links.NotValid());
        switch (await changes.ConfirmAsync(change, input.Token))
        {
            // Whoever holds the mail of the address may know that it has an account.
            case null: return Problem.Of(IdentityFailures.AddressTaken.With("Sign in with it, or choose another one for your account."));
            case false: return Problem.Of(Links.NotValid());
        }

        await UndoMail.AskAsync(desk, change.Id);
        await FollowAsync(context, change, AddressEvents.Changed);
        return TypedResults.NoContent();
    }

    /// <summary>POST /api/address/undo/look: which address it puts back. Uses nothing up.</summary>
    internal async Task<IResult> LookAtUndoAsync(Held input, CancellationToken cancel) =>
        await changes.FindByUndoAsync(input.Token, cancel) is { } change ? TypedResults.Ok(new { email = change.Former }) : Problem.Of(Links.NotValid());

    /// <summary>POST /api/address/undo: the former address is the person's again, who is signed out everywhere and gets a link to set a new password.</summary>
    internal async Task<IResult> UndoAsync(HttpContext context, Held input)
    {
        if (await changes.FindByUndoAsync(input.Token, context.RequestAborted) is not { } change || !await changes.UndoAsync(change, input.Token))
            return Problem.Of(Links.NotValid());
        await desk.EnqueueAsync(Guid.Empty, Actor.Server(Forgot.Kind), new NewJob(Forgot.Kind, new Forgot.Asked(change.Former)));
        await FollowAsync(context, change, AddressEvents.Undone);
        return TypedResults.NoContent();
    }

    private async Task FollowAsync(HttpContext context, AddressChanges.Change change, IReadOnlyDictionary<string, string> what)
    {
        await sessions.ForgetKeptOfAsync(change.UserId);
        await FollowAddress.AskAsync(desk, change.UserId);
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.UserUpdated) with { User = change.UserId, Details = what });
    }
}
