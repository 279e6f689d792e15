using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>What the pages behind the links of a change of address ask. The token comes in the body, so that no address holds it, and nobody has to be signed in.</summary>
internal sealed class AddressLinks(AddressChanges changes, Deletions deletions, Sessions sessions, JobDesk desk, Mailer mailer, SecurityEvents events)
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
        if (await changes.ConfirmAsync(change, input.Token) is not { } outcome)
            return Problem.Of(Links.NotValid());
        // Whoever holds the mail of the address may know that it has an account.
        if (!outcome.IsFree)
            return Problem.Of(IdentityFailures.AddressTaken.With("Sign in with it, or choose another one for your account."));
        if (outcome.IsBack)
            await TellDisplacedAsync(change, change.Next);
        else
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
        if (await changes.FindByUndoAsync(input.Token, context.RequestAborted) is not { } change)
            return Problem.Of(Links.NotValid());
        var isLeaving = await deletions.FindAsync(change.UserId, context.RequestAborted) is not null;
        if (!await changes.UndoAsync(change, input.Token))
            return Problem.Of(Links.NotValid());
        if (isLeaving)
            await deletions.NoteTakenBackAsync(change.UserId, context);
        await TellDisplacedAsync(change, change.Former);
        await desk.EnqueueAsync(Guid.Empty, Actor.Server(Forgot.Kind), new NewJob(Forgot.Kind, new Forgot.Asked(change.Former)));
        await FollowAsync(context, change, AddressEvents.Undone);
        return TypedResults.NoContent();
    }

    /// <summary>The address that was the person's until now hears that it is not any more; it confirmed once, so it was his.</summary>
    private Task TellDisplacedAsync(AddressChanges.Change change, string next) => mailer.SendAsync(new Message(
        MailTemplates.AddressUndone, change.Language, change.Present, new Dictionary<string, string>(StringComparer.Ordinal) { ["next"] = next }));

    private async Task FollowAsync(HttpContext context, AddressChanges.Change change, IReadOnlyDictionary<string, string> what)
    {
        await sessions.ForgetKeptOfAsync(change.UserId);
        await FollowAddress.AskAsync(desk, change.UserId);
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.UserUpdated) with { User = change.UserId, Details = what });
    }
}
