using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Where one is signed in, and how one ends that.</summary>
internal static class SessionDoor
{
    private sealed record Row(Guid Id, string Agent, string Address, DateTime CreatedAt, DateTime LastUsedAt, DateTime ExpiresAt);

    /// <summary>GET /api/sessions: the browsers, the one that was used last first.</summary>
    internal static async Task<IResult> ListAsync(SignedIn who, Db db, TimeProvider time, CancellationToken cancel)
    {
        var rows = await db.Instance.QueryAsync<Row>(
            $"""
            SELECT id, agent, address_prefix::text AS address, created_at, last_used_at, expires_at FROM identity.sessions
            WHERE user_id = {who.User} AND kind = 'browser' AND ended_at IS NULL AND idle_expires_at > {time.GetUtcNow()}
            ORDER BY id = {who.Session} DESC, last_used_at DESC, id
            """, cancel);
        return TypedResults.Ok(new
        {
            sessions = rows.Select(row => new { row.Id, row.Agent, row.Address, row.CreatedAt, row.LastUsedAt, row.ExpiresAt, isThis = row.Id == who.Session }),
        });
    }

    /// <summary>POST /api/sessions/{session}/end. Of another person it says no more than of one that never was.</summary>
    internal static async Task<IResult> EndAsync(Guid session, HttpContext context, SignedIn who, Sessions sessions) =>
        await sessions.EndByPersonAsync(context, who.User, $"id = {session}") == 1
            ? TypedResults.NoContent()
            : Problem.Of(IdentityFailures.SessionUnknown.With("It has ended already, or was never yours."));

    /// <summary>POST /api/sessions/end-others: all browsers but the one that asks. Tokens stay: programs would stand still without anybody knowing why.</summary>
    internal static async Task<IResult> EndOthersAsync(HttpContext context, SignedIn who, Sessions sessions) =>
        TypedResults.Ok(new { ended = await sessions.EndByPersonAsync(context, who.User, $"id <> {who.Session} AND kind = 'browser'") });
}
