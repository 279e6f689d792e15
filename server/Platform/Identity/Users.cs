using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>A person of this instance.</summary>
internal sealed record User(Guid Id, string Email, string Name, string Language);

/// <summary>People and their passwords in the database.</summary>
internal sealed class Users(Db db, TimeProvider time)
{
    /// <summary>What there is to an e-mail address.</summary>
    /// <param name="EmailKey">By what it is known.</param>
    /// <param name="Id">The person; null where nobody has signed up with it.</param>
    /// <param name="Email">As it was typed.</param>
    /// <param name="Name">As the person wants to be called.</param>
    /// <param name="Language">A language tag.</param>
    /// <param name="Secret">The hash of the password.</param>
    /// <param name="ChangedAt">Since when that is the password: what it was checked against.</param>
    /// <param name="Unlocks">How often the person was unlocked.</param>
    /// <param name="Device">The browser that was asked about, where the person has signed in there.</param>
    internal sealed record Sought(string EmailKey, Guid? Id, string? Email, string? Name, string? Language, string? Secret, DateTime? ChangedAt, int Unlocks, byte[]? Device)
    {
        /// <summary>The person, where there is one.</summary>
        internal User? User => Id is { } id ? new(id, Email!, Name!, Language!) : null;
    }

    /// <summary>What a person is to the instance.</summary>
    /// <param name="IsOperator">Whether he runs it.</param>
    /// <param name="IsVerified">Whether his address was shown to be his.</param>
    internal sealed record Standing(bool IsOperator, bool IsVerified);

    /// <summary>Adds a person.</summary>
    /// <param name="user">The person.</param>
    /// <param name="phc">The hash of the password; null for nobody who can sign in before he has set one.</param>
    /// <param name="isVerified">Whether the address was shown to be the person's.</param>
    /// <param name="runs">Whether he runs the instance from now on: only where whoever has the machine said so.</param>
    /// <returns>False where the address is taken, or somebody can take it back.</returns>
    internal async Task<bool> AddAsync(User user, string? phc, bool isVerified, bool runs = false)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? verified = isVerified ? now : null;
        return (await db.Instance.QueryAsync<Guid>([Addresses.Turn], $"""
            WITH added AS (
              INSERT INTO identity.users (id, email, email_key, name, language, created_at, verified_at)
              SELECT {user.Id}, {user.Email}, {EmailKey.Of(user.Email)}, {user.Name}, {user.Language}, {now}, {verified}
              WHERE NOT EXISTS ({Addresses.Holders(EmailKey.Of(user.Email), now)})
              ON CONFLICT (email_key) DO NOTHING
              RETURNING id),
            operator AS (
              INSERT INTO identity.operators (user_id, since, is_first)
              SELECT id, {now}, true FROM added WHERE {runs}
              ON CONFLICT DO NOTHING),
            credential AS (
              INSERT INTO identity.credentials (id, user_id, kind, secret, created_at, changed_at)
              SELECT {Guid.CreateVersion7()}, id, 'password', {phc}, {now}, {now} FROM added WHERE {phc}::text IS NOT NULL)
            SELECT id FROM added
            """)).Count == 1;
    }

    /// <summary>Takes back a person that came to be a moment ago and has done nothing yet.</summary>
    internal Task RemoveAsync(Guid user) => db.Instance.ExecuteAsync($"DELETE FROM identity.users WHERE id = {user}");

    internal Task SetLanguageAsync(Guid user, string language) =>
        db.Instance.ExecuteAsync($"UPDATE identity.users SET language = {language} WHERE id = {user}");

    /// <summary>Looks up an address: the same statement, and one row, whether or not anybody has signed up with it.</summary>
    /// <param name="email">As it was typed.</param>
    /// <param name="device">By what the browser is known; see <see cref="Devices"/>.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<Sought> FindAsync(string email, byte[]? device, CancellationToken cancel) => (await db.Instance.FirstAsync<Sought>(
        $"""
        SELECT k.email_key, u.id, u.email, u.name, u.language, c.secret, c.changed_at, coalesce(u.unlocks, 0) AS unlocks, d.secret_hash AS device
        FROM (SELECT {EmailKey.Of(email)} AS email_key) k
        LEFT JOIN identity.users u ON u.email_key = k.email_key
        LEFT JOIN identity.credentials c ON c.user_id = u.id AND c.kind = 'password'
        LEFT JOIN identity.devices d ON d.user_id = u.id AND d.secret_hash = {device ?? []}
        """, cancel))!;

    /// <summary>What he is to the instance; nothing where he was erased a moment ago.</summary>
    internal async Task<Standing> StandingAsync(Guid user, CancellationToken cancel) => await db.Instance.FirstAsync<Standing>(
        $"""
        SELECT EXISTS (SELECT FROM identity.operators WHERE user_id = id) AS is_operator, verified_at IS NOT NULL AS is_verified
        FROM identity.users WHERE id = {user}
        """, cancel) ?? new Standing(IsOperator: false, IsVerified: false);

    /// <summary>
    /// Comes first wherever sessions of a person begin or all of them end: each waits for the one before, and what follows in the
    /// same transaction sees what that one did.
    /// </summary>
    internal static Sql Turn(Guid user) => $"UPDATE identity.users SET language = language WHERE id = {user}";

    /// <summary>The same where all sessions of everybody end.</summary>
    internal static readonly Sql TurnOfAll = $"UPDATE identity.users SET language = language";

    /// <summary>Whether this hash is the person's. No two are alike, so it also says whether a statement before has set it.</summary>
    internal static Sql Has(Guid user, string phc) => $"EXISTS (SELECT FROM identity.credentials WHERE user_id = {user} AND kind = 'password' AND secret = {phc})";

    /// <summary>Whether the password is still the one that was checked, and its person has not asked to be deleted meanwhile.</summary>
    internal static Sql HasSince(Guid user, DateTime? changedAt) => $"""
        EXISTS (SELECT FROM identity.credentials WHERE user_id = {user} AND kind = 'password' AND changed_at = {changedAt})
          AND NOT EXISTS (SELECT FROM identity.deletions WHERE user_id = {user})
        """;

    /// <summary>Forgets the attempts at a person's password, so that nobody is locked out of it.</summary>
    internal static Sql Unlock(Guid user) => $"UPDATE identity.users SET unlocks = unlocks + 1 WHERE id = {user}";

    /// <returns>False where there is no such person.</returns>
    internal async Task<bool> UnlockAsync(Guid user) => await db.Instance.ExecuteAsync(Unlock(user)) == 1;

    /// <summary>Replaces a hash by one of today's costs, unless the password was changed in the meantime. It stays the same password.</summary>
    internal Task RehashAsync(Guid user, string old, string phc) =>
        db.Instance.ExecuteAsync($"UPDATE identity.credentials SET secret = {phc} WHERE user_id = {user} AND kind = 'password' AND secret = {old}");
}
