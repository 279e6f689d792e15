using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

public static class MemberFailures
{
    internal static readonly FailureCode LastOwner = new("member.last_owner", 422, "A workspace needs an owner.");
    public static readonly FailureCode Beyond = new("member.beyond_yours", 403, "Nobody hands out or takes away a right that he does not have.");
    internal static readonly FailureCode OwnerIsWhole = new("member.owner_is_whole", 422, "An owner may do everything, and has no other role beside.");
    internal static readonly FailureCode NoParty = new("member.no_party", 422, "A party is for guests.");
}

/// <summary>
/// A person in a workspace, with a role. Stands in the engine because delivery and the write path ask it what
/// someone may do; people become members by the commands of Platform/Workspaces.
/// </summary>
[Record("access.member", "access.members", ServerOnly = ["create"], Actions = ["invite", "watch"], RulesSeeAll = true)]
[Unique(nameof(User))]
[Index(nameof(User), AcrossWorkspaces = true)]
[Index(nameof(CustomRole))]
public sealed class Member : Record
{
    [Reference(Required = true, ReadOnly = true, Column = "user_id")]
    public Guid? User { get; set; }

    [Text(200, Required = true)]
    public string? Name { get; set; }

    [Text(254, Required = true, ReadOnly = true, Format = TextFormat.Email)]
    public string? Email { get; set; }

    [Choice(Roles.Owner, Roles.Admin, Roles.Moderator, Roles.Member, Roles.Viewer, Roles.Guest, Required = true)]
    public string? Role { get; set; } = Roles.Viewer;

    /// <summary>A role of the workspace's own, whose permissions then count instead of those of <see cref="Role"/>.</summary>
    [Reference<Role>]
    public Guid? CustomRole { get; set; }

    /// <summary>Whose records a guest sees, such as the customer for whom he signs in. To move someone to a party opens all of it to him.</summary>
    [Reference]
    [Guarded("party")]
    public Guid? Party { get; set; }
}

internal sealed class MemberRules : Rules<Member>
{
    protected override Failure? Check(Change<Member> change)
    {
        var (before, after) = (change.Before, change.After);
        if (before?.Role == Roles.Owner && !change.All.Any(member => member.Role == Roles.Owner))
            return MemberFailures.LastOwner.With("Make someone else an owner first.", "role");
        if (after?.Party is not null && after.Role != Roles.Guest)
            return MemberFailures.NoParty.With("Make the person a guest, or leave the party empty.", "party");
        if (after is { Role: Roles.Owner, CustomRole: not null })
            return MemberFailures.OwnerIsWhole.With("Take the other role away, or make the person an admin.", "customRole");
        var moves = before?.Role != after?.Role || before?.CustomRole != after?.CustomRole;
        if (moves && (!change.Access.MayHandOut(before, change.Find<Role>(before?.CustomRole)) || !change.Access.MayHandOut(after, change.Find<Role>(after?.CustomRole))))
            return MemberFailures.Beyond.With("The role holds permissions that you do not have.", "role");
        return IsRaised(before, after) && !change.Access.Actor.MayEmpower ? PermissionFailures.NotProven("role") : null;
    }

    /// <summary>Whether somebody comes to be one who lets others in and shuts them out, or gets what no built-in role says.</summary>
    private static bool IsRaised(Member? before, Member? after) =>
        (after?.Role == Roles.Owner && before?.Role != Roles.Owner)
        || (after?.Role == Roles.Admin && before?.Role is not (Roles.Owner or Roles.Admin))
        || (after?.CustomRole is not null && after.CustomRole != before?.CustomRole)
        || (after is { Role: Roles.Owner or Roles.Admin, CustomRole: null } && before?.CustomRole is not null);
}

/// <summary>What people see of their workspace. Its id is the workspace's own.</summary>
[Record("access.workspace", "access.workspaces", ReadByGuests = true, ServerOnly = ["create", "delete"])]
public sealed class Workspace : Record
{
    [Text(100, Required = true)]
    public string? Name { get; set; }
}
