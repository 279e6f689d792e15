using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>What a program gets for its refresh token.</summary>
/// <param name="AccessToken">For <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType"><c>Bearer</c>.</param>
/// <param name="ExpiresIn">In seconds.</param>
/// <param name="RefreshToken">The only one that counts from now on.</param>
/// <param name="RefreshBy">When that one is over, unless it is used before.</param>
internal sealed record TokenPair(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, DateTime RefreshBy);

/// <summary>
/// Tokens of programs. Each is a session with a chain of refresh tokens, of which one counts; whoever shows an older one holds a copy,
/// and nobody can say which of the two is the thief, so the whole chain ends.
/// </summary>
internal sealed class Tokens(Db db, SyncHub sockets, Sessions sessions, AccessTokens access, TokenKey key, Mailer mailer, SecurityEvents events, TimeProvider time)
{
    /// <summary>A refresh token that is not used for so long is over.</summary>
    internal static readonly TimeSpan Idle = TimeSpan.FromDays(7);

    /// <summary>So many a person has at once.</summary>
    internal const int MostOfOne = 50;

    /// <summary>Whoever lost the answer, or asked twice at once, gets the same answer for so long.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>What comes within this time was under way together, and does not count as a repetition.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(5);

    private const int MostReplays = 5;

    private sealed record Owner(Guid UserId, DateTime IdleExpiresAt);

    private sealed record State(Guid UserId, int Generation, string Token, string Email, string Language, bool IsVerified);

    private sealed record Row(Guid Id, Guid UserId, string Name, string Email, string Language, bool IsVerified, DateTime LastUsedAt);

    /// <summary>Makes one, for as many days at most.</summary>
    /// <returns>The refresh token, which is nowhere else; null where the person has too many.</returns>
    internal async Task<(Guid Id, string Token, DateTimeOffset Expires)?> MakeAsync(HttpContext context, SignedIn who, string name, int days)
    {
        var (user, now) = (who.User, time.GetUtcNow());
        var (session, expires) = (Guid.CreateVersion7(), now.AddDays(days));
        var made = await db.Instance.ExecuteAsync(Users.Turn(user), $"""
            WITH session AS (
              INSERT INTO identity.sessions (id, kind, user_id, created_at, last_used_at, idle_expires_at, expires_at, auth_time, amr, agent, address_prefix)
              SELECT {session}, 'token', {user}, {now}, {now}, {now + Idle}, {expires}, {now}, {Array.Empty<string>()}, {AgentFamily.Of(context.Request)}, {ClientAddress.Neighbourhood(context)}
              WHERE (SELECT count(*) FROM identity.sessions WHERE user_id = {user} AND kind = 'token' AND ended_at IS NULL AND idle_expires_at > {now}) < {MostOfOne}
                -- Whoever ended all of them meanwhile ended this one with them.
                AND {Sessions.IsOpen(who.Session)}
              RETURNING id)
            INSERT INTO identity.tokens (session_id, name) SELECT id, {name} FROM session
            """);
        if (made == 0)
            return null;
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.TokenCreated) with { Details = Named(session) });
        // To an address that may be somebody else's goes nothing that a stranger wrote.
        if (who.IsVerified)
        {
            await mailer.SendAsync(new Message(
                MailTemplates.TokenMade, who.Language, who.Email, new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = name }));
        }

        return (session, new RefreshToken(session, 1).Write(key), expires);
    }

    /// <summary>Exchanges a refresh token for its successor and an access token.</summary>
    internal async Task<(TokenPair? Pair, Failure? Failure)> RefreshAsync(HttpContext context, string text)
    {
        if (RefreshToken.Read(text, key) is not { } token)
            return (null, Refused());
        var device = SHA256.HashData(Encoding.UTF8.GetBytes($"{ClientAddress.Neighbourhood(context)} {context.Request.Headers.UserAgent}"));
        if ((await RotateAsync(context, token, device) ?? await RepeatAsync(token, device)) is not { } owner)
            return (null, await RefuseAsync(context, token));
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.TokenRefreshed) with
        {
            User = owner.UserId,
            Session = token.Session,
            Source = $"{token.Session}",
            Details = Named(token.Session),
        });
        var pair = new TokenPair(
            await access.MakeAsync(owner.UserId, token.Session), "Bearer", (int)AccessTokens.Life.TotalSeconds, token.Next().Write(key), owner.IdleExpiresAt);
        return (pair, null);
    }

    /// <summary>Who comes with an access token. One indexed read tells of the session and of the token itself.</summary>
    internal async Task<(SignedIn? Who, Failure? Failure)> FindAsync(string text, CancellationToken cancel)
    {
        if (await access.ReadAsync(text) is not { } token)
            return (null, Refused());
        var now = time.GetUtcNow();
        var row = await db.Instance.FirstAsync<Row>(
            $"""
            SELECT s.id, s.user_id, u.name, u.email, u.language, u.verified_at IS NOT NULL AS is_verified, s.last_used_at
            FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id
            WHERE s.id = {token.Session} AND s.user_id = {token.User} AND s.kind = 'token' AND s.ended_at IS NULL AND s.idle_expires_at > {now}
              AND NOT EXISTS (SELECT FROM identity.denied_tokens d WHERE d.id = {token.Id})
            """, cancel);
        if (row is null)
            return (null, Refused());
        if (now.UtcDateTime - row.LastUsedAt >= SessionSettings.TouchEvery)
            await sessions.TouchAsync([row.Id]);
        return (new SignedIn(row.UserId, row.Id, row.Name, row.Email, row.Language) { Until = token.Expires, Token = token.Id, IsVerified = row.IsVerified }, null);
    }

    /// <summary>Gives a token up, by whoever holds it: of a refresh token the whole chain, of an access token itself alone (RFC 7009).</summary>
    internal async Task RevokeAsync(HttpContext context, string text)
    {
        if (RefreshToken.Read(text, key) is { } refresh)
        {
            await EndAsync(context, refresh.Session);
        }
        else if (await access.ReadAsync(text) is { } token)
        {
            await db.Instance.ExecuteAsync($"INSERT INTO identity.denied_tokens (id, expires_at) VALUES ({token.Id}, {token.Expires}) ON CONFLICT DO NOTHING");
            sockets.EndTokens([token.Id]);
        }
    }

    /// <summary>Which of these access tokens were given up.</summary>
    internal Task<IReadOnlyList<Guid>> GivenUpAmongAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        db.Instance.QueryAsync<Guid>($"SELECT id FROM identity.denied_tokens WHERE id = ANY({ids.ToArray()})", cancel);

    /// <summary>Notes that a person or a program has given a chain up, where it was open.</summary>
    private async Task EndAsync(HttpContext context, Guid session)
    {
        var owner = await db.Instance.FirstAsync<Guid?>($"SELECT user_id FROM identity.sessions WHERE id = {session}");
        if (owner is { } user)
            await EndOfAsync(context, user, session);
    }

    /// <summary>Ends a chain if it is this person's.</summary>
    /// <returns>Whether it was open.</returns>
    internal async Task<bool> EndOfAsync(HttpContext context, Guid user, Guid session)
    {
        if (!await sessions.EndOneOfAsync(user, session, "revoked", context))
            return false;
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.TokenRevoked) with { User = user, Details = Named(session) });
        return true;
    }

    /// <summary>Moves a chain on, if this is the token that counts: of many who come with it at once one does.</summary>
    private Task<Owner?> RotateAsync(HttpContext context, RefreshToken token, byte[] device)
    {
        var now = time.GetUtcNow();
        return db.Instance.FirstAsync<Owner>($"""
            WITH rotated AS (
              UPDATE identity.tokens t SET generation = t.generation + 1, rotated_at = {now}, device = {device}, replays = 0
              FROM identity.sessions s
              WHERE t.session_id = {token.Session} AND t.generation = {token.Generation} AND s.id = t.session_id AND s.ended_at IS NULL AND s.idle_expires_at > {now}
              RETURNING t.session_id)
            UPDATE identity.sessions s SET last_used_at = {now}, idle_expires_at = least({now + Idle}, s.expires_at),
              agent = {AgentFamily.Of(context.Request)}, address_prefix = {ClientAddress.Neighbourhood(context)}
            FROM rotated WHERE s.id = rotated.session_id RETURNING s.user_id, s.idle_expires_at
            """);
    }

    /// <summary>The same answer once more, to the same program, a moment later: its successor follows from it, so nothing is stored for that.</summary>
    private Task<Owner?> RepeatAsync(RefreshToken token, byte[] device)
    {
        var now = time.GetUtcNow();
        return db.Instance.FirstAsync<Owner>($"""
            UPDATE identity.tokens t SET replays = t.replays + CASE WHEN t.rotated_at < {now - Together} THEN 1 ELSE 0 END
            FROM identity.sessions s
            WHERE t.session_id = {token.Session} AND t.generation = {token.Generation + 1} AND t.device = {device}
              AND t.rotated_at >= {now - Grace} AND t.replays < {MostReplays} AND s.id = t.session_id AND s.ended_at IS NULL AND s.idle_expires_at > {now}
            RETURNING s.user_id, s.idle_expires_at
            """);
    }

    /// <summary>Ends the chain where one of its older tokens came, and tells its person.</summary>
    private async Task<Failure> RefuseAsync(HttpContext context, RefreshToken token)
    {
        var state = await db.Instance.FirstAsync<State>($"""
            SELECT s.user_id, t.generation, t.name AS token, u.email, u.language, u.verified_at IS NOT NULL AS is_verified
            FROM identity.tokens t JOIN identity.sessions s ON s.id = t.session_id JOIN identity.users u ON u.id = s.user_id
            WHERE t.session_id = {token.Session} AND s.ended_at IS NULL
            """);
        if (state is null || token.Generation >= state.Generation)
            return Refused();
        var isOpen = Sessions.IsOpen(token.Session);
        var reused = SecurityEvent.Of(context, SecurityEventNames.TokenReused) with { User = state.UserId, Session = token.Session };
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = state.Token };
        // As where it was made: what a person called it goes to no address that may be somebody else's.
        Sql[] mail = state.IsVerified ? [mailer.Ask(new Message(MailTemplates.TokenReused, state.Language, state.Email, values), isOpen)] : [];
        if (await sessions.EndWithAsync([Users.Turn(state.UserId), events.Statement(isOpen, reused), .. mail], $"true", $"id = {token.Session}", "token_reused", context) > 0)
            events.Count(reused);
        return Refused();
    }

    private static Failure Refused() => RequestFailures.TokenRefused.With("It was ended, replaced or altered, or is over. Exchange the refresh token, or make a new one in your account.");

    private static Dictionary<string, string> Named(Guid session) => new(StringComparer.Ordinal) { ["token"] = $"{session}" };
}
