using Holdfast.Engine.Jobs;

namespace Holdfast.Platform.Identity;

/// <summary>Forgets, each hour, the links whose time was over long ago, those who never came back to sign up, and changes of address that nobody can take back any more.</summary>
internal sealed class LinkPruner(Links links, Wishes wishes, AddressChanges changes) : IJobHandler<LinkPruner.Asked>
{
    internal const string Kind = "identity.forget_links";

    internal sealed record Asked;

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        await links.SweepAsync();
        await wishes.SweepAsync();
        await changes.SweepAsync();
    }
}
