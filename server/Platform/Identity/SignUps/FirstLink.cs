using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;

namespace Holdfast.Platform.Identity;

/// <summary>
/// The link by which somebody signs up who runs the instance from then on. Whoever can read what the start prints has the machine; a
/// stranger who finds the address of a new server first has not, even where anybody may sign up.
/// </summary>
public sealed class FirstLink(Db db, SiteSettings site)
{
    /// <summary>Makes one, which ends the one before.</summary>
    /// <returns>Null where somebody runs the instance.</returns>
    public async Task<Uri?> IssueAsync()
    {
        if (await db.Instance.FirstAsync<bool>($"SELECT EXISTS (SELECT FROM identity.operators)"))
            return null;
        var (token, hash) = LinkToken.New();
        await db.Instance.ExecuteAsync(
            $"INSERT INTO identity.first_link (token_hash) VALUES ({hash}) ON CONFLICT (is_one) DO UPDATE SET token_hash = excluded.token_hash");
        return new Uri(site.PublicAddress, $"/sign-up#{token}");
    }

    /// <summary>Whether somebody is there.</summary>
    internal Task<bool> IsAnybodyThereAsync() => db.Instance.FirstAsync<bool>($"SELECT EXISTS (SELECT FROM identity.users)");

    internal Task<bool> WorksAsync(string token, CancellationToken cancel) => db.Instance.FirstAsync<bool>(
        $"SELECT EXISTS (SELECT FROM identity.first_link WHERE token_hash = {LinkToken.HashOf(token) ?? []}) AND NOT EXISTS (SELECT FROM identity.operators)", cancel);

    /// <summary>Uses it up: of many who try, one succeeds.</summary>
    internal async Task<bool> UseAsync(string token) => await db.Instance.ExecuteAsync(
        $"DELETE FROM identity.first_link WHERE token_hash = {LinkToken.HashOf(token) ?? []} AND NOT EXISTS (SELECT FROM identity.operators)") == 1;

    /// <summary>Takes that back: nobody came of it.</summary>
    internal Task PutBackAsync(string token) =>
        db.Instance.ExecuteAsync($"INSERT INTO identity.first_link (token_hash) VALUES ({LinkToken.HashOf(token) ?? []}) ON CONFLICT DO NOTHING");
}
