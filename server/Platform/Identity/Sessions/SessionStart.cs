using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Begins sessions, and keeps a person to as many as he may have.</summary>
internal sealed class SessionStart(
    Db db, Sessions sessions, Devices devices, CsrfTokens csrf, SecurityEvents events, SessionSettings settings, TimeProvider time)
{
    private sealed record Begun(bool IsRight, bool IsThere, bool IsOneTooMany);

    /// <summary>Begins a session under a new id, sets its cookie, and ends the one that the browser had.</summary>
    /// <param name="context">The request by which the person proved who he is.</param>
    /// <param name="user">Who.</param>
    /// <param name="proof">How (RFC 8176).</param>
    /// <param name="checkedAgainst">Since when the password was his that he proved it by; null for who has come to be a moment ago.</param>
    /// <param name="what">The security event that it is to the person.</param>
    /// <returns>Null, or why there is none: the person has as many as he may, or another password by now.</returns>
    internal async Task<Failure?> BeginAsync(HttpContext context, Guid user, string proof, DateTime? checkedAgainst, string what)
    {
        await sessions.EndAsync(context.Request, "replaced");
        var (value, hash) = SessionCookie.New();
        var (session, now) = (Guid.CreateVersion7(), time.GetUtcNow());
        var refuses = settings.Full == WhenFull.Refuse;
        var isRight = checkedAgainst is null ? (Sql)$"true" : Users.HasSince(user, checkedAgainst);
        var (token, beside) = csrf.First();
        SecurityEvent[] happens =
        [
            SecurityEvent.Of(context, SecurityEventNames.SessionCreated) with { User = user, Session = session },
            SecurityEvent.Of(context, what) with { User = user },
        ];
        Sql begin = $"""
            WITH there AS (SELECT (SELECT count(*) FROM ({OpenOf(user, now)}) AS open) AS are, {MostOf(user)} AS may_be),
            begun AS (INSERT INTO identity.sessions (
              id, secret_hash, user_id, created_at, last_used_at, idle_expires_at, expires_at, auth_time, amr, agent, address_prefix, csrf)
            SELECT {session}, {hash}, {user}, {now}, {now}, {Earlier(now + settings.Idle, now + settings.Longest)}, {now + settings.Longest}, {now},
              {new[] { proof }}, {AgentFamily.Of(context.Request)}, {ClientAddress.Neighbourhood(context)}, {beside}
            FROM there WHERE {isRight} AND (NOT {refuses} OR there.are < there.may_be) RETURNING id),
            noted AS ({events.Statement($"EXISTS (SELECT FROM begun)", happens)})
            SELECT {isRight} AS is_right, EXISTS (SELECT FROM begun) AS is_there, there.are >= there.may_be AS is_one_too_many FROM there
            """;
        // The event comes along.
        var begun = (await db.In(Guid.Empty).QueryAsync<Begun>([Users.Turn(user), .. await devices.RememberAsync(context, user, isRight)], begin))[0];
        if (!begun.IsRight)
            return SignIn.Refused();
        // After the new one is there: of several that begin at once each sees those before, so that none slips through.
        if (begun.IsOneTooMany && !refuses)
            await EvictAsync(context, user, session);
        if (!begun.IsThere)
        {
            await NoteTooManyAsync(context, user);
            return IdentityFailures.TooManySessions.With("Sign out elsewhere first. Sessions that are not used end by themselves.");
        }

        SessionCookie.Set(context.Response, value, settings.Longest);
        await csrf.BeginAsync(context, session, token);
        events.Count(happens);
        return null;
    }

    /// <summary>Answers as if one had begun: with cookies and a token that open nothing.</summary>
    internal async Task PretendAsync(HttpContext context)
    {
        await devices.HandOutAsync(context.Response);
        SessionCookie.Set(context.Response, SessionCookie.New().Value, settings.Longest);
        CsrfTokens.HandOut(context);
    }

    /// <summary>Ends what is beyond what a person may have, but for this session: what was used longest ago.</summary>
    internal async Task EvictAsync(HttpContext context, Guid user, Guid session)
    {
        if (await sessions.EndAsync($"id IN ({OpenOf(user, time.GetUtcNow())} ORDER BY id = {session} DESC, last_used_at DESC, id DESC OFFSET {MostOf(user)})", "evicted", context) > 0)
            await NoteTooManyAsync(context, user);
    }

    private Task NoteTooManyAsync(HttpContext context, Guid user) => events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.TooManySessions) with { User = user });

    private static Sql OpenOf(Guid user, DateTimeOffset now) =>
        $"SELECT id FROM identity.sessions WHERE user_id = {user} AND kind = 'browser' AND ended_at IS NULL AND idle_expires_at > {now}";

    private Sql MostOf(Guid user) =>
        $"CASE WHEN EXISTS (SELECT FROM identity.operators WHERE user_id = {user}) THEN {settings.PerOperator} ELSE {settings.PerPerson} END";

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
