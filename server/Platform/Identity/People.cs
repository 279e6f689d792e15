using Holdfast.Engine.Storage;
using Holdfast.Engine.Transfer;

namespace Holdfast.Platform.Identity;

/// <summary>People who come and go with a workspace from one instance to another.</summary>
public sealed class People(Db db)
{
    private sealed record Here(Guid Known, Guid Id);

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
            ORDER BY given.id, u.id = given.id DESC
            """, cancel);
        return here.ToDictionary(row => row.Id, row => row.Known);
    }

    /// <summary>What adds a person under the id that he had.</summary>
    /// <exception cref="TransferException">To check his password would take so long that nobody else could sign in.</exception>
    public static IReadOnlyList<Sql> Add(TransferPerson person) => person.Password is { } hash && !Sodium.IsAffordable(hash)
        ? throw new TransferException($"The password of person {person.Id} is kept in a form that this version does not take. Export again with a version that is not newer than this one.")
        :
    [
        $"""
        INSERT INTO identity.users (id, email, email_key, name, language, created_at)
        VALUES ({person.Id}, {person.Email}, {EmailKey.Of(person.Email)}, {person.Name}, {person.Language}, now())
        """,
        $"""
        INSERT INTO identity.credentials (id, user_id, kind, secret, created_at, changed_at)
        SELECT {Guid.CreateVersion7()}, {person.Id}, 'password', {person.Password}, now(), now() WHERE {person.Password}::text IS NOT NULL
        """,
    ];
}
