using System.Globalization;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Identity;

/// <summary>The addresses of tokens: a person makes and ends them, a program exchanges and gives up.</summary>
internal static class TokenDoor
{
    internal sealed record Making
    {
        /// <summary>What the person will know it by.</summary>
        [Text(100, Required = true)]
        public string Name { get; init; } = "";

        /// <summary>When it is over in any case.</summary>
        [Choice("30", "90", "365", Required = true)]
        public string Days { get; init; } = "";
    }

    internal sealed record Held
    {
        /// <summary>The token itself: an access token is the longest.</summary>
        [Text(2048, Required = true)]
        public string Token { get; init; } = "";
    }

    private sealed record Row(Guid Id, string Name, string Agent, string Address, DateTime CreatedAt, DateTime? UsedAt, DateTime RefreshBy, DateTime ExpiresAt);

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tokens", ListAsync).RefuseTokens();
        api.MapPost("/tokens", MakeAsync).RequireFresh().RequireSafeTransport();
        api.MapPost("/tokens/{token:guid}/end", async (Guid token, HttpContext context, SignedIn who, Tokens tokens) =>
            await tokens.EndOfAsync(context, who.User, token)
                ? Results.NoContent()
                : Problem.Of(IdentityFailures.TokenUnknown.With("It has ended already, or was never yours."))).RefuseTokens();
        api.MapPost("/tokens/refresh", RefreshAsync).AllowAnonymous().ForPrograms().RequireSafeTransport()
            .Limited("token-exchange", site => site.Exchanges, staysOpen: true);
        api.MapPost("/tokens/revoke", async (HttpContext context, Body<Held> body, Tokens tokens) =>
        {
            await tokens.RevokeAsync(context, body.Value.Token);
            return TypedResults.NoContent();
        }).AllowAnonymous().ForPrograms().RequireSafeTransport().Limited("token-exchange", site => site.Exchanges, staysOpen: true);
        api.MapGet("/.well-known/jwks.json", async (SigningKeys keys) => TypedResults.Ok(new { keys = await keys.JwksAsync() })).AllowAnonymous();
    }

    /// <summary>GET /api/tokens</summary>
    private static async Task<IResult> ListAsync(SignedIn who, Db db, TimeProvider time, CancellationToken cancel) => TypedResults.Ok(new
    {
        tokens = await db.Instance.QueryAsync<Row>(
            $"""
            SELECT s.id, t.name, s.agent, s.address_prefix::text AS address, s.created_at, CASE WHEN t.generation > 1 THEN s.last_used_at END AS used_at,
              s.idle_expires_at AS refresh_by, s.expires_at
            FROM identity.sessions s JOIN identity.tokens t ON t.session_id = s.id
            WHERE s.user_id = {who.User} AND s.ended_at IS NULL AND s.idle_expires_at > {time.GetUtcNow()} ORDER BY s.id DESC
            """, cancel),
    });

    /// <summary>POST /api/tokens: the answer alone holds the token.</summary>
    private static async Task<IResult> MakeAsync(HttpContext context, SignedIn who, Body<Making> body, Tokens tokens)
    {
        var days = int.Parse(body.Value.Days, CultureInfo.InvariantCulture);
        return await tokens.MakeAsync(context, who, body.Value.Name, days) is var (id, token, expires)
            ? TypedResults.Created("/api/tokens", new { id, name = body.Value.Name, token, expiresAt = expires })
            : Problem.Of(IdentityFailures.TooManyTokens.With("End one that is not needed any more.", null, ("max", Tokens.MostOfOne)));
    }

    /// <summary>POST /api/tokens/refresh</summary>
    private static async Task<IResult> RefreshAsync(HttpContext context, Body<Held> body, Tokens tokens)
    {
        var (pair, failure) = await tokens.RefreshAsync(context, body.Value.Token);
        return pair is null ? Problem.Of(failure!) : TypedResults.Ok(pair);
    }
}
