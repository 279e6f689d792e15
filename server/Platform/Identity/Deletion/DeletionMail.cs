using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Mail;

namespace Holdfast.Platform.Identity;

/// <summary>Tells whoever is going to be deleted when that is, with a link by which he keeps his account.</summary>
internal sealed class DeletionMail(Db db, Deletions deletions, Mailer mailer) : IJobHandler<DeletionMail.Asked>
{
    internal const string Kind = "identity.deletion_mail";

    /// <param name="User">Whom; the address is read when it is sent, so that the job holds none.</param>
    /// <param name="Template">One of <see cref="MailTemplates"/>.</param>
    internal sealed record Asked(Guid User, string Template);

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        if (await db.Instance.FirstAsync<User>($"SELECT id, email, name, language FROM identity.users WHERE id = {payload.User}", cancel) is not { } user
            || await deletions.FindAsync(user.Id, cancel) is not { } due)
            return;
        var zone = await db.Instance.FirstAsync<string?>($"SELECT time_zone FROM identity.users WHERE id = {user.Id}", cancel);
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = user.Name, ["date"] = Mailer.Date(user.Language, zone, due) };
        await mailer.DeliverAsync(new Message(payload.Template, user.Language, user.Email, values), await deletions.LinkAsync(user, due, job.Id), cancel);
    }
}
