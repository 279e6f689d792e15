using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>POST /api/session/proof. The password once more, before what takes a fresh proof.</summary>
internal static class ProveAnew
{
    internal sealed record Input
    {
        [Text(PasswordRules.MaxLength, Required = true)]
        public string Password { get; init; } = "";
    }

    /// <summary>Marks the address that a session which asks for the password may still reach.</summary>
    internal sealed record Here;

    internal static async Task<IResult> HandleAsync(HttpContext context, SignedIn who, Body<Input> body, OwnPassword password, Sessions sessions)
    {
        var (secret, failure) = await password.CheckAsync(context, who.User, who.Email, body.Value.Password, "password", SecurityEventNames.SignInFailed);
        if (failure is not null)
            return Problem.Of(failure);
        // One that was changed while it was checked proves nothing any more, also where the sessions elsewhere were kept.
        return await sessions.ProveAsync(context, who.Session, "pwd", Users.Has(who.User, secret!))
            ? TypedResults.NoContent()
            : Problem.Of(IdentityFailures.PasswordWrong.With("It was changed a moment ago.", "password"));
    }
}
