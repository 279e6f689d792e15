using Holdfast.Engine.Jobs;

namespace Holdfast.Platform.Identity;

/// <summary>
/// Forgets, each hour, the links whose time was over long ago, those who never came back to sign up, and changes of address that nobody
/// can take back any more. For the newest it makes up for what a process that was killed did not get to.
/// </summary>
internal sealed class LinkPruner(Links links, Wishes wishes, AddressChanges changes, JobDesk desk) : IJobHandler<LinkPruner.Asked>
{
    internal const string Kind = "identity.forget_links";

    internal sealed record Asked;

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        await links.SweepAsync();
        await wishes.SweepAsync();
        await changes.SweepAsync();
        foreach (var (change, user, isUntold) in await changes.LateAsync(cancel))
        {
            await FollowAddress.AskAsync(desk, user);
            if (isUntold)
                await UndoMail.AskAsync(desk, change);
        }
    }
}
