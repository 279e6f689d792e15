using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Holdfast.Platform.Workspaces;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>POST /api/sign-in. Whether the address is known makes no difference to statements, work, time or answer.</summary>
internal sealed class SignIn(
    Users users, Operators operators, Sessions sessions, PasswordHasher hasher, Memberships memberships, RateLimiter limiter, SiteSettings site)
{
    internal sealed record Input
    {
        [Text(254, Required = true, Format = TextFormat.Email)]
        public string Email { get; init; } = "";

        [Text(PasswordRules.MaxLength, Required = true)]
        public string Password { get; init; } = "";
    }

    // Counters are keyed by this instead of the address, which stands in no memory longer than its request.
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    internal async Task<IResult> HandleAsync(HttpContext context, Input input)
    {
        var cancel = context.RequestAborted;
        if (SafeTransport.Check(context.Request) is { } unsafeTransport)
            return Problem.Of(unsafeTransport);
        var caller = ClientAddress.Caller(context);
        var account = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(EmailKey.Fold(input.Email)));
        var (byAddress, byAccount) = ($"sign-in {caller}", $"sign-in {caller} {Convert.ToHexString(account)}");
        if ((limiter.Take(site.SignInsByAddress, byAddress) ?? limiter.Take(site.SignInsByAccount, byAccount)) is { } wait)
            return Problem.Of(RequestFailures.TooManyFor(wait));

        var known = await users.FindAsync(input.Email, cancel);
        if (!hasher.TryVerify(known?.Secret, input.Password, cancel, out var verifying))
            return Problem.Of(RequestFailures.TooManyFor(PasswordHasher.ComeBackAfter));
        if (!await verifying || known is null)
            return Problem.Of(IdentityFailures.SignInRefused.With("Check both. Small and capital letters of the password matter."));

        limiter.GiveBack(site.SignInsByAddress, byAddress);
        limiter.GiveBack(site.SignInsByAccount, byAccount);
        await sessions.BeginAsync(context, known.Id, "pwd");
        if (Sodium.IsOutdated(known.Secret))
            context.Response.OnCompleted(() => RehashAsync(known, input.Password));
        return TypedResults.Ok(await Me.OfAsync(known.User, operators, memberships, cancel));
    }

    /// <summary>After the answer, so that its time tells nothing. Where the queue is full, the next sign-in does it.</summary>
    private async Task RehashAsync(Users.Known known, string password)
    {
        if (hasher.TryHash(password, CancellationToken.None, out var hashing))
            await users.ReplaceHashAsync(known.Id, known.Secret, await hashing);
    }
}
