using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Sessions in the database: proven anew, kept alive, ended. They begin in <see cref="SessionStart"/> and are found by <see cref="SessionFinder"/>.</summary>
internal sealed class Sessions(
    Db db, SyncHub sockets, CsrfTokens csrf, SessionCache cache, SecurityEvents events, SessionSettings settings, TimeProvider time)
{
    /// <summary>How many are ended by one statement.</summary>
    private const int SweptTogether = 1000;

    private sealed record EndedRow(Guid? Id, Guid? UserId, string? EndReason, byte[]? SecretHash, byte[]? FormerHash);

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

    /// <summary>Ends the session of the browser's cookie, if there is one, and closes its sockets.</summary>
    internal async Task EndAsync(HttpRequest request, string reason)
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

    /// <summary>The same of everybody.</summary>
    internal async Task<int> EndEverybodysAsync(string reason) => await EndWithAsync([Users.TurnOfAll, AddressChanges.EndOpenOfAll(time.GetUtcNow())], $"true", $"true", reason, context: null) ?? 0;

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
    internal Task<IReadOnlyList<Guid>> LiveAmongAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancel) =>
        db.Instance.QueryAsync<Guid>($"SELECT id FROM identity.sessions WHERE id = ANY({sessions.ToArray()}) AND {Lives(time.GetUtcNow())}", cancel);

    /// <summary>The same of a row of <c>identity.sessions</c>.</summary>
    internal static Sql Lives(DateTimeOffset now) => $"ended_at IS NULL AND NOT asks_proof AND idle_expires_at > {now} AND expires_at > {now}";

    /// <summary>Whether a request comes with the cookie of an open session of this person, which asks for no password.</summary>
    internal async Task<bool> IsOfAsync(HttpRequest request, Guid user) =>
        SessionCookie.HashOf(request) is { } hash && await db.Instance.FirstAsync<bool>(
            $"SELECT EXISTS (SELECT FROM identity.sessions WHERE secret_hash = {hash} AND user_id = {user} AND {Lives(time.GetUtcNow())})", request.HttpContext.RequestAborted);

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

    /// <summary>Ends those that a condition on <c>identity.sessions</c> names, and closes their sockets.</summary>
    internal async Task<int> EndAsync(Sql which, string reason, HttpContext? context) => await EndWithAsync([], $"true", which, reason, context) ?? 0;

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
}
