using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Mail;

namespace Holdfast.Platform.Identity;

/// <summary>Tells whoever is going to be deleted when that is, with a link by which he keeps his account.</summary>
internal sealed class DeletionMail(Db db, Deletions deletions, AddressChanges changes, Mailer mailer) : IJobHandler<DeletionMail.Asked>
{
    internal const string Kind = "identity.deletion_mail";

    /// <param name="User">Whom; the address is read when it is sent, so that the job holds none.</param>
    /// <param name="Template">One of <see cref="MailTemplates"/>.</param>
    /// <param name="Change">Goes to the former address of this change, which can take it back; else to the one that he has.</param>
    internal sealed record Asked(Guid User, string Template, Guid? Change = null);

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        if (await db.Instance.FirstAsync<User>($"SELECT id, email, name, language FROM identity.users WHERE id = {payload.User}", cancel) is not { } user
            || await deletions.FindAsync(user.Id, cancel) is not { } due)
            return;
        if (payload.Change is { } id)
        {
            if (await changes.FindUndoableAsync(id, cancel) is not { } change)
                return;
            user = user with { Email = change.Former };
        }

        var zone = await db.Instance.FirstAsync<string?>($"SELECT time_zone FROM identity.users WHERE id = {user.Id}", cancel);
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["date"] = Mailer.Date(user.Language, zone, due) };
        await mailer.DeliverAsync(new Message(payload.Template, user.Language, user.Email, values), await deletions.LinkAsync(user, due, job.Id), cancel);
    }
}
