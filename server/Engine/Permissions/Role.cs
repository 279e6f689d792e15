using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

/// <summary>A role that a workspace made for itself: what its members may do instead of what their built-in role permits.</summary>
[Record("access.role", "access.roles")]
[Unique(nameof(Name))]
public sealed class Role : Record
{
    [Text(100, Required = true)]
    public string? Name { get; set; }

    /// <summary>Permissions by their names, such as <c>solo.customer.update</c>.</summary>
    [TextList(200, 1000)]
    public IReadOnlyList<string> Permissions { get; set; } = [];
}

internal sealed class RoleRules : Rules<Role>
{
    /// <summary>Nobody hands out or takes away, through a role, what he does not have himself; what does not exist nobody has.</summary>
    protected override Failure? Check(Change<Role> change) =>
        Moved(change.Before?.Permissions ?? [], change.After?.Permissions ?? []).FirstOrDefault(permission => !change.Access.Can(permission)) is { } beyond
            ? RoleFailures.Beyond.With($"You do not have the permission '{beyond}' yourself, or there is none of this name.", "permissions", ("permission", beyond))
            : change.Before is { } before && change.After is { } after && after.Permissions.Except(before.Permissions, StringComparer.Ordinal).Any()
                && !change.Access.Actor.MayEmpower
                ? PermissionFailures.NotProven("permissions")
                : null;

    private static IEnumerable<string> Moved(IReadOnlyList<string> before, IReadOnlyList<string> after) =>
        after.Except(before, StringComparer.Ordinal).Concat(before.Except(after, StringComparer.Ordinal));
}

internal static class RoleFailures
{
    internal static readonly FailureCode Beyond = new("role.beyond_yours", 403, "A role takes permissions that you do not have.");
}
