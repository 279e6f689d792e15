using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>A person of this instance.</summary>
internal sealed record User(Guid Id, string Email, string Name, string Language);

/// <summary>People and their passwords in the database.</summary>
internal sealed class Users(Db db, TimeProvider time)
{
    internal sealed record Known(Guid Id, string Email, string Name, string Language, string Secret)
    {
        internal User User => new(Id, Email, Name, Language);
    }

    /// <summary>Adds a person. The first of all runs the instance.</summary>
    /// <returns>False where the address is taken.</returns>
    internal async Task<bool> AddAsync(User user, string phc)
    {
        var now = time.GetUtcNow();
        return await db.Instance.ExecuteAsync($"""
            WITH added AS (
              INSERT INTO identity.users (id, email, email_key, name, language, created_at)
              VALUES ({user.Id}, {user.Email}, {EmailKey.Of(user.Email)}, {user.Name}, {user.Language}, {now})
              ON CONFLICT (email_key) DO NOTHING
              RETURNING id),
            operator AS (
              INSERT INTO identity.operators (user_id, since, is_first)
              SELECT id, {now}, true FROM added WHERE NOT EXISTS (SELECT FROM identity.users)
              ON CONFLICT DO NOTHING)
            INSERT INTO identity.credentials (id, user_id, kind, secret, created_at, changed_at)
            SELECT {Guid.CreateVersion7()}, id, 'password', {phc}, {now}, {now} FROM added
            """) == 1;
    }

    /// <summary>Takes back a person that came to be a moment ago and has done nothing yet.</summary>
    internal Task RemoveAsync(Guid user) => db.Instance.ExecuteAsync($"DELETE FROM identity.users WHERE id = {user}");

    internal Task SetLanguageAsync(Guid user, string language) =>
        db.Instance.ExecuteAsync($"UPDATE identity.users SET language = {language} WHERE id = {user}");

    internal Task<Known?> FindAsync(string email, CancellationToken cancel) => db.Instance.FirstAsync<Known>(
        $"""
        SELECT u.id, u.email, u.name, u.language, c.secret
        FROM identity.users u JOIN identity.credentials c ON c.user_id = u.id AND c.kind = 'password'
        WHERE u.email_key = {EmailKey.Of(email)}
        """, cancel);

    /// <summary>Replaces a hash by one of today's costs, unless the password was changed in the meantime.</summary>
    internal Task ReplaceHashAsync(Guid user, string old, string phc) => db.Instance.ExecuteAsync(
        $"UPDATE identity.credentials SET secret = {phc} WHERE user_id = {user} AND kind = 'password' AND secret = {old}");
}
