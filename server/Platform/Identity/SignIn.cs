using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>POST /api/sign-in. Whether the address is known makes no difference to statements, work, time or answer.</summary>
internal sealed class SignIn(
    Users users, SessionStart sessions, PasswordHasher hasher, Memberships memberships, Attempts attempts, Devices devices,
    Deletions deletions, Verification verification, SecurityEvents events)
{
    internal sealed record Input : FormInput
    {
        [Text(254, Required = true, Format = TextFormat.Email)]
        public string Email { get; init; } = "";

        [Text(PasswordRules.MaxLength, Required = true)]
        public string Password { get; init; } = "";
    }

    internal async Task<IResult> HandleAsync(HttpContext context, Input input)
    {
        var cancel = context.RequestAborted;
        var known = await users.FindAsync(input.Email, await devices.ReadAsync(context.Request), cancel);
        var attempt = await attempts.ReserveAsync(context, known);
        if (attempt.Refused is { } refused)
            return Problem.Of(refused);
        if (!hasher.TryVerify(known.Secret, input.Password, cancel, out var verifying))
        {
            await attempt.TakeBackAsync();
            return Problem.Of(RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        }

        var matches = await verifying;
        if (attempt.Locked is { } locked)
        {
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SignInLocked) with { User = known.Id });
            return Problem.Of(locked);
        }

        // A program is told so whatever it knows.
        if (!matches || known.User is not { } user || FormTokens.IsProgram(context))
        {
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SignInFailed) with { User = known.Id });
            return Problem.Of(Refused());
        }

        await attempt.SucceedAsync();
        if (await sessions.BeginAsync(context, user.Id, "pwd", known.ChangedAt, SecurityEventNames.SignedIn) is { } refusal)
        {
            if (await deletions.FindAsync(user.Id, cancel) is { } due)
            {
                await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SignInWhileLeaving) with { User = user.Id });
                return Problem.Of(await deletions.OfferAsync(user, due) ?? Refused());
            }

            if (refusal.Code == IdentityFailures.SignInRefused)
                await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SignInFailed) with { User = user.Id });
            return Problem.Of(refusal);
        }

        if (Sodium.IsOutdated(known.Secret!))
            context.Response.OnCompleted(() => RehashAsync(user.Id, known.Secret!, input.Password));
        return TypedResults.Ok(await Me.OfAsync(user, users, memberships, verification, cancel));
    }

    /// <summary>One answer for an unknown address, a wrong password, and one that was replaced while it was checked.</summary>
    internal static Failure Refused() => IdentityFailures.SignInRefused.With("Check both. Small and capital letters of the password matter.");

    /// <summary>After the answer, so that its time tells nothing. Where the queue is full, the next sign-in does it.</summary>
    private async Task RehashAsync(Guid user, string secret, string password)
    {
        if (hasher.TryHash(password, CancellationToken.None, out var hashing))
            await users.RehashAsync(user, secret, await hashing);
    }
}
