using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

internal static class MemberFailures
{
    internal static readonly FailureCode LastOwner = new("member.last_owner", 422, "A workspace needs an owner.");
}

/// <summary>
/// A person in a workspace, with a role. Stands in the engine because delivery and the write path ask it what
/// someone may do; people become members by the commands of Platform/Workspaces.
/// </summary>
[Record("access.member", "access.members", ServerOnly = ["create"], RulesSeeAll = true)]
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
}

internal sealed class MemberRules : Rules<Member>
{
    protected override Failure? Check(Change<Member> change) =>
        change.Before?.Role == Roles.Owner && !change.All.Any(member => member.Role == Roles.Owner)
            ? MemberFailures.LastOwner.With("Make someone else an owner first.", "role")
            : null;
}

/// <summary>What people see of their workspace. Its id is the workspace's own.</summary>
[Record("access.workspace", "access.workspaces", ReadByGuests = true, ServerOnly = ["create", "delete"])]
public sealed class Workspace : Record
{
    [Text(100, Required = true)]
    public string? Name { get; set; }
}
