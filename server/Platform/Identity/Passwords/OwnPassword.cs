using Holdfast.Engine.Failures;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Checks the password of who is signed in already, or holds a link to his mail. Counted as a sign-in is: he may be somebody else.</summary>
internal sealed class OwnPassword(Users users, PasswordHasher hasher, Attempts attempts, Devices devices, SecurityEvents events)
{
    /// <param name="context">The request.</param>
    /// <param name="user">Whose password.</param>
    /// <param name="email">His address.</param>
    /// <param name="password">As it was typed.</param>
    /// <param name="field">What a refusal names.</param>
    /// <param name="failed">The security event of a wrong one.</param>
    /// <returns>The hash that it fits, or why it does not count.</returns>
    internal async Task<(string? Secret, Failure? Failure)> CheckAsync(HttpContext context, Guid user, string email, string password, string field, string failed)
    {
        var known = await users.FindAsync(email, await devices.ReadAsync(context.Request), context.RequestAborted);
        var attempt = await attempts.ReserveAsync(context, known);
        if (attempt.Refused is { } refused)
            return (null, refused);
        if (attempt.Locked is { } locked)
        {
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SignInLocked) with { User = user });
            return (null, locked);
        }

        if (!hasher.TryVerify(known.Secret, password, context.RequestAborted, out var verifying))
        {
            await attempt.TakeBackAsync();
            return (null, RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        }

        if (!await verifying || known.Id != user)
        {
            await events.NoteAsync(SecurityEvent.Of(context, failed) with { User = user });
            return (null, IdentityFailures.PasswordWrong.With("It is the one that you sign in with now. Small and capital letters matter.", field));
        }

        await attempt.SucceedAsync();
        return (known.Secret, null);
    }
}
