using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Links that are sent to people's addresses, each of which works once.</summary>
internal sealed class Links(Db db, SiteSettings site, TimeProvider time)
{
    /// <summary>How long a link is remembered after its time.</summary>
    private static readonly TimeSpan KeepExpired = TimeSpan.FromDays(7);

    internal static readonly FailureCode NotValidCode = new("link.not_valid", 404, "This link is not valid, or not any more.");

    /// <summary>One answer for unknown, used, expired and replaced.</summary>
    internal static Failure NotValid() => NotValidCode.With("It was used, has expired, or a later one took its place. Ask for a new one.", "token");

    /// <summary>
    /// A new link for a person, at the public address. Earlier ones go on working until one is used or their time is over: else whoever
    /// asks for links in somebody's name would end those that the person has in his mail.
    /// </summary>
    /// <param name="purpose">What for.</param>
    /// <param name="user">Whose.</param>
    /// <param name="life">How long it works.</param>
    /// <param name="isMailed">Whether it goes to the person's address; else it is handed over, and who uses it has not shown that he has the mail.</param>
    /// <param name="id">Of whoever asks again because the last attempt failed: its link takes the place of the one before.</param>
    internal async Task<Uri> IssueAsync(LinkPurpose purpose, User user, TimeSpan life, bool isMailed, Guid? id = null)
    {
        var (token, hash) = LinkToken.New();
        var now = time.GetUtcNow();
        var own = id ?? Guid.CreateVersion7();
        await db.Instance.ExecuteAsync(
            // What is issued while the password is being set waits until it is.
            Users.Turn(user.Id),
            $"DELETE FROM identity.links WHERE id = {own}",
            $"""
            INSERT INTO identity.links (id, token_hash, purpose, user_id, email, by_mail, issued_at, expires_at)
            VALUES ({own}, {hash}, {purpose.Name}, {user.Id}, {user.Email}, {isMailed}, {now}, {now + life})
            """);
        return new Uri(site.PublicAddress, $"{purpose.Page}#{token}");
    }

    /// <summary>Whose link it is, as long as it works. Uses nothing up.</summary>
    internal Task<User?> FindAsync(string token, LinkPurpose purpose, CancellationToken cancel) => db.Instance.FirstAsync<User>(
        $"SELECT u.id, u.email, u.name, u.language FROM identity.links l JOIN identity.users u ON u.id = l.user_id WHERE {Works(token, purpose)}", cancel);

    /// <summary>Uses a link up, as part of the statement that does what it is for. Gives <c>user_id</c>, or no row: of many who try, one gets it.</summary>
    internal Sql Use(string token, LinkPurpose purpose) =>
        $"UPDATE identity.links l SET ended_at = {time.GetUtcNow()} FROM identity.users u WHERE u.id = l.user_id AND {Works(token, purpose)} RETURNING l.user_id";

    /// <summary>Ends what is open of a purpose: whoever changes a credential changes what its links were for.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="when">A condition.</param>
    internal Sql End(Guid user, LinkPurpose purpose, Sql when) =>
        $"UPDATE identity.links SET ended_at = {time.GetUtcNow()} WHERE user_id = {user} AND purpose = {purpose.Name} AND ended_at IS NULL AND {when}";

    /// <summary>Whether a link was sent to the address that it is for.</summary>
    internal static Sql IsMailed(string token) => $"EXISTS (SELECT FROM identity.links WHERE token_hash = {LinkToken.HashOf(token) ?? []} AND by_mail)";

    /// <summary>Takes back a link that reached nobody.</summary>
    internal Task TakeBackAsync(Guid id) => db.Instance.ExecuteAsync($"DELETE FROM identity.links WHERE id = {id}");

    /// <summary>Whether a person has a link that was issued after a time and works, beside one.</summary>
    internal Task<bool> HasSinceAsync(User user, LinkPurpose purpose, DateTimeOffset since, Guid but, CancellationToken cancel) => db.Instance.FirstAsync<bool>($"""
        SELECT EXISTS (SELECT FROM identity.links
          WHERE user_id = {user.Id} AND purpose = {purpose.Name} AND id <> {but} AND issued_at > {since} AND ended_at IS NULL AND email = {user.Email} AND expires_at > {time.GetUtcNow()})
        """, cancel);

    internal Task SweepAsync() => db.Instance.ExecuteAsync($"DELETE FROM identity.links WHERE expires_at < {time.GetUtcNow() - KeepExpired}");

    private Sql Works(string token, LinkPurpose purpose) => $"""
        l.token_hash = {LinkToken.HashOf(token) ?? []} AND l.purpose = {purpose.Name} AND l.ended_at IS NULL AND l.expires_at > {time.GetUtcNow()}
          AND (l.email = u.email OR {purpose.Name} = {LinkPurpose.Keep.Name})
        """;
}
