using System.Collections.Frozen;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

/// <summary>The built-in roles and what they permit, worked out from the record types.</summary>
public sealed class Roles
{
    public const string Owner = "owner";
    public const string Member = "member";
    public const string Viewer = "viewer";

    private readonly Dictionary<string, IReadOnlySet<string>> _permissions = new(StringComparer.Ordinal);

    internal Roles(IReadOnlyList<RecordType> types)
    {
        foreach (var role in All)
        {
            _permissions[role] = types
                .SelectMany(type => type.Verbs.Where(verb => verb == "read" || role == Owner || type.ChangedBy.Contains(role)).Select(type.Permission))
                .ToFrozenSet(StringComparer.Ordinal);
        }
    }

    /// <summary>All built-in roles, the mightiest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Member, Viewer];

    /// <summary>What a role permits; nothing for a role that does not exist.</summary>
    public IReadOnlySet<string> PermissionsOf(string? role) =>
        role is not null && _permissions.TryGetValue(role, out var permissions) ? permissions : FrozenSet<string>.Empty;

    internal Access AccessOf(Actor actor, Member? member) => AccessOf(actor, member?.Id, member?.Role);

    internal Access AccessOf(Actor actor, Guid? member, string? role) => new(actor, member, role, PermissionsOf(role));
}
