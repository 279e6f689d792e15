using Holdfast.Engine.Storage;
using Holdfast.Engine.Transfer;

namespace Holdfast.Platform.Identity;

/// <summary>What a person is called, and his address.</summary>
internal sealed record PersonName(string Name, string Email);

/// <summary>People who come and go with a workspace from one instance to another.</summary>
public sealed class People(Db db, TimeProvider time)
{
    private sealed record Here(Guid Known, Guid Id);

    private sealed record Called(Guid Id, string Name, string Email);

    /// <summary>What people of this instance are called, and their addresses, by id. Who is gone is left out.</summary>
    internal async Task<IReadOnlyDictionary<Guid, PersonName>> NamesAsync(Guid[] users, CancellationToken cancel)
    {
        var named = await db.Instance.QueryAsync<Called>($"SELECT id, name, email FROM identity.users WHERE id = ANY({users})", cancel);
        return named.ToDictionary(person => person.Id, person => new PersonName(person.Name, person.Email));
    }

    /// <summary>The people of these ids, with the hashes of their passwords.</summary>
    public Task<IReadOnlyList<TransferPerson>> FindAsync(Guid[] users, CancellationToken cancel) => db.Instance.QueryAsync<TransferPerson>(
        $"""
        SELECT u.id, u.email, u.name, u.language, c.secret AS password
        FROM identity.users u LEFT JOIN identity.credentials c ON c.user_id = u.id AND c.kind = 'password'
        WHERE u.id = ANY({users}) ORDER BY u.id
        """, cancel);

    /// <summary>Who of them is here already, by id or by address, and under which id.</summary>
    public async Task<IReadOnlyDictionary<Guid, Guid>> MatchAsync(IReadOnlyList<TransferPerson> people, CancellationToken cancel)
    {
        var ids = people.Select(person => person.Id).ToArray();
        var emails = people.Select(person => EmailKey.Fold(person.Email)).ToArray();
        var here = await db.Instance.QueryAsync<Here>(
            $"""
            SELECT DISTINCT ON (given.id) u.id AS known, given.id FROM unnest({ids}, {emails}) AS given(id, email)
            JOIN identity.users u ON u.id = given.id OR u.email_key = identity.email_key(given.email)
              -- Whose address it was, and can be again.
              OR u.id IN ({Addresses.Holders($"identity.email_key(given.email)", time.GetUtcNow())})
            ORDER BY given.id, u.id = given.id DESC
            """, cancel);
        return here.ToDictionary(row => row.Id, row => row.Known);
    }

    /// <summary>
    /// What adds a person under the id that he had. A password that was kept in another form or at higher costs than today's does not come
    /// with him: he sets a new one by a link.
    /// </summary>
    public static IReadOnlyList<Sql> Add(TransferPerson person) =>
    [
        $"""
        INSERT INTO identity.users (id, email, email_key, name, language, created_at)
        VALUES ({person.Id}, {person.Email}, {EmailKey.Of(person.Email)}, {person.Name}, {person.Language}, now())
        """,
        .. person.Password is not { } hash || !Sodium.IsAffordable(hash) ? Array.Empty<Sql>() :
        [
            $"""
            INSERT INTO identity.credentials (id, user_id, kind, secret, created_at, changed_at)
            VALUES ({Guid.CreateVersion7()}, {person.Id}, 'password', {hash}, now(), now())
            """,
        ],
    ];
}
