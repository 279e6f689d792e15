using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>POST /api/me/password. Another password, for whoever knows the one there is; the sessions elsewhere end unless he wants them to stay.</summary>
internal sealed class ChangePassword(OwnPassword own, NewPassword next, PasswordHasher hasher, Memberships memberships)
{
    internal const string End = "end";
    internal const string Keep = "keep";

    internal sealed record Input
    {
        [Text(PasswordRules.MaxLength, Required = true)]
        public string Current { get; init; } = "";

        [Text(PasswordRules.MaxLength, Required = true)]
        public string Password { get; init; } = "";

        /// <summary>What becomes of the sessions elsewhere.</summary>
        [Choice(End, Keep)]
        public string Others { get; init; } = End;
    }

    internal async Task<IResult> HandleAsync(HttpContext context, SignedIn who, Input input)
    {
        var cancel = context.RequestAborted;
        var workspaces = await memberships.OfAsync(who.User, cancel);
        if (PasswordRules.Check(input.Password, [who.Name, who.Email, .. workspaces.Select(workspace => workspace.Name)]) is { } weak)
            return Problem.Of(weak);
        var (secret, failure) = await own.CheckAsync(context, who.User, who.Email, input.Current, "current", SecurityEventNames.PasswordChangeFailed);
        if (failure is not null)
            return Problem.Of(failure);
        if (!hasher.TryHash(input.Password, cancel, out var hashing))
            return Problem.Of(RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        // Of two who change it at once, one is told that his current one is no longer that.
        if (!await next.ChangeAsync(context, who, secret!, await hashing, endsOthers: input.Others == End))
            return Problem.Of(IdentityFailures.PasswordWrong.With("It was changed a moment ago.", "current"));
        return TypedResults.NoContent();
    }
}
