using System.Net;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Sessions in the database: begun, found, kept alive, ended.</summary>
internal sealed class Sessions(Db db, SyncHub sockets, Devices devices, SecurityEvents events, SessionSettings settings, TimeProvider time)
{
    private sealed record Begun(bool IsRight, bool IsThere);

    private sealed record Ended(Guid? Id, Guid? UserId, string? EndReason);

    /// <summary>Begins a session under a new id, sets its cookie, and ends the one that the browser had.</summary>
    /// <param name="context">The request by which the person proved who he is.</param>
    /// <param name="user">Who.</param>
    /// <param name="proof">How (RFC 8176).</param>
    /// <param name="checkedAgainst">Since when the password was his that he proved it by; null for who has come to be a moment ago.</param>
    /// <returns>Null, or why there is none: the person has as many as he may, or another password by now.</returns>
    internal async Task<Failure?> BeginAsync(HttpContext context, Guid user, string proof, DateTime? checkedAgainst)
    {
        await EndAsync(context.Request, "replaced");
        var (value, hash) = SessionCookie.New();
        var (session, now) = (Guid.CreateVersion7(), time.GetUtcNow());
        var refuses = settings.Full == WhenFull.Refuse;
        var isRight = checkedAgainst is null ? (Sql)$"true" : Users.HasSince(user, checkedAgainst);
        Sql begin = $"""
            WITH begun AS (INSERT INTO identity.sessions (
              id, secret_hash, user_id, created_at, last_used_at, idle_expires_at, expires_at, auth_time, amr, agent, address_prefix)
            SELECT {session}, {hash}, {user}, {now}, {now}, {Earlier(now + settings.Idle, now + settings.Longest)}, {now + settings.Longest}, {now},
              {new[] { proof }}, {AgentFamily.Of(context.Request)}, {ClientAddress.Neighbourhood(context)}
            WHERE {isRight} AND (NOT {refuses} OR (SELECT count(*) FROM ({OpenOf(user, now)}) AS open) < {MostOf(user)}) RETURNING id)
            SELECT {isRight} AS is_right, EXISTS (SELECT FROM begun) AS is_there
            """;
        var begun = (await db.Instance.QueryAsync<Begun>([Users.Turn(user), .. await devices.RememberAsync(context, user, isRight)], begin))[0];
        if (!begun.IsRight)
            return SignIn.Refused();
        // After the new one is there: of several that begin at once each sees those before, so that none slips through.
        var evicted = refuses ? 0 : await EndAsync(
            $"id IN ({OpenOf(user, now)} ORDER BY id = {session} DESC, last_used_at DESC, id DESC OFFSET {MostOf(user)})", "evicted", context);
        if (evicted > 0 || !begun.IsThere)
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.TooManySessions) with { User = user });
        if (!begun.IsThere)
            return IdentityFailures.TooManySessions.With("Sign out elsewhere first. Sessions that are not used end by themselves.");
        SessionCookie.Set(context.Response, value, settings.Longest);
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SessionCreated) with { User = user, Session = session });
        return null;
    }

    /// <summary>Who the browser's cookie stands for. One indexed read; once a minute a write as well.</summary>
    /// <param name="context">The request; its answer may get the cookie that counts from now on.</param>
    /// <param name="provesNow">Whether it is the request by which a session that asks for the password proves it.</param>
    internal async Task<(SignedIn? Who, Failure? Failure)> FindAsync(HttpContext context, bool provesNow)
    {
        var hash = SessionCookie.HashOf(context.Request);
        var row = hash is null ? null : await ReadAsync(hash, context.RequestAborted);
        if (row is null)
            return (null, RequestFailures.SessionRequired.With("Sign in by POST /api/sign-in."));
        var now = time.GetUtcNow().UtcDateTime;
        if (row.EndedAt is not null || row.IdleExpiresAt <= now || row.ExpiresAt <= now)
            return (null, IdentityFailures.SessionEnded.With("It was ended, or not used for too long, or has reached its greatest age."));
        var asks = row.AsksProof;
        if (row.MoveOf(context, settings) is var (when, agent, address) && (when != WhenMoved.Log || row.MovedAt is null || now - row.MovedAt >= SessionSettings.TouchEvery))
        {
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SessionMoved) with
            {
                User = row.UserId,
                Session = row.Id,
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["agent"] = row.Agent, ["address"] = row.Address },
            });
            if (when == WhenMoved.End)
            {
                await EndAsync($"id = {row.Id}", "moved", context);
                return (null, IdentityFailures.SessionEnded.With("It was used from another program or place than the one it was begun in."));
            }

            asks |= when == WhenMoved.Ask;
            await NoteMoveAsync(row.Id, agent, address, asks);
        }

        if (asks && !provesNow)
            return (null, FreshProof.Refusal());
        if (row.Renews && !context.WebSockets.IsWebSocketRequest)
            await RenewAsync(context, row.Id, hash!, now);
        if (now - row.LastUsedAt >= SessionSettings.TouchEvery)
            await TouchAsync([row.Id]);
        return (row.Who, null);
    }

    /// <summary>
    /// The person has proven anew who he is: the session goes on under a new cookie, and the old one is dead at once. Its sockets stay.
    /// </summary>
    internal async Task ProveAsync(HttpContext context, Guid session, string proof)
    {
        var (value, hash) = SessionCookie.New();
        if (await db.Instance.FirstAsync<DateTime?>($"{Prove(context, session, proof, hash)} RETURNING expires_at") is not { } until)
            return;
        SessionCookie.Set(context.Response, value, until - time.GetUtcNow().UtcDateTime);
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SessionRenewed));
    }

    /// <summary>The same as part of a transaction; whoever runs it sets the cookie.</summary>
    internal Sql Prove(HttpContext context, Guid session, string proof, byte[] hash) => $"""
        UPDATE identity.sessions SET secret_hash = {hash}, former_hash = NULL, former_until = NULL, renews = false, asks_proof = false,
          auth_time = {time.GetUtcNow()}, amr = {new[] { proof }}, agent = {AgentFamily.Of(context.Request)}, address_prefix = {ClientAddress.Neighbourhood(context)}
        WHERE id = {session} AND kind = 'browser' AND ended_at IS NULL
        """;

    /// <summary>What a person may do has changed: each of his sessions gets a new cookie with its next request.</summary>
    internal static Sql RenewAllOf(Guid user) => $"UPDATE identity.sessions SET renews = true WHERE user_id = {user} AND ended_at IS NULL";

    /// <summary>Writes down that these sessions are in use.</summary>
    internal async Task TouchAsync(IReadOnlyCollection<Guid> sessions)
    {
        var now = time.GetUtcNow();
        await db.Instance.ExecuteAsync($"""
            UPDATE identity.sessions SET last_used_at = {now},
              -- A token lives on by being exchanged for its successor alone.
              idle_expires_at = CASE kind WHEN 'browser' THEN least({now + settings.Idle}, expires_at) ELSE idle_expires_at END
            WHERE id = ANY({sessions.ToArray()}) AND ended_at IS NULL AND idle_expires_at > {now} AND last_used_at <= {now - SessionSettings.TouchEvery}
            """);
    }

    /// <summary>Ends the session of the browser's cookie, if there is one, and closes its sockets.</summary>
    internal async Task EndAsync(HttpRequest request, string reason)
    {
        if (SessionCookie.HashOf(request) is { } hash)
            await EndAsync($"secret_hash = {hash} OR (former_hash = {hash} AND former_until > {time.GetUtcNow()})", reason, request.HttpContext);
    }

    /// <summary>Ends one session if it is this person's, and closes its sockets.</summary>
    /// <returns>Whether it was open.</returns>
    internal async Task<bool> EndOneOfAsync(Guid user, Guid session, string reason, HttpContext? context = null) =>
        await EndAsync($"id = {session} AND user_id = {user}", reason, context) == 1;

    /// <summary>
    /// Ends all sessions of a person, his tokens too, and closes their sockets: here at once, in other processes within a second.
    /// </summary>
    /// <param name="user">The person.</param>
    /// <param name="but">The session that stays, such as the one that asks for it.</param>
    /// <param name="reason">Why, in a word of small letters and underscores; it is kept with the session.</param>
    /// <param name="context">The request that asks for it, for the security events.</param>
    /// <returns>How many there were.</returns>
    internal async Task<int> EndAllOfAsync(Guid user, Guid? but, string reason, HttpContext? context = null) =>
        await EndWithAsync([Users.Turn(user)], $"true", $"user_id = {user} AND id IS DISTINCT FROM {but}", reason, context) ?? 0;

    /// <summary>The same without his tokens.</summary>
    internal Task<int> EndOtherBrowsersOfAsync(Guid user, Guid but, string reason, HttpContext? context = null) =>
        EndAsync($"user_id = {user} AND id <> {but} AND kind = 'browser'", reason, context);

    /// <summary>Runs statements and ends sessions, all or nothing; then closes their sockets and notes it.</summary>
    /// <param name="before">What comes first. Where all of a person's end, that is <see cref="Users.Turn"/>.</param>
    /// <param name="done">Whether those did what they were for; else no session ends.</param>
    /// <param name="which">A condition on <c>identity.sessions</c>.</param>
    /// <param name="reason">As for <see cref="EndAllOfAsync"/>.</param>
    /// <param name="context">The request.</param>
    /// <returns>How many ended; null where nothing was done.</returns>
    internal async Task<int?> EndWithAsync(Sql[] before, Sql done, Sql which, string reason, HttpContext? context)
    {
        var rows = await db.Instance.QueryAsync<Ended>(before, $"""
            WITH ended AS (
              UPDATE identity.sessions SET ended_at = {time.GetUtcNow()}, end_reason = {reason}
              WHERE ({which}) AND ended_at IS NULL AND {done} RETURNING id, user_id, end_reason)
            SELECT e.id, e.user_id, e.end_reason FROM (SELECT 1 WHERE {done}) AS done LEFT JOIN ended e ON true
            """);
        var ended = rows.Where(row => row.Id is not null).ToArray();
        sockets.EndSessions([.. ended.Select(session => session.Id!.Value)]);
        await NoteAsync(context, ended);
        return rows.Count == 0 ? null : ended.Length;
    }

    /// <summary>Which of these sessions live: known, not ended, not expired, and not asking for the password.</summary>
    internal Task<IReadOnlyList<Guid>> LiveAmongAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return db.Instance.QueryAsync<Guid>($"""
            SELECT id FROM identity.sessions
            WHERE id = ANY({sessions.ToArray()}) AND ended_at IS NULL AND NOT asks_proof AND idle_expires_at > {now} AND expires_at > {now}
            """, cancel);
    }

    /// <summary>Ends what has expired, and forgets what ended long ago.</summary>
    internal async Task SweepAsync()
    {
        var now = time.GetUtcNow();
        await NoteAsync(null, await db.Instance.QueryAsync<Ended>($"""
            UPDATE identity.sessions
            SET ended_at = idle_expires_at, end_reason = CASE WHEN idle_expires_at = expires_at THEN 'expired' ELSE 'idle' END
            WHERE ended_at IS NULL AND idle_expires_at <= {now} RETURNING id, user_id, end_reason
            """));
        await db.Instance.ExecuteAsync($"DELETE FROM identity.sessions WHERE ended_at < {now - SessionSettings.KeepEnded}");
    }

    private async Task<int> EndAsync(Sql which, string reason, HttpContext? context) => await EndWithAsync([], $"true", which, reason, context) ?? 0;

    private async Task NoteAsync(HttpContext? context, IReadOnlyList<Ended> ended)
    {
        foreach (var session in ended)
        {
            var what = context is null ? new SecurityEvent(SecurityEventNames.SessionEnded) : SecurityEvent.Of(context, SecurityEventNames.SessionEnded);
            await events.NoteAsync(what with
            {
                User = session.UserId,
                Session = session.Id,
                Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = session.EndReason! },
            });
        }
    }

    private static Sql OpenOf(Guid user, DateTimeOffset now) =>
        $"SELECT id FROM identity.sessions WHERE user_id = {user} AND kind = 'browser' AND ended_at IS NULL AND idle_expires_at > {now}";

    private Sql MostOf(Guid user) =>
        $"CASE WHEN EXISTS (SELECT FROM identity.operators WHERE user_id = {user}) THEN {settings.PerOperator} ELSE {settings.PerPerson} END";

    private Task<int> NoteMoveAsync(Guid session, string agent, IPNetwork address, bool asksProof) => db.Instance.ExecuteAsync($"""
        UPDATE identity.sessions SET agent = {agent}, address_prefix = {address}, asks_proof = asks_proof OR {asksProof}, moved_at = {time.GetUtcNow()}
        WHERE id = {session} AND ended_at IS NULL
        """);

    /// <summary>Of several requests that come at once the first one brings the new cookie home; the others still count for a moment.</summary>
    private async Task RenewAsync(HttpContext context, Guid session, byte[] old, DateTime now)
    {
        var (value, hash) = SessionCookie.New();
        var life = await db.Instance.FirstAsync<DateTime?>($"""
            UPDATE identity.sessions SET secret_hash = {hash}, former_hash = {old}, former_until = {now + SessionSettings.Grace}, renews = false
            WHERE id = {session} AND secret_hash = {old} AND renews AND ended_at IS NULL RETURNING expires_at
            """);
        if (life is { } until)
            SessionCookie.Set(context.Response, value, until - now);
    }

    private async Task<SessionRow?> ReadAsync(byte[] hash, CancellationToken cancel) =>
        await ReadAsync($"s.secret_hash = {hash}", cancel)
        ?? await ReadAsync($"s.former_hash = {hash} AND s.former_until > {time.GetUtcNow()}", cancel);

    private Task<SessionRow?> ReadAsync(Sql which, CancellationToken cancel) => db.Instance.FirstAsync<SessionRow>(
        $"""
        SELECT s.id, s.user_id, u.name, u.email, u.language, s.last_used_at, s.idle_expires_at, s.expires_at, s.ended_at, s.auth_time,
          s.agent, s.address_prefix::text AS address, s.moved_at, s.asks_proof, s.renews
        FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id WHERE {which}
        """, cancel);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
