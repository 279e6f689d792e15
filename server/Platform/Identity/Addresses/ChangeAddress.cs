using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// A person's wish for another address. Whether somebody has that one changes neither answer nor statements: the job finds out, and
/// who has it reads so in his mail. The address that the person has is told at once, and again when it changes.
/// </summary>
internal sealed class ChangeAddress(
    AddressChanges changes, Addresses addresses, AddressMails turns, JobDesk desk, Mailer mailer, SecurityEvents events, SiteSettings site)
    : IJobHandler<ChangeAddress.Asked>
{
    internal const string Kind = "identity.change_address";

    /// <summary>The page behind the link to the new address.</summary>
    private const string Page = "/address/confirm";

    internal static readonly Engine.Failures.FailureCode Same = new("address.same", 422, "This is your address already.");

    internal sealed record Asked(Guid Change, string Language);

    internal sealed record Input
    {
        [Text(254, Required = true, Format = TextFormat.Email)]
        public string Email { get; init; } = "";
    }

    /// <summary>POST /api/me/email</summary>
    internal async Task<IResult> AskAsync(HttpContext context, SignedIn who, Input input)
    {
        if (input.Email == who.Email)
            return Problem.Of(Same.With("Give another one.", "email"));
        if (await changes.AskAsync(who, input.Email) is not { } change)
            return Problem.Of(SessionFinder.Ended());
        await desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, new Asked(change, who.Language)));
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.UserUpdated) with { Details = AddressEvents.Asked });
        // An address that was never shown to be his may be somebody else's, who learns nothing.
        if (who.IsVerified)
        {
            await mailer.SendAsync(new Message(MailTemplates.AddressAsked, who.Language, who.Email, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["next"] = input.Email,
            }));
        }

        return TypedResults.Accepted((string?)null);
    }

    /// <summary>DELETE /api/me/email: he wants it no more. Good to repeat.</summary>
    internal async Task<IResult> GiveUpAsync(HttpContext context, SignedIn who)
    {
        if (await changes.GiveUpAsync(who.User))
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.UserUpdated) with { Details = AddressEvents.GivenUp });
        return TypedResults.NoContent();
    }

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        if (await changes.FindOpenAsync(payload.Change, cancel) is not { } change)
            return;
        await turns.SendAsync(change.NextKey, $"{change.UserId}", isOwn: false, async () =>
        {
            if (await addresses.OwnerAsync(change.Next, cancel) is { } owner && owner.Id != change.UserId)
            {
                await mailer.DeliverAsync(
                    new Message(MailTemplates.AddressTaken, owner.Language, owner.Email, new Dictionary<string, string>(StringComparer.Ordinal)), new Uri(site.PublicAddress, "/sign-in"), cancel);
                return;
            }

            var (token, hash) = LinkToken.New();
            await changes.SetLinkAsync(change.Id, hash);
            // No name: it is the word of whoever asked, and the address may be a stranger's.
            await mailer.DeliverAsync(
                new Message(MailTemplates.AddressConfirm, payload.Language, change.Next, new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["span"] = Mailer.Span(payload.Language, AddressChanges.Life),
                }),
                new Uri(site.PublicAddress, $"{Page}#{token}"), cancel);
        });
    }
}
