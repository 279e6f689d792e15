using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Workspaces;

/// <summary>Invites from the side of those who may make, see and revoke them.</summary>
internal sealed class InviteDesk(Db db, AccessReader rights, InviteMail mail, MailSettings mails, SiteSettings site, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);
    private const int MostOpen = 100;

    internal sealed record Input
    {
        [Choice(Roles.Owner, Roles.Admin, Roles.Moderator, Roles.Member, Roles.Viewer, Required = true)]
        public string Role { get; init; } = "";

        /// <summary>Whom the link is for; whoever has it where this is empty.</summary>
        [Text(254, Format = TextFormat.Email)]
        public string? Email { get; init; }
    }

    internal sealed record Listed(Guid Id, string Role, string? Email, DateTime CreatedAt, DateTime ExpiresAt, Guid CreatedBy);

    /// <summary>POST /api/workspaces/{workspace}/invites. The link is shown this once; where mail is sent, the address gets one of its own.</summary>
    internal async Task<IResult> MakeAsync(HttpContext context, Guid workspace, SignedIn who, Input input, CancellationToken cancel)
    {
        if (await RefuseAsync(workspace, who, cancel, input.Role) is { } refused)
            return Problem.Of(refused);
        // Whoever finds a session open is not to make himself one who lets others in and shuts them out.
        if (input.Role is Roles.Owner or Roles.Admin && FreshProof.Check(context) is { } stale)
            return Problem.Of(stale);
        var (token, hash) = InviteToken.New(workspace);
        var (id, now) = (Guid.CreateVersion7(), time.GetUtcNow());
        var expires = now + Life;
        var made = await db.In(workspace).ExecuteAsync($"""
            INSERT INTO workspaces.invites (workspace_id, id, token_hash, role, email, created_by, created_at, expires_at)
            SELECT {workspace}, {id}, {hash}, {input.Role}, {input.Email}, {who.User}, {now}, {expires}
            WHERE {MostOpen} > (
              SELECT count(*) FROM workspaces.invites
              WHERE workspace_id = {workspace} AND used_at IS NULL AND revoked_at IS NULL AND expires_at > {now})
            """);
        var link = new Uri(site.PublicAddress, $"/join#{token}");
        if (made == 0)
            return Problem.Of(FieldFailures.TooMany.With($"A workspace has at most {MostOpen} open invites. Revoke some.", null, ("max", MostOpen)));
        var isMailed = input.Email is not null && mails.IsSent;
        if (isMailed)
            await mail.AskAsync(workspace, id, who.Language);
        return TypedResults.Created((string?)null, new { id, input.Role, input.Email, link, isMailed, expiresAt = expires.UtcDateTime });
    }

    /// <summary>GET /api/workspaces/{workspace}/invites: the open ones.</summary>
    internal async Task<IResult> ListAsync(Guid workspace, SignedIn who, CancellationToken cancel)
    {
        if (await RefuseAsync(workspace, who, cancel) is { } refused)
            return Problem.Of(refused);
        var invites = await db.In(workspace).QueryAsync<Listed>(
            $"""
            SELECT id, role, email, created_at, expires_at, created_by FROM workspaces.invites
            WHERE workspace_id = {workspace} AND used_at IS NULL AND revoked_at IS NULL AND expires_at > {time.GetUtcNow()}
            ORDER BY created_at DESC, id
            """, cancel);
        return TypedResults.Ok(new { invites });
    }

    /// <summary>DELETE /api/workspaces/{workspace}/invites/{invite}</summary>
    internal async Task<IResult> RevokeAsync(Guid workspace, Guid invite, SignedIn who, CancellationToken cancel)
    {
        if (await RefuseAsync(workspace, who, cancel) is { } refused)
            return Problem.Of(refused);
        var revoked = await db.In(workspace).ExecuteAsync($"""
            UPDATE workspaces.invites SET revoked_at = {time.GetUtcNow()}, revoked_by = {who.User}
            WHERE workspace_id = {workspace} AND id = {invite} AND used_at IS NULL AND revoked_at IS NULL
            """);
        return revoked == 1 ? TypedResults.NoContent() : Problem.Of(Invites.NotValidCode.With("There is no open invite with this id."));
    }

    private async Task<Failure?> RefuseAsync(Guid workspace, SignedIn who, CancellationToken cancel, string? role = null)
    {
        var (access, refused) = await who.InAsync(workspace, rights, cancel);
        if (access is null)
            return refused;
        if (!access.Can(Invites.Permission))
            return PermissionFailures.Denied.With($"Your role lacks the permission {Invites.Permission}.", null, ("permission", Invites.Permission));
        return role is null || access.MayHandOut(role) ? null : MemberFailures.Beyond.With("Invite with a role that does not exceed yours.", "role");
    }
}
