using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>Whose an address is: of who has it, or of who can take it back yet.</summary>
internal sealed class Addresses(Db db, TimeProvider time)
{
    /// <summary>
    /// Comes first wherever somebody gets an address: one after the other, so that each sees who had it and who gave it up before. Where
    /// <see cref="Users.Turn"/> is needed too, it comes after this.
    /// </summary>
    internal static readonly Sql Turn = $"DO $$BEGIN PERFORM pg_catalog.pg_advisory_xact_lock(7020021); END$$";

    /// <summary>Who has the address, or had it and can take it back, with that address as he writes it; null where anybody may have it.</summary>
    internal Task<User?> OwnerAsync(string email, CancellationToken cancel)
    {
        var key = EmailKey.Of(email);
        return db.Instance.FirstAsync<User>($"""
            SELECT u.id, coalesce(h.former, u.email) AS email, u.name, u.language
            FROM identity.users u LEFT JOIN identity.address_changes h ON h.user_id = u.id AND u.email_key <> {key} AND {IsHeld(key, time.GetUtcNow())}
            WHERE u.email_key = {key} OR h.id IS NOT NULL ORDER BY u.email_key = {key} DESC LIMIT 1
            """, cancel);
    }

    /// <summary>Who had an address a short time ago and can take it back.</summary>
    /// <param name="key">Of the address.</param>
    /// <param name="now">By the clock.</param>
    internal static Sql Holders(Sql key, DateTimeOffset now) =>
        $"SELECT h.user_id FROM identity.address_changes h WHERE {IsHeld(key, now)}";

    private static Sql IsHeld(Sql key, DateTimeOffset now) => $"h.former_key = {key} AND h.undo_until > {now} AND h.ended_at IS NULL";
}
