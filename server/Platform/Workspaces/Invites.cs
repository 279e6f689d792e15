using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Workspaces;

/// <summary>Invites from the side of those who hold a link.</summary>
public sealed class Invites(Db db, WritePath writePath, RecordRegistry registry, Policy policy, Memberships memberships, TimeProvider time)
{
    internal const string Permission = "access.member.invite";

    internal static readonly FailureCode NotValidCode = new("invite.not_valid", 404, "This invite is not valid, or not any more.");
    internal static readonly FailureCode OtherAddress = new("invite.other_address", 403, "This invite is for another address.");
    internal static readonly FailureCode AlreadyMemberCode = new("invite.already_member", 409, "You are in this workspace already.");

    /// <summary>An invite that can be accepted.</summary>
    /// <param name="Id">The invite.</param>
    /// <param name="WorkspaceId">Where it leads.</param>
    /// <param name="WorkspaceName">What that is called.</param>
    /// <param name="Role">What it makes of whoever accepts.</param>
    /// <param name="Email">The address that it is for; null for whoever has the link.</param>
    /// <param name="InvitedBy">The name of whoever made it.</param>
    /// <param name="IsByMail">Whether the token is that of the link that was sent to the address.</param>
    public sealed record Open(Guid Id, Guid WorkspaceId, string WorkspaceName, string Role, string? Email, string InvitedBy, bool IsByMail)
    {
        /// <summary>Whether whoever comes by it has shown that this address is his.</summary>
        internal bool Shows(string email) => IsByMail && Email is not null && EmailKey.Fold(Email) == EmailKey.Fold(email);

        /// <summary>Why it is not for whoever signs up with this address; null where it is.</summary>
        internal Failure? RefusalOf(string email) => Email is null || EmailKey.Fold(Email) == EmailKey.Fold(email) ? null : ForAnother();
    }

    /// <summary>One answer for unknown, used, expired and revoked.</summary>
    public static Failure NotValid() => NotValidCode.With("It was used, has expired or was taken back. Ask for a new link.", "token");

    /// <summary>What a token opens. An invite holds only as long as whoever made it may make it.</summary>
    public async Task<Open?> FindOpenAsync(string token, CancellationToken cancel) =>
        InviteToken.Read(token) is { } key ? await FindOpenAsync(key, cancel) : null;

    private Task<Open?> FindOpenAsync(InviteKey key, CancellationToken cancel) => db.In(key.Workspace).FirstAsync<Open>(
                $"""
                SELECT i.id, i.workspace_id, w.name AS workspace_name, i.role, i.email, m.name AS invited_by, i.mail_hash IS NOT DISTINCT FROM {key.Hash} AS is_by_mail
                FROM workspaces.invites i
                JOIN access.workspaces w ON w.workspace_id = i.workspace_id AND w.id = i.workspace_id
                JOIN access.members m ON m.workspace_id = i.workspace_id AND m.user_id = i.created_by
                LEFT JOIN access.roles r ON r.workspace_id = m.workspace_id AND r.id = m.custom_role
                WHERE ({MayInvite()}) AND i.workspace_id = {key.Workspace} AND (i.token_hash = {key.Hash} OR i.mail_hash = {key.Hash})
                  AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > {time.GetUtcNow()}
                """, cancel);

    /// <summary>Makes the person a member and uses the invite up, both or neither: of many who try, one succeeds.</summary>
    public Task<(Membership? Joined, Failure? Failure)> AcceptAsync(string token, Person person) =>
        InviteToken.Read(token) is { } key ? AcceptAsync(key, person) : Task.FromResult<(Membership?, Failure?)>((null, NotValid()));

    /// <inheritdoc cref="AcceptAsync(string, Person)"/>
    internal async Task<(Membership? Joined, Failure? Failure)> AcceptAsync(InviteKey key, Person person)
    {
        var workspace = key.Workspace;
        // Who is in already hears so, even where the link was used: it may have been by the same person a moment ago.
        if (await FindAsync(workspace, person) is { } member)
            return (null, AlreadyMember(member));
        if (await FindOpenAsync(key, CancellationToken.None) is not { } invite)
            return (null, NotValid());
        if (invite.Email is { } email && !await HasAsync(person, email))
            return (null, ForAnother());

        var now = time.GetUtcNow();
        Sql use = $"""
            UPDATE workspaces.invites AS i SET used_at = {now}, used_by = {person.Id}
            WHERE i.workspace_id = {workspace} AND i.id = {invite.Id} AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > {now}
              AND EXISTS (
                SELECT FROM access.members m LEFT JOIN access.roles r ON r.workspace_id = m.workspace_id AND r.id = m.custom_role
                WHERE m.workspace_id = i.workspace_id AND m.user_id = i.created_by AND ({MayInvite()}))
            """;
        var outcome = await writePath.WriteAsync(workspace, new Transaction
        {
            Id = Guid.CreateVersion7(),
            Actor = Actor.Server("AcceptInvite", person.Id),
            Operations =
            [
                Compose.Create(registry, Guid.CreateVersion7(), new Member { User = person.Id, Name = person.Name, Email = person.Email, Role = invite.Role }),
            ],
            Companions = [new Companion(use, NotValid())],
        });
        if (outcome.Succeeded)
            return (new Membership(workspace, invite.WorkspaceName, invite.Role), null);
        // Two links accepted by one person at once: the second finds the first's member.
        return outcome.Failure?.Code == WriteFailures.NotUnique && await FindAsync(workspace, person) is { } joined
            ? (null, AlreadyMember(joined))
            : (null, outcome.Failure ?? throw new InvalidOperationException($"The invite {invite.Id} could not be used: {outcome.Word}"));
    }

    /// <summary>Whether the member <c>m</c> with the role <c>r</c> of the workspace's own has the permission, and all that the invite <c>i</c> gives.</summary>
    private Sql MayInvite() => Sql.Join("OR", "false", [.. Roles.All.Select(role =>
    {
        var needed = policy.PermissionsOf(role).Append(Permission).ToArray();
        var built = Roles.All.Where(own => needed.All(policy.PermissionsOf(own).Contains) && (role != Roles.Owner || own == Roles.Owner)).ToArray();
        return (Sql)$"i.role = {role} AND CASE WHEN m.custom_role IS NULL THEN m.role = ANY({built}) ELSE {role} <> {Roles.Owner} AND r.permissions @> {needed} END";
    })]);

    private Task<bool> HasAsync(Person person, string email) =>
        db.Instance.FirstAsync<bool>($"""
            SELECT EXISTS (SELECT FROM identity.users WHERE id = {person.Id} AND email_key = {EmailKey.Of(email)})
              -- Or had it when it was made: who moved on from an address that was shown to be his is still the one who was meant.
              OR EXISTS (SELECT FROM identity.address_changes WHERE user_id = {person.Id} AND former_key = {EmailKey.Of(email)} AND undo_until IS NOT NULL AND ended_at IS NULL)
            """);

    private Task<Membership?> FindAsync(Guid workspace, Person person) => memberships.InAsync(workspace, person.Id, CancellationToken.None);

    private static Failure ForAnother() => OtherAddress.With("Use the address that it was made for, or ask for a link of your own.", "email");

    private static Failure AlreadyMember(Membership member) => AlreadyMemberCode.With(
        "Go to the workspace. To have another role, ask an owner.", null, ("workspace", member.Id), ("name", member.Name));
}
