using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;

namespace Holdfast.Platform.Identity;

/// <summary>Tells the former address of a person that it is his no more, with the link by which it takes that back.</summary>
internal sealed class UndoMail(Db db, AddressChanges changes, Mailer mailer, SiteSettings site) : IJobHandler<UndoMail.Asked>
{
    internal const string Kind = "identity.undo_address";

    /// <summary>The page behind the link.</summary>
    private const string Page = "/address/undo";

    internal sealed record Asked(Guid Change);

    private sealed record Reader(string Language, string? TimeZone);

    internal static Task AskAsync(JobDesk desk, Guid change) => desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, new Asked(change)));

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        // An address that was never shown to be the person's gets none: it may be somebody else's.
        if (await changes.FindUndoableAsync(payload.Change, cancel) is not { UndoUntil: { } until } change
            || await db.Instance.FirstAsync<Reader>($"SELECT language, time_zone FROM identity.users WHERE id = {change.UserId}", cancel) is not { } reader)
            return;
        var (token, hash) = LinkToken.New();
        await changes.SetUndoAsync(change.Id, hash);
        await mailer.DeliverAsync(
            new Message(MailTemplates.AddressChanged, reader.Language, change.Former, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["next"] = change.Next,
                ["until"] = Mailer.Time(reader.Language, reader.TimeZone, until),
            }),
            new Uri(site.PublicAddress, $"{Page}#{token}"), cancel);
    }
}
