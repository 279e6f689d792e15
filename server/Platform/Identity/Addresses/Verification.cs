using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Shows that an address is the person's who signed up with it: by a link, for who is there already. Where the instance demands it
/// (<see cref="SignUpSettings.VerifiesFirst"/>), whoever has not shown it reaches only what is marked with <see cref="Unverified.OpenToUnverified"/>.
/// </summary>
internal sealed class Verification(
    Db db, Sessions sessions, OwnPassword own, JobDesk desk, Links links, AddressMails turns, Mailer mailer, SecurityEvents events, SignUpSettings settings, MailSettings mails, TimeProvider time)
    : IJobHandler<Verification.Asked>
{
    internal const string Kind = "identity.verify";

    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Nothing is asked of the person.</summary>
    private const string Nothing = "none";

    /// <summary>The page asks him to confirm his address, and lets him in.</summary>
    private const string IsAsked = "asked";

    /// <summary>He sees no data before he has.</summary>
    private const string IsRequired = "required";

    internal sealed record Asked(Guid User);

    internal sealed record Look
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";
    }

    internal sealed record Held
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";

        /// <summary>For who is not signed in as that person.</summary>
        [Text(PasswordRules.MaxLength)]
        public string? Password { get; init; }
    }

    private sealed record Unshown(Guid Id, string Email, string Name, string Language, string EmailKey)
    {
        internal User User => new(Id, Email, Name, Language);
    }

    /// <summary>What is asked of a person, for his own page.</summary>
    internal string StateOf(bool isVerified) => isVerified ? Nothing : settings.VerifiesFirst ? IsRequired : mails.IsSent ? IsAsked : Nothing;

    /// <summary>POST /api/me/verification: sends the link, again and again where it has to be. Earlier ones go on working until one is used.</summary>
    internal async Task<IResult> AskAsync(Guid user)
    {
        await desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, new Asked(user)));
        return TypedResults.Accepted((string?)null);
    }

    /// <summary>Sends the first link to who has signed up without showing the address, where mail reaches him.</summary>
    internal Task AskFirstAsync(Guid user) => mails.IsSent ? AskAsync(user) : Task.CompletedTask;

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        if (await FindAsync(payload.User, cancel) is not { } person)
            return;
        await turns.SendAsync(person.EmailKey, $"{person.Id}", isOwn: true, async () =>
        {
            var link = await links.IssueAsync(LinkPurpose.Verify, person.User, Life, isMailed: true, job.Id);
            await mailer.DeliverAsync(
                new Message(MailTemplates.Verify, person.Language, person.Email, new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["span"] = Mailer.Span(person.Language, Life),
                }),
                link, cancel);
        });
    }

    /// <summary>POST /api/address/verify/look: which address it shows, and whether that takes the password. Uses nothing up.</summary>
    internal async Task<IResult> LookAsync(HttpContext context, Look input) =>
        await links.FindAsync(input.Token, LinkPurpose.Verify, context.RequestAborted) is { } user
            ? TypedResults.Ok(new { user.Email, takesPassword = !await sessions.IsOfAsync(context.Request, user.Id) })
            : Problem.Of(Links.NotValid());

    /// <summary>
    /// POST /api/address/verify: by whoever has the link and is signed in as the person, or knows the password. Holding the mail is not
    /// enough: whoever signed up with somebody else's address would be handed the proof by its owner.
    /// </summary>
    internal async Task<IResult> ShowAsync(HttpContext context, Held input)
    {
        if (await links.FindAsync(input.Token, LinkPurpose.Verify, context.RequestAborted) is not { } person)
            return Problem.Of(Links.NotValid());
        if (!await sessions.IsOfAsync(context.Request, person.Id) && await CheckAsync(context, person, input.Password) is { } refused)
            return Problem.Of(refused);
        var now = time.GetUtcNow();
        var shown = await db.Instance.QueryAsync<Guid>($"""
            WITH used AS ({links.Use(input.Token, LinkPurpose.Verify)}),
            ended AS (
              UPDATE identity.links l SET ended_at = {now} FROM used
              WHERE l.user_id = used.user_id AND l.purpose = {LinkPurpose.Verify.Name} AND l.ended_at IS NULL AND l.token_hash <> {LinkToken.HashOf(input.Token) ?? []})
            UPDATE identity.users u SET verified_at = coalesce(u.verified_at, {now}) FROM used WHERE u.id = used.user_id RETURNING u.id
            """);
        if (shown is not [var user])
            return Problem.Of(Links.NotValid());
        await sessions.ForgetKeptOfAsync(user);
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.UserUpdated) with { User = user, Details = AddressEvents.Verified });
        return TypedResults.NoContent();
    }

    private async Task<Failure?> CheckAsync(HttpContext context, User person, string? password) => password is null
        ? FieldFailures.Required.With("Sign in, or give the password that was chosen at the sign-up.", "password")
        : (await own.CheckAsync(context, person.Id, person.Email, password, "password", SecurityEventNames.SignInFailed)).Failure;

    private Task<Unshown?> FindAsync(Guid user, CancellationToken cancel) => db.Instance.FirstAsync<Unshown>(
        $"SELECT id, email, name, language, email_key FROM identity.users WHERE id = {user} AND verified_at IS NULL", cancel);
}
