using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Sessions in the database: begun, found, kept alive, ended.</summary>
internal sealed class Sessions(Db db, SyncHub sockets, TimeProvider time)
{
    private sealed record Row(
        Guid Id, Guid UserId, string Name, string Email, string Language,
        DateTime LastUsedAt, DateTime IdleExpiresAt, DateTime ExpiresAt, DateTime? EndedAt);

    /// <summary>Begins a session under a new id, sets its cookie, and ends the one that the browser had.</summary>
    /// <param name="context">The request by which the person proved who he is.</param>
    /// <param name="user">Who.</param>
    /// <param name="proof">How (RFC 8176).</param>
    internal async Task BeginAsync(HttpContext context, Guid user, string proof)
    {
        await EndAsync(context.Request, "replaced");
        var (value, hash) = SessionCookie.New();
        var now = time.GetUtcNow();
        await db.Instance.ExecuteAsync($"""
            INSERT INTO identity.sessions (
              id, secret_hash, user_id, created_at, last_used_at, idle_expires_at, expires_at, auth_time, amr, agent, address_prefix)
            VALUES (
              {Guid.CreateVersion7()}, {hash}, {user}, {now}, {now}, {now + SessionRules.Idle}, {now + SessionRules.Absolute}, {now},
              {new[] { proof }}, {AgentFamily.Of(context.Request)}, {ClientAddress.Neighbourhood(context)})
            """);
        SessionCookie.Set(context.Response, value);
    }

    /// <summary>Who the browser's cookie stands for. One indexed read; once a minute a write as well.</summary>
    internal async Task<(SignedIn? Who, Failure? Failure)> FindAsync(HttpRequest request, CancellationToken cancel)
    {
        var row = SessionCookie.HashOf(request) is { } hash ? await ReadAsync(hash, cancel) : null;
        if (row is null)
            return (null, RequestFailures.SessionRequired.With("Sign in by POST /api/sign-in."));
        var now = time.GetUtcNow().UtcDateTime;
        if (row.EndedAt is not null || row.IdleExpiresAt <= now || row.ExpiresAt <= now)
            return (null, IdentityFailures.SessionEnded.With("It was ended, or not used for too long, or has reached its greatest age."));
        if (now - row.LastUsedAt >= SessionRules.TouchEvery)
            await TouchAsync([row.Id]);
        return (new SignedIn(row.UserId, row.Id, row.Name, row.Email, row.Language), null);
    }

    /// <summary>Writes down that these sessions are in use.</summary>
    internal async Task TouchAsync(IReadOnlyCollection<Guid> sessions)
    {
        var now = time.GetUtcNow();
        await db.Instance.ExecuteAsync($"""
            UPDATE identity.sessions SET last_used_at = {now}, idle_expires_at = least({now + SessionRules.Idle}, expires_at)
            WHERE id = ANY({sessions.ToArray()}) AND ended_at IS NULL AND idle_expires_at > {now} AND last_used_at <= {now - SessionRules.TouchEvery}
            """);
    }

    /// <summary>Ends the session of the browser's cookie, if there is one, and closes its sockets.</summary>
    internal async Task EndAsync(HttpRequest request, string reason)
    {
        if (SessionCookie.HashOf(request) is not { } hash)
            return;
        var ended = await db.Instance.QueryAsync<Guid>($"""
            UPDATE identity.sessions SET ended_at = {time.GetUtcNow()}, end_reason = {reason}
            WHERE secret_hash = {hash} AND ended_at IS NULL RETURNING id
            """);
        sockets.EndSessions([.. ended]);
    }

    /// <summary>Which of these sessions live: known, not ended, not expired.</summary>
    internal Task<IReadOnlyList<Guid>> LiveAmongAsync(IReadOnlyCollection<Guid> sessions, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return db.Instance.QueryAsync<Guid>($"""
            SELECT id FROM identity.sessions
            WHERE id = ANY({sessions.ToArray()}) AND ended_at IS NULL AND idle_expires_at > {now} AND expires_at > {now}
            """, cancel);
    }

    /// <summary>Ends what has expired, and forgets what ended long ago.</summary>
    internal Task SweepAsync()
    {
        var now = time.GetUtcNow();
        return db.Instance.ExecuteAsync(
            $"""
            UPDATE identity.sessions
            SET ended_at = idle_expires_at, end_reason = CASE WHEN idle_expires_at = expires_at THEN 'expired' ELSE 'idle' END
            WHERE ended_at IS NULL AND idle_expires_at <= {now}
            """,
            $"DELETE FROM identity.sessions WHERE ended_at < {now - SessionRules.KeepEnded}");
    }

    private Task<Row?> ReadAsync(byte[] hash, CancellationToken cancel) => db.Instance.FirstAsync<Row>(
        $"""
        SELECT s.id, s.user_id, u.name, u.email, u.language, s.last_used_at, s.idle_expires_at, s.expires_at, s.ended_at
        FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id WHERE s.secret_hash = {hash}
        """, cancel);
}
