using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Changes of people's addresses in the database: asked for, confirmed by the new address, taken back by the former one.</summary>
internal sealed class AddressChanges(Db db, NewPassword passwords, TimeProvider time)
{
    /// <summary>How long the link to the new address works.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>How long the former address can take it back.</summary>
    internal static readonly TimeSpan UndoLife = TimeSpan.FromHours(72);

    /// <summary>How long it is remembered after that: so long an invite to the former address lets its person in.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    /// <param name="Id">Its own.</param>
    /// <param name="UserId">Whose.</param>
    /// <param name="Former">What the address was.</param>
    /// <param name="Next">What it becomes.</param>
    /// <param name="NextKey">By what that is known.</param>
    /// <param name="UndoUntil">Until when the former can take it back.</param>
    /// <param name="Present">What the person's address is now.</param>
    /// <param name="Language">What he reads.</param>
    internal sealed record Change(Guid Id, Guid UserId, string Former, string Next, string NextKey, DateTime? UndoUntil, string Present, string Language);

    /// <param name="Id">Which change.</param>
    /// <param name="UserId">Whose.</param>
    /// <param name="IsUntold">Whether no mail with the link to the former address was begun.</param>
    internal sealed record Followed(Guid Id, Guid UserId, bool IsUntold);

    /// <summary>What came of confirming one.</summary>
    /// <param name="IsFree">Whether it was done; else somebody else has the address meanwhile.</param>
    /// <param name="IsBack">Whether it put an address back that could have taken a change back.</param>
    internal sealed record Outcome(bool IsFree, bool IsBack);

    /// <summary>Notes what a person wants; it takes the place of what he wanted before.</summary>
    /// <returns>By what it is known; null where the session that asks was ended meanwhile: whoever did that ended what it wanted.</returns>
    internal async Task<Guid?> AskAsync(SignedIn who, string next)
    {
        var (id, now) = (Guid.CreateVersion7(), time.GetUtcNow());
        var isOpen = Sessions.IsOpen(who.Session);
        return (await db.Instance.QueryAsync<Guid>([Users.Turn(who.User), EndOpen(who.User, now, isOpen)], $"""
            INSERT INTO identity.address_changes (id, user_id, former, former_key, next, next_key, asked_at, expires_at)
            SELECT {id}, u.id, u.email, u.email_key, {next}, {EmailKey.Of(next)}, {now}, {now + Life}
            FROM identity.users u WHERE u.id = {who.User} AND {isOpen} RETURNING id
            """)).Count == 1 ? id : null;
    }

    /// <returns>Whether there was one.</returns>
    internal async Task<bool> GiveUpAsync(Guid user) => await db.Instance.ExecuteAsync(Users.Turn(user), EndOpen(user, time.GetUtcNow(), $"true")) == 1;

    /// <summary>
    /// Ends what is asked for and not confirmed yet. Part of whatever shuts out those who know the password or had a session: one of
    /// them may have asked for it, and the link to his address would outlive that.
    /// </summary>
    /// <param name="user">Whose.</param>
    /// <param name="now">By the clock.</param>
    /// <param name="when">A condition.</param>
    internal static Sql EndOpen(Guid user, DateTimeOffset now, Sql when) =>
        $"UPDATE identity.address_changes SET ended_at = {now} WHERE user_id = {user} AND confirmed_at IS NULL AND ended_at IS NULL AND {when}";

    /// <summary>The same of everybody.</summary>
    internal static Sql EndOpenOfAll(DateTimeOffset now) =>
        $"UPDATE identity.address_changes SET ended_at = {now} WHERE confirmed_at IS NULL AND ended_at IS NULL";

    /// <summary>What is asked for and not confirmed yet.</summary>
    internal Task<Change?> FindOpenAsync(Guid id, CancellationToken cancel) => FindAsync($"c.id = {id} AND {IsOpen()}", cancel);

    /// <summary>Which one the link to the new address confirms. Uses nothing up.</summary>
    internal Task<Change?> FindByLinkAsync(string token, CancellationToken cancel) => FindAsync(Confirms(token), cancel);

    /// <summary>Which one the link to the former address takes back. Uses nothing up.</summary>
    internal Task<Change?> FindByUndoAsync(string token, CancellationToken cancel) => FindAsync(Undoes(token), cancel);

    /// <summary>One that the former address can take back.</summary>
    internal Task<Change?> FindUndoableAsync(Guid id, CancellationToken cancel) => FindAsync($"c.id = {id} AND {IsUndoable($"c", time.GetUtcNow())}", cancel);

    /// <summary>Puts the secret of a link there, in the place of the one that an attempt before made.</summary>
    internal Task SetLinkAsync(Guid id, byte[] hash) => db.Instance.ExecuteAsync($"UPDATE identity.address_changes SET token_hash = {hash} WHERE id = {id}");

    /// <inheritdoc cref="SetLinkAsync"/>
    internal Task SetUndoAsync(Guid id, byte[] hash) => db.Instance.ExecuteAsync($"UPDATE identity.address_changes SET undo_hash = {hash} WHERE id = {id}");

    /// <summary>
    /// The address becomes the new one, which is shown to be the person's by that. What was sent to the former one opens nothing any
    /// more, and nobody else can sign up with either. Who moves back to an address that could take a change back has taken it back by
    /// that: the one in between keeps no undo, which would outlive his.
    /// </summary>
    /// <returns>Null where the link does not work any more.</returns>
    internal async Task<Outcome?> ConfirmAsync(Change change, string token)
    {
        var now = time.GetUtcNow();
        return (await db.Instance.QueryAsync<Outcome>([Addresses.Turn, Users.Turn(change.UserId)], $"""
            WITH wanted AS (
              SELECT c.id, NOT EXISTS (SELECT FROM identity.users o WHERE o.email_key = c.next_key AND o.id <> c.user_id)
                AND NOT EXISTS ({Addresses.Holders($"c.next_key", now)} AND h.user_id <> c.user_id) AS is_free,
                (SELECT min(b.confirmed_at) FROM identity.address_changes b WHERE b.user_id = c.user_id AND b.former_key = c.next_key AND {IsUndoable($"b", now)}) AS back_to
              FROM identity.address_changes c JOIN identity.users u ON u.id = c.user_id WHERE {Confirms(token)}),
            confirmed AS (
              UPDATE identity.address_changes c SET confirmed_at = {now},
                undo_until = CASE WHEN u.verified_at IS NOT NULL AND wanted.back_to IS NULL THEN {now + UndoLife}::timestamptz END
              FROM wanted, identity.users u WHERE c.id = wanted.id AND wanted.is_free AND u.id = c.user_id
              RETURNING c.user_id, c.next, c.next_key, wanted.back_to),
            taken_back AS (
              UPDATE identity.address_changes h SET ended_at = {now} FROM confirmed c
              WHERE h.user_id = c.user_id AND h.ended_at IS NULL AND h.confirmed_at >= c.back_to),
            moved AS (
              UPDATE identity.users u SET email = c.next, email_key = c.next_key, verified_at = {now} FROM confirmed c WHERE u.id = c.user_id),
            links AS (
              UPDATE identity.links l SET ended_at = {now} FROM confirmed c WHERE l.user_id = c.user_id AND l.ended_at IS NULL),
            wishes AS (
              DELETE FROM identity.sign_ups s USING confirmed c WHERE s.email_key = c.next_key)
            SELECT wanted.is_free, wanted.back_to IS NOT NULL AS is_back FROM wanted WHERE NOT wanted.is_free OR EXISTS (SELECT FROM confirmed)
            """)).SingleOrDefault();
    }

    /// <summary>
    /// Puts the former address back, and ends whatever was changed after it: whoever changed it twice gains nothing by that. Ends all
    /// sessions and tokens and takes the password, which whoever did it knows; and a deletion, which he may have asked for as well.
    /// </summary>
    /// <returns>Whether it was taken back.</returns>
    internal async Task<bool> UndoAsync(Change change, string token)
    {
        var (mark, now) = (Guid.CreateVersion7(), time.GetUtcNow());
        Sql marked = $"SELECT FROM identity.address_changes c WHERE c.undone_by = {mark}";
        return await passwords.TakeAsync(change.UserId, "address_undone", $"EXISTS ({marked})",
            Addresses.Turn,
            Users.Turn(change.UserId),
            $"""
            UPDATE identity.address_changes c SET undone_by = {mark}, ended_at = {now} FROM identity.users u WHERE u.id = c.user_id AND {Undoes(token)}
            """,
            $"""
            UPDATE identity.users u SET email = c.former, email_key = c.former_key, verified_at = {now}
            FROM identity.address_changes c WHERE c.undone_by = {mark} AND u.id = c.user_id
            """,
            $"""
            UPDATE identity.address_changes later SET ended_at = {now} FROM identity.address_changes c
            WHERE c.undone_by = {mark} AND later.user_id = c.user_id AND later.ended_at IS NULL AND (later.confirmed_at IS NULL OR later.confirmed_at >= c.confirmed_at)
            """,
            $"""
            UPDATE identity.links l SET ended_at = {now} FROM identity.address_changes c WHERE c.undone_by = {mark} AND l.user_id = c.user_id AND l.ended_at IS NULL
            """,
            $"""
            DELETE FROM identity.deletions d USING identity.address_changes c WHERE c.undone_by = {mark} AND d.user_id = c.user_id AND {Deletions.IsOpen($"d")}
            """);
    }

    /// <summary>Those of the hour before: a process that was killed may not have asked for what follows them.</summary>
    internal Task<IReadOnlyList<Followed>> LateAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return db.Instance.QueryAsync<Followed>($"""
            SELECT c.id, c.user_id, {IsUndoable($"c", now)} AND c.undo_hash IS NULL AS is_untold FROM identity.address_changes c
            WHERE c.confirmed_at IS NOT NULL AND greatest(c.confirmed_at, c.ended_at) BETWEEN {now.AddMinutes(-70)} AND {now.AddMinutes(-5)}
            """, cancel);
    }

    internal Task SweepAsync()
    {
        var past = time.GetUtcNow() - Keep;
        return db.Instance.ExecuteAsync($"DELETE FROM identity.address_changes WHERE coalesce(undo_until, expires_at) < {past}");
    }

    private Sql Confirms(string token) => $"c.token_hash = {LinkToken.HashOf(token) ?? []} AND {IsOpen()}";

    private Sql Undoes(string token) => $"c.undo_hash = {LinkToken.HashOf(token) ?? []} AND {IsUndoable($"c", time.GetUtcNow())}";

    /// <summary>Whoever has got another address since was asked by the one that he had. Nobody who is going to be deleted gets another.</summary>
    private Sql IsOpen() => $"""
        c.confirmed_at IS NULL AND c.ended_at IS NULL AND c.expires_at > {time.GetUtcNow()} AND c.former_key = u.email_key
          AND NOT EXISTS (SELECT FROM identity.deletions d WHERE d.user_id = u.id)
        """;

    /// <summary>Whether the former address can take a change back yet.</summary>
    /// <param name="change">The name of its row.</param>
    /// <param name="now">By the clock.</param>
    internal static Sql IsUndoable(Sql change, DateTimeOffset now) => $"({change}.ended_at IS NULL AND {change}.undo_until IS NOT NULL AND {change}.undo_until > {now})";

    private Task<Change?> FindAsync(Sql which, CancellationToken cancel) => db.Instance.FirstAsync<Change>($"""
        SELECT c.id, c.user_id, c.former, c.next, c.next_key, c.undo_until, u.email AS present, u.language
        FROM identity.address_changes c JOIN identity.users u ON u.id = c.user_id WHERE {which}
        """, cancel);
}
