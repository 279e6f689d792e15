using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Security;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Erases a person when his time is over. Each step leaves what a second attempt needs to do the rest, and the person himself goes
/// last: whoever is killed in the middle of it, it is done after the next start.
/// </summary>
internal sealed class Eraser(Db db, Deletions deletions, Wishes wishes, Forgetting forgetting, WritePath writePath, JobDesk desk, SecurityEvents events, TimeProvider time)
    : IJobHandler<Eraser.Asked>, IJobHandler<Eraser.Due>
{
    internal const string Kind = "identity.erase";
    internal const string DueKind = "identity.erase_due";

    /// <summary>How often it looks whether a job that names the person has ended.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <param name="User">Whom.</param>
    internal sealed record Asked(Guid User);

    /// <summary>Looks who is due.</summary>
    internal sealed record Due;

    private sealed record Addressed(Guid WorkspaceId, Guid Id, string Email);

    public async Task RunAsync(Job job, Due payload, CancellationToken cancel)
    {
        await deletions.RepeatAsync();
        foreach (var user in await deletions.DueAsync(cancel))
            await desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, new Asked(user)) { OnceKey = user.ToString() });
    }

    public Task RunAsync(Job job, Asked payload, CancellationToken cancel) => EraseAsync(payload.User, cancel);

    /// <returns>False where he is not due, or others need something from him first.</returns>
    internal async Task<bool> EraseAsync(Guid user, CancellationToken cancel)
    {
        if (!await deletions.TakeAsync(user))
            return false;
        // He may have become an owner, and others may have gone, since he asked.
        if ((await deletions.ForeseeAsync(user, cancel)).Block)
        {
            await deletions.PutOffAsync(user);
            return false;
        }

        foreach (var workspace in await WorkspacesAsync(user, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            if (await DeleteAsync(workspace, user, cancel) || await forgetting.ForgetAsync(workspace, user, cancel) is null)
                continue;
            // The last one beside him may have gone in between.
            if (await DeleteAsync(workspace, user, cancel))
                continue;
            await deletions.PutOffAsync(user);
            return false;
        }

        var addresses = await AddressesAsync(user, cancel);
        foreach (var email in addresses)
        {
            await ForgetInvitesAsync(email, cancel);
            await wishes.ForgetAsync(email);
            await db.Instance.ExecuteAsync($"DELETE FROM identity.address_changes WHERE next_key = {EmailKey.Of(email)} AND confirmed_at IS NULL");
        }

        await ForgetJobsAsync([user.ToString(), .. addresses.Select(address => address.ToLowerInvariant())], cancel);

        await db.System.ExecuteAsync($"SELECT security.erase({user})");
        await events.NoteAsync(new SecurityEvent(SecurityEventNames.UserDeleted) { User = user });
        await db.Instance.ExecuteAsync(
            $"INSERT INTO identity.erasures (user_id, erased_at) VALUES ({user}, {time.GetUtcNow()}) ON CONFLICT DO NOTHING",
            $"DELETE FROM identity.users WHERE id = {user}");
        return true;
    }

    /// <summary>
    /// The one that he has, and those that he had, as long as that is remembered and nobody else has them now; each only where it was
    /// shown to be his. What else there is for another address is of whoever has its mail, and was never this person's.
    /// </summary>
    private Task<IReadOnlyList<string>> AddressesAsync(Guid user, CancellationToken cancel) => db.Instance.QueryAsync<string>(
        $"""
        SELECT email FROM identity.users WHERE id = {user} AND verified_at IS NOT NULL
        UNION SELECT c.former FROM identity.address_changes c
          WHERE c.user_id = {user} AND c.undo_until IS NOT NULL AND NOT EXISTS (SELECT FROM identity.users o WHERE o.email_key = c.former_key AND o.id <> {user})
        """, cancel);

    /// <summary>Where he is, and where he was once.</summary>
    private Task<IReadOnlyList<Guid>> WorkspacesAsync(Guid user, CancellationToken cancel) => db.System.QueryAsync<Guid>(
        $"""
        SELECT workspace_id FROM access.members WHERE user_id = {user}
        UNION SELECT workspace_id FROM engine.tombstones WHERE type = 'access.member' AND before ->> 'user' = {user.ToString()}
        """, cancel);

    /// <summary>Deletes a workspace in which he is alone. One that he left is not deleted for having nobody else in it.</summary>
    private async Task<bool> DeleteAsync(Guid workspace, Guid user, CancellationToken cancel) =>
        await db.In(workspace).FirstAsync<bool>($"SELECT EXISTS (SELECT FROM access.members WHERE workspace_id = {workspace} AND user_id = {user})", cancel)
            && await writePath.DeleteWorkspaceAsync(workspace, user);

    private async Task ForgetInvitesAsync(string email, CancellationToken cancel)
    {
        var key = EmailKey.Fold(email);
        var addressed = await db.System.QueryAsync<Addressed>($"SELECT workspace_id, id, email FROM workspaces.invites WHERE email IS NOT NULL", cancel);
        foreach (var group in addressed.Where(invite => EmailKey.Fold(invite.Email) == key).GroupBy(invite => invite.WorkspaceId, invite => invite.Id))
            await db.In(group.Key).ExecuteAsync($"DELETE FROM workspaces.invites WHERE workspace_id = {group.Key} AND id = ANY({group.ToArray()})");
    }

    /// <summary>
    /// The instance's own jobs that name him or his address: mail to him, waiting or remembered, with what a mail server said of it. One
    /// that runs is waited for: how it ends is remembered, or it waits once more.
    /// </summary>
    private async Task ForgetJobsAsync(string[] names, CancellationToken cancel)
    {
        Sql Names(Sql carried) => $"""
            EXISTS (SELECT FROM jsonb_path_query({carried}, 'strict $.**') AS part WHERE jsonb_typeof(part) = 'string' AND lower(part #>> ARRAY[]::text[]) = ANY({names}))
            """;
        using var timer = new PeriodicTimer(Pace);
        do
        {
            var isUnderWay = await db.System.FirstAsync<bool>(
                $"SELECT EXISTS (SELECT FROM engine.jobs WHERE workspace_id = {Guid.Empty} AND worker_id IS NOT NULL AND kind <> {Kind} AND {Names($"payload")})", cancel);
            await db.System.ExecuteAsync(
                $"DELETE FROM engine.jobs WHERE workspace_id = {Guid.Empty} AND worker_id IS NULL AND {Names($"payload")}",
                $"DELETE FROM engine.job_ends WHERE workspace_id = {Guid.Empty} AND {Names($"job -> 'payload'")}");
            if (!isUnderWay)
                return;
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }
}
