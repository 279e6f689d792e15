using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>What the page behind the link of a reset asks. The token comes in the body, so that no address holds it.</summary>
internal sealed class Reset(Links links, NewPassword next, PasswordHasher hasher, Memberships memberships)
{
    internal sealed record Look
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";
    }

    internal sealed record Input : FormInput
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";

        [Text(PasswordRules.MaxLength, Required = true)]
        public string Password { get; init; } = "";
    }

    /// <summary>POST /api/reset/look: whose password it sets. Uses nothing up.</summary>
    internal async Task<IResult> LookAsync(HttpContext context, Look input) =>
        await links.FindAsync(input.Token, LinkPurpose.Reset, context.RequestAborted) is { } user
            ? TypedResults.Ok(new { user.Email })
            : Problem.Of(Links.NotValid());

    /// <summary>POST /api/reset: sets the password, ends every session and begins none: whoever has the mail proves that he has the password too.</summary>
    internal async Task<IResult> HandleAsync(HttpContext context, Input input)
    {
        var cancel = context.RequestAborted;
        // A program gets the answer of whoever guesses.
        if (await links.FindAsync(input.Token, LinkPurpose.Reset, cancel) is not { } user || FormTokens.IsProgram(context))
            return Problem.Of(Links.NotValid());
        // A password that is refused leaves the link as it was.
        var workspaces = await memberships.OfAsync(user.Id, cancel);
        if (PasswordRules.Check(input.Password, [user.Name, user.Email, .. workspaces.Select(workspace => workspace.Name)]) is { } weak)
            return Problem.Of(weak);
        if (!hasher.TryHash(input.Password, cancel, out var hashing))
            return Problem.Of(RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        return await next.ResetAsync(context, user, input.Token, await hashing) ? TypedResults.NoContent() : Problem.Of(Links.NotValid());
    }
}
