using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// What the page behind the link of a sign-up asks. The password is asked for once more: whoever signed up with somebody else's
/// address gains nothing when that one opens the link, for he does not know it.
/// </summary>
internal sealed class Confirm(Wishes wishes, Arrival arrival, PasswordHasher hasher, ILimitStore limits, SecurityEvents events, SiteSettings site)
{
    internal sealed record Look
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";
    }

    internal sealed record Input
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";

        [Text(PasswordRules.MaxLength, Required = true)]
        public string Password { get; init; } = "";
    }

    /// <summary>POST /api/sign-up/look: which address it shows. Uses nothing up.</summary>
    internal async Task<IResult> LookAsync(Look input, CancellationToken cancel) =>
        await wishes.FindAsync(input.Token, cancel) is { } wish ? TypedResults.Ok(new { wish.Email }) : Problem.Of(Links.NotValid());

    /// <summary>POST /api/sign-up/confirm</summary>
    internal async Task<IResult> HandleAsync(HttpContext context, Input input)
    {
        var cancel = context.RequestAborted;
        if (await wishes.FindAsync(input.Token, cancel) is not { } wish)
            return Problem.Of(Links.NotValid());
        if ((await limits.TakeAsync(new Draw(site.PasswordsByPair, $"sign-up {wish.Id}"))).Wait is { } wait)
            return Problem.Of(RequestFailures.TooManyFor(wait));
        if (!hasher.TryVerify(wish.Secret, input.Password, cancel, out var verifying))
            return Problem.Of(RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        if (!await verifying)
        {
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SignInFailed));
            return Problem.Of(IdentityFailures.PasswordWrong.With("It is the one that was chosen at the sign-up. Small and capital letters matter.", "password"));
        }

        var answer = await arrival.LetInAsync(context, wish.User with { Id = Guid.CreateVersion7() }, wish.Secret, wish.Step, isVerified: true);
        if (answer is IStatusCodeHttpResult { StatusCode: StatusCodes.Status201Created })
            await wishes.ForgetAsync(wish.Email);
        return answer;
    }
}
