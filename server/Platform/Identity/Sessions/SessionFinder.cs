using System.Net;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Whose session a request comes with, and what each use of one does to it.</summary>
internal sealed class SessionFinder(
    Db db, Sessions sessions, SessionStart starts, CsrfTokens csrf, SessionCache cache, SecurityEvents events, SessionSettings settings, TimeProvider time)
{
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
            await sessions.EndAsync($"id = {row.Id}", "cookie_reused", context);
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
                await sessions.EndAsync($"id = {row.Id}", "moved", context);
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
            await sessions.TouchAsync([row.Id]);
            await cache.ForgetAsync(hash!);
        }

        return (row.Who, null);
    }

    /// <summary>Ends the session of the browser's cookie, where there is one and the request bears its token.</summary>
    /// <returns>Why not; null also where there is none that is open.</returns>
    internal async Task<Failure?> SignOutAsync(HttpContext context)
    {
        if (SessionCookie.HashOf(context.Request) is { } hash && await ReadAsync(hash, context.RequestAborted) is { EndedAt: null } row
            && await csrf.SpendAsync(context, row.Id) is { } refused)
            return refused;
        await sessions.EndAsync(context.Request, "signed_out");
        return null;
    }

    internal static Failure Ended() => IdentityFailures.SessionEnded.With("It was ended, or not used for too long, or has reached its greatest age.");

    private Task NoteUseAfterEndAsync(HttpContext context, SessionRow row, string cookie) =>
        events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.SessionUsedAfterEnd) with
        {
            User = row.UserId,
            Session = row.Id,
            Source = $"{row.Id}",
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["cookie"] = cookie },
        });

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
        await starts.EvictAsync(context, row.UserId, session);
    }

    private async Task<SessionRow?> ReadAsync(byte[] hash, CancellationToken cancel) =>
        await cache.ReadAsync(hash, () => ReadAsync($"NULL::timestamptz", $"s.secret_hash = {hash}", cancel))
        ?? await ReadAsync($"s.former_until", $"s.former_hash = {hash}", cancel);

    private Task<SessionRow?> ReadAsync(Sql formerUntil, Sql which, CancellationToken cancel) => db.Instance.FirstAsync<SessionRow>(
        $"""
        SELECT s.id, s.user_id, u.name, u.email, u.language, u.verified_at IS NOT NULL AS is_verified, s.last_used_at, s.idle_expires_at, s.expires_at, s.ended_at, s.auth_time,
          s.agent, s.address_prefix::text AS address, s.moved_at, s.asks_proof, s.renews, {formerUntil} AS former_until
        FROM identity.sessions s JOIN identity.users u ON u.id = s.user_id WHERE {which}
        """, cancel);
}
