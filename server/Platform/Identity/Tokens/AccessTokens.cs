using Holdfast.Platform.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Holdfast.Platform.Identity;

/// <summary>What an access token says, once it is known to be ours.</summary>
internal sealed record AccessToken(Guid Id, Guid Session, Guid User, DateTimeOffset Expires);

/// <summary>
/// Access tokens: JWTs (RFC 9068) that live for 15 minutes. Their signature keeps junk from the database; whether one still counts
/// is asked there with each request. There is one algorithm, and the keys are ours: what a token says of either is not listened to.
/// </summary>
internal sealed class AccessTokens(SigningKeys keys, SiteSettings site, TimeProvider time)
{
    internal static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private const string Type = "at+jwt";
    private const string Critical = "crit";
    private const int MostCharacters = 2048;

    /// <summary>By so much the clocks of the processes may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false, MaximumTokenSizeInBytes = MostCharacters };
    private readonly string _issuer = site.PublicAddress.GetLeftPart(UriPartial.Authority);

    private string Audience => $"{_issuer}/api";

    internal async Task<string> MakeAsync(Guid user, Guid session)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = _issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Life,
            SigningCredentials = await keys.SignerAsync(),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [JwtRegisteredClaimNames.Sub] = $"{user}",
                [JwtRegisteredClaimNames.Sid] = $"{session}",
                [JwtRegisteredClaimNames.Jti] = $"{Guid.CreateVersion7()}",
            },
        });
    }

    /// <returns>Null for whatever we did not sign as an access token of ours, and for what is over or has not begun.</returns>
    internal async Task<AccessToken?> ReadAsync(string text)
    {
        // With more parts it would be an encrypted one, which nobody makes for us.
        if (text.Length > MostCharacters || text.Count(letter => letter == '.') != 2 || !_handler.CanReadToken(text))
            return null;
        var checks = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [Type],
            ValidIssuer = _issuer,
            ValidAudience = Audience,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeys = await keys.PublicAsync(KeyOf(text)),
            LifetimeValidator = (from, until, _, _) => IsNow(from, until),
        };
        var result = await _handler.ValidateTokenAsync(text, checks);
        // What a token says must be understood it names in "crit", and we understand none of it (RFC 7515, 4.1.11).
        return result is { IsValid: true, SecurityToken: JsonWebToken token } && !token.TryGetHeaderValue<object>(Critical, out _)
            && IdOf(token, JwtRegisteredClaimNames.Jti) is { } id && IdOf(token, JwtRegisteredClaimNames.Sid) is { } session && IdOf(token, JwtRegisteredClaimNames.Sub) is { } user
                ? new AccessToken(id, session, user, new DateTimeOffset(token.ValidTo))
                : null;
    }

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return from is not null && until is not null && from <= now + Skew && until > now - Skew;
    }

    private static Guid? IdOf(JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<string>(claim, out var text) && Guid.TryParseExact(text, "D", out var id) ? id : null;

    /// <summary>What the token says of its key, to know whether to look for new ones; nothing else is made of it.</summary>
    private static string? KeyOf(string text)
    {
        try
        {
            return new JsonWebToken(text).Kid;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
