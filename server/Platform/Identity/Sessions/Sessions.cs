using System.Net;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Sessions in the database: begun, found, kept alive, ended.</summary>
internal sealed class Sessions(
    Db db, SyncHub sockets, Devices devices, CsrfTokens csrf, SessionCache cache, SecurityEvents events, SessionSettings settings, TimeProvider time)
{
    /// <summary>How many are ended by one statement.</summary>
    private const int SweptTogether = 1000;

    private sealed record Begun(bool IsRight, bool IsThere, bool IsOneTooMany);

    private sealed record EndedRow(Guid? Id, Guid? UserId, string? EndReason, byte[]? SecretHash, byte[]? FormerHash);

    /// <summary>Begins a session under a new id, sets its cookie, and ends the one that the browser had.</summary>
    /// <param name="context">The request by which the person proved who he is.</param>
    /// <param name="user">Who.</param>
    /// <param name="proof">How (RFC 8176).</param>
    /// <param name="checkedAgainst">Since when the password was his that he proved it by; null for who has come to be a moment ago.</param>
    /// <param name="what">The security event that it is to the person.</param>
    /// <returns>Null, or why there is none: the person has as many as he may, or another password by now.</returns>
    internal async Task<Failure?> BeginAsync(HttpContext context, Guid user, string proof, DateTime? checkedAgainst, string what)
    {
        await EndAsync(context.Request, "replaced");
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

    /// <summary>Who the browser's cookie stands for. One indexed read; once a minute, and where something is to change, a write as well.</summary>
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
        {
            await NoteUseAfterEndAsync(context, row, "ended");
            return (null, Ended());
        }

        // Two hold a cookie of it, and nobody can say which of them is the person.
        if (row.FormerUntil <= now)
        {
            await NoteUseAfterEndAsync(context, row, "replaced");
            await EndAsync($"id = {row.Id}", "cookie_reused", context);
            return (null, IdentityFailures.SessionEnded.With("It went on under another cookie, and was ended because this one came again."));
        }

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
            await cache.ForgetAsync(hash!);
        }

        if (asks && !provesNow)
        {
            // The proof bears it.
            await csrf.AddAsync(context, row.Id);
            return (null, FreshProof.Refusal());
        }

        if (CsrfTokens.IsAsked(context.Request) && await csrf.SpendAsync(context, row.Id) is { } unproven)
            return (null, unproven);
        if (row.Renews && !context.WebSockets.IsWebSocketRequest)
            await RenewAsync(context, row, hash!, now);
        if (now - row.LastUsedAt >= SessionSettings.TouchEvery)
        {
            await TouchAsync([row.Id]);
            await cache.ForgetAsync(hash!);
        }

        return (row.Who, null);
    }

    /// <summary>
    /// The person has proven anew who he is: the session goes on under a new cookie, and the old one is dead at once. Its sockets stay.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="session">Which session.</param>
    /// <param name="proof">How (RFC 8176).</param>
    /// <param name="isRight">Whether what was proven still counts.</param>
    /// <returns>False where it does not.</returns>
    internal async Task<bool> ProveAsync(HttpContext context, Guid session, string proof, Sql isRight)
    {
        var (value, hash) = SessionCookie.New();
        if (await db.Instance.FirstAsync<DateTime?>($"{Prove(context, session, proof, hash)} AND {isRight} RETURNING expires_at") is not { } until)
            return false;
        SessionCookie.Set(context.Response, value, until - time.GetUtcNow().UtcDateTime);
        await cache.ForgetAsync(SessionCookie.HashOf(context.Request)!);
        await csrf.BeginAsync(context, session);
        await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SessionRenewed));
        return true;
    }

    /// <summary>Whether a session has proven the password as lately as <see cref="FreshProof.Lasts"/> says.</summary>
    internal Task<bool> IsProvenAsync(Guid session, CancellationToken cancel) => db.Instance.FirstAsync<bool>(
        $"SELECT EXISTS (SELECT FROM identity.sessions WHERE id = {session} AND kind = 'browser' AND ended_at IS NULL AND auth_time >= {time.GetUtcNow() - FreshProof.Lasts})", cancel);

    /// <summary>The same as part of a transaction; whoever runs it sets the cookie.</summary>
    internal Sql Prove(HttpContext context, Guid session, string proof, byte[] hash) => $"""
        UPDATE identity.sessions SET secret_hash = {hash}, former_hash = NULL, former_until = NULL, renews = false, asks_proof = false,
          auth_time = {time.GetUtcNow()}, amr = {new[] { proof }}, agent = {AgentFamily.Of(context.Request)}, address_prefix = {ClientAddress.Neighbourhood(context)}
        WHERE id = {session} AND kind = 'browser' AND ended_at IS NULL
        """;

    /// <summary>What a person may do has changed: each of his sessions gets a new cookie with its next request.</summary>
    internal static Sql RenewAllOf(Guid user) => $"UPDATE identity.sessions SET renews = true WHERE user_id = {user} AND ended_at IS NULL";

    /// <inheritdoc cref="RenewAllOf"/>
    internal async Task RenewAllOfAsync(Guid user)
    {
        await db.Instance.ExecuteAsync(RenewAllOf(user));
        await ForgetKeptOfAsync(user);
    }

    /// <summary>The next request of each of a person's sessions reads anew who he is: for whoever changes his name, address or language.</summary>
    internal async Task ForgetKeptOfAsync(Guid user) => await cache.ForgetAsync(
        [.. await db.Instance.QueryAsync<byte[]>($"SELECT secret_hash FROM identity.sessions WHERE user_id = {user} AND kind = 'browser' AND ended_at IS NULL")]);

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

    /// <summary>Ends the session of the browser's cookie, where there is one and the request bears its token.</summary>
    /// <returns>Why not; null also where there is none that is open.</returns>
    internal async Task<Failure?> SignOutAsync(HttpContext context)
    {
        if (SessionCookie.HashOf(context.Request) is { } hash && await ReadAsync(hash, context.RequestAborted) is { EndedAt: null } row
            && await csrf.SpendAsync(context, row.Id) is { } refused)
            return refused;
        await EndAsync(context.Request, "signed_out");
        return null;
    }

    /// <summary>Ends the session of the browser's cookie, if there is one, and closes its sockets.</summary>
    private async Task EndAsync(HttpRequest request, string reason)
    {
        if (SessionCookie.HashOf(request) is { } hash)
            await EndAsync($"secret_hash = {hash} OR former_hash = {hash}", reason, request.HttpContext);
    }

    /// <summary>Ends one session if it is this person's, and closes its sockets.</summary>
    /// <returns>Whether it was open.</returns>
    internal async Task<bool> EndOneOfAsync(Guid user, Guid session, string reason, HttpContext? context = null) =>
        await EndAsync($"id = {session} AND user_id = {user}", reason, context) == 1;

    /// <summary>
    /// Ends all sessions of a person, his tokens too, what is wanted of his address, and closes their sockets: here at once, in other processes within a second.
    /// </summary>
    /// <param name="user">The person.</param>
    /// <param name="but">The session that stays, such as the one that asks for it.</param>
    /// <param name="reason">Why, in a word of small letters and underscores; it is kept with the session.</param>
    /// <param name="context">The request that asks for it, for the security events.</param>
    /// <returns>How many there were.</returns>
    internal async Task<int> EndAllOfAsync(Guid user, Guid? but, string reason, HttpContext? context = null) =>
        await EndWithAsync([Users.Turn(user), AddressChanges.EndOpen(user, time.GetUtcNow(), $"true")], $"true", $"user_id = {user} AND id IS DISTINCT FROM {but}", reason, context) ?? 0;

    /// <summary>
    /// Ends sessions of the person who asks for it, and with them what is wanted of his address: whoever had one may have asked for it.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="which">Which of his, a condition on <c>identity.sessions</c>.</param>
    /// <returns>How many were open.</returns>
    internal async Task<int> EndByPersonAsync(HttpContext context, Guid user, Sql which) => await EndWithAsync(
        [Users.Turn(user), AddressChanges.EndOpen(user, time.GetUtcNow(), $"true")], $"true", $"user_id = {user} AND {which}", "ended_by_person", context) ?? 0;

    /// <summary>Whether a session was not ended yet: what is begun under <see cref="Users.Turn"/> comes to nothing where it was.</summary>
    internal static Sql IsOpen(Guid session) => $"EXISTS (SELECT FROM identity.sessions WHERE id = {session} AND ended_at IS NULL)";

    /// <summary>Whether a request comes with the cookie of an open session of this person, which asks for no password.</summary>
    internal async Task<bool> IsOfAsync(HttpRequest request, Guid user) =>
        SessionCookie.HashOf(request) is { } hash && await db.Instance.FirstAsync<bool>($"""
            SELECT EXISTS (SELECT FROM identity.sessions WHERE secret_hash = {hash} AND user_id = {user} AND ended_at IS NULL AND NOT asks_proof
              AND idle_expires_at > {time.GetUtcNow()} AND expires_at > {time.GetUtcNow()})
            """, request.HttpContext.RequestAborted);

    internal static Failure Ended() => IdentityFailures.SessionEnded.With("It was ended, or not used for too long, or has reached its greatest age.");

    /// <summary>The same of everybody.</summary>
    internal async Task<int> EndEverybodysAsync(string reason) => await EndWithAsync([Users.TurnOfAll, AddressChanges.EndOpenOfAll(time.GetUtcNow())], $"true", $"true", reason, context: null) ?? 0;

    /// <summary>Runs statements and ends sessions, all or nothing; then closes their sockets and notes it.</summary>
    /// <param name="before">What comes first. Where all of a person's end, that is <see cref="Users.Turn"/>.</param>
    /// <param name="done">Whether those did what they were for; else no session ends.</param>
    /// <param name="which">A condition on <c>identity.sessions</c>.</param>
    /// <param name="reason">As for <see cref="EndAllOfAsync"/>.</param>
    /// <param name="context">The request.</param>
    /// <returns>How many ended; null where nothing was done.</returns>
    internal async Task<int?> EndWithAsync(Sql[] before, Sql done, Sql which, string reason, HttpContext? context)
    {
        // Mail and events that tell of it come along.
        var rows = await db.In(Guid.Empty).QueryAsync<EndedRow>(before, $"""
            WITH ended AS (
              UPDATE identity.sessions SET ended_at = {time.GetUtcNow()}, end_reason = {reason}
              WHERE ({which}) AND ended_at IS NULL AND {done} RETURNING id, user_id, end_reason, secret_hash, former_hash)
            SELECT e.id, e.user_id, e.end_reason, e.secret_hash, e.former_hash FROM (SELECT 1 WHERE {done}) AS done LEFT JOIN ended e ON true
            """);
        var ended = rows.Where(row => row.Id is not null).ToArray();
        await cache.ForgetAsync([.. ended.SelectMany(session => new[] { session.SecretHash, session.FormerHash }).OfType<byte[]>()]);
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
    internal async Task SweepAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<EndedRow> ended;
        do
        {
            cancel.ThrowIfCancellationRequested();
            ended = await db.Instance.QueryAsync<EndedRow>($"""
                UPDATE identity.sessions
                SET ended_at = idle_expires_at, end_reason = CASE WHEN idle_expires_at = expires_at THEN 'expired' ELSE 'idle' END
                WHERE id IN (SELECT id FROM identity.sessions WHERE ended_at IS NULL AND idle_expires_at <= {now} LIMIT {SweptTogether} FOR UPDATE SKIP LOCKED)
                RETURNING id, user_id, end_reason, secret_hash, former_hash
                """, CancellationToken.None);
            await NoteAsync(null, ended);
        }
        while (ended.Count == SweptTogether);
        await db.Instance.ExecuteAsync($"DELETE FROM identity.sessions WHERE ended_at < {now - SessionSettings.KeepEnded}");
    }

    private async Task<int> EndAsync(Sql which, string reason, HttpContext? context) => await EndWithAsync([], $"true", which, reason, context) ?? 0;

    private Task NoteAsync(HttpContext? context, IReadOnlyList<EndedRow> ended)
    {
        var what = context is null ? new SecurityEvent(SecurityEventNames.SessionEnded) : SecurityEvent.Of(context, SecurityEventNames.SessionEnded);
        return events.NoteAsync([.. ended.Select(session => what with
        {
            User = session.UserId,
            Session = session.Id,
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = session.EndReason! },
        })]);
    }

    private Task NoteUseAfterEndAsync(HttpContext context, SessionRow row, string cookie) =>
        events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SessionUsedAfterEnd) with
        {
            User = row.UserId,
            Session = row.Id,
            Source = $"{row.Id}",
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["cookie"] = cookie },
        });

    private static Sql OpenOf(Guid user, DateTimeOffset now) =>
        $"SELECT id FROM identity.sessions WHERE user_id = {user} AND kind = 'browser' AND ended_at IS NULL AND idle_expires_at > {now}";

    private Sql MostOf(Guid user) =>
        $"CASE WHEN EXISTS (SELECT FROM identity.operators WHERE user_id = {user}) THEN {settings.PerOperator} ELSE {settings.PerPerson} END";

    private Task<int> NoteMoveAsync(Guid session, string agent, IPNetwork address, bool asksProof) => db.Instance.ExecuteAsync($"""
        UPDATE identity.sessions SET agent = {agent}, address_prefix = {address}, asks_proof = asks_proof OR {asksProof}, moved_at = {time.GetUtcNow()}
        WHERE id = {session} AND ended_at IS NULL
        """);

    /// <summary>Of several requests that come at once the first one brings the new cookie home; the others still count for a moment.</summary>
    private async Task RenewAsync(HttpContext context, SessionRow row, byte[] old, DateTime now)
    {
        var session = row.Id;
        var (value, hash) = SessionCookie.New();
        var life = await db.Instance.FirstAsync<DateTime?>($"""
            UPDATE identity.sessions SET secret_hash = {hash}, former_hash = {old}, former_until = {now + SessionSettings.Grace}, renews = false
            WHERE id = {session} AND secret_hash = {old} AND renews AND ended_at IS NULL RETURNING expires_at
            """);
        if (life is not { } until)
            return;
        SessionCookie.Set(context.Response, value, until - now);
        await cache.ForgetAsync(old);
        await csrf.BeginAsync(context, session);
        // Who has come to run the instance may have fewer than before.
        await EvictAsync(context, row.UserId, session);
    }

    /// <summary>Ends what is beyond what a person may have, but for this session: what was used longest ago.</summary>
    private async Task EvictAsync(HttpContext context, Guid user, Guid session)
    {
        if (await EndAsync($"id IN ({OpenOf(user, time.GetUtcNow())} ORDER BY id = {session} DESC, last_used_at DESC, id DESC OFFSET {MostOf(user)})", "evicted", context) > 0)
            await NoteTooManyAsync(context, user);
    }

    private Task NoteTooManyAsync(HttpContext context, Guid user) => events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.TooManySessions) with { User = user });

    private async Task<SessionRow?> ReadAsync(byte[] hash, CancellationToken cancel) =>
        await cache.ReadAsync(hash, () => ReadAsync($"NULL::timestamptz", $"s.secret_hash = {hash}", cancel))
        ?? await ReadAsync($"s.former_until", $"s.former_hash = {hash}", cancel);

    private Task<SessionRow?> ReadAsync(Sql formerUntil, Sql which, CancellationToken cancel) => db.Instance.FirstAsync<SessionRow>(
        $"""
        SELECT s.id, s.user_id, u.name, u.email, u.language, u.verified_at IS NOT NULL AS is_verified, s.last_used_at, s.idle_expires_at, s.expires_at, s.ended_at, s.auth_time,
          s.agent, s.address_prefix::text AS address, s.moved_at, s.asks_proof, s.renews, {formerUntil} AS former_until
        FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id WHERE {which}
        """, cancel);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
