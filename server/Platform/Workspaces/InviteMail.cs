using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;

namespace Holdfast.Platform.Workspaces;

/// <summary>
/// Sends an invite to the address that it is for, by a link of its own: whoever comes by that one has shown that the address is his.
/// </summary>
internal sealed class InviteMail(Db db, JobDesk desk, Mailer mailer, SiteSettings site, TimeProvider time) : IJobHandler<InviteMail.Asked>
{
    internal const string Kind = "workspaces.invite";

    /// <param name="Workspace">Where it leads.</param>
    /// <param name="Invite">Which.</param>
    /// <param name="Language">Of whoever invites: nobody knows yet what the other reads.</param>
    internal sealed record Asked(Guid Workspace, Guid Invite, string Language);

    private sealed record Row(string Email, string WorkspaceName, string InvitedBy);

    internal Task AskAsync(Guid workspace, Guid invite, string language) =>
        desk.EnqueueAsync(Guid.Empty, Actor.Server(Kind), new NewJob(Kind, new Asked(workspace, invite, language)));

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        var (workspace, invite, language) = payload;
        var (token, hash) = InviteToken.New(workspace);
        var row = await db.In(workspace).FirstAsync<Row>(
            $"""
            UPDATE workspaces.invites i SET mail_hash = {hash}
            FROM access.workspaces w, access.members m
            WHERE i.workspace_id = {workspace} AND i.id = {invite} AND i.email IS NOT NULL
              AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > {time.GetUtcNow()}
              AND w.workspace_id = i.workspace_id AND w.id = i.workspace_id AND m.workspace_id = i.workspace_id AND m.user_id = i.created_by
            RETURNING i.email, w.name AS workspace_name, m.name AS invited_by
            """, cancel);
        if (row is null)
            return;
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["workspace"] = row.WorkspaceName, ["by"] = row.InvitedBy };
        await mailer.DeliverAsync(new Message(MailTemplates.Invite, language, row.Email, values), new Uri(site.PublicAddress, $"/join#{token}"), cancel);
    }
}
