using Holdfast.Engine.Storage;
using Holdfast.Platform.Security;

namespace Holdfast.Platform.Identity;

/// <summary>One who runs the instance.</summary>
public sealed record Operator(string Email, DateTime Since);

/// <summary>Who runs the instance: whoever signed up by the link that the start printed (<see cref="FirstLink"/>), and whom the commands made one.</summary>
public sealed class Operators(Db db, SecurityEvents events, TimeProvider time)
{
    public Task<IReadOnlyList<Operator>> ListAsync(CancellationToken cancel) =>
        db.Instance.QueryAsync<Operator>($"SELECT u.email, o.since FROM identity.operators o JOIN identity.users u ON u.id = o.user_id ORDER BY o.since, u.email", cancel);

    /// <summary>Makes a person one; who is one already stays it.</summary>
    /// <returns>False where nobody has signed up with the address.</returns>
    public async Task<bool> AddAsync(string email, CancellationToken cancel)
    {
        if (await FindAsync(email, cancel) is not { } user)
            return false;
        if (await db.Instance.ExecuteAsync($"INSERT INTO identity.operators (user_id, since) VALUES ({user}, {time.GetUtcNow()}) ON CONFLICT (user_id) DO NOTHING") == 1)
        {
            await ChangedAsync(user, "to");
        }

        return true;
    }

    /// <summary>Takes it from a person.</summary>
    /// <returns>False where nobody with the address was one.</returns>
    public async Task<bool> RemoveAsync(string email, CancellationToken cancel)
    {
        if (await FindAsync(email, cancel) is not { } user || await db.Instance.ExecuteAsync($"DELETE FROM identity.operators WHERE user_id = {user}") != 1)
            return false;
        await ChangedAsync(user, "from");
        return true;
    }

    private async Task ChangedAsync(Guid user, string side)
    {
        // As RoleWatch does for a workspace: what was planted before does not come into other rights.
        await db.Instance.ExecuteAsync(Sessions.RenewAllOf(user));
        await events.NoteAsync(new SecurityEvent(SecurityEventNames.RightsChanged)
        {
            User = user,
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { [side] = "operator" },
        });
    }

    internal async Task<bool> IsAsync(Guid user, CancellationToken cancel) =>
        await db.Instance.FirstAsync<bool>($"SELECT EXISTS (SELECT FROM identity.operators WHERE user_id = {user})", cancel);

    private Task<Guid?> FindAsync(string email, CancellationToken cancel) =>
        db.Instance.FirstAsync<Guid?>($"SELECT id FROM identity.users WHERE email_key = {EmailKey.Of(email)}", cancel);
}
