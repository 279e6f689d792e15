using System.Collections.Frozen;
using System.Collections.Immutable;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

/// <summary>The rules of one record type, as its module hands them over.</summary>
/// <param name="Class">The record type's class.</param>
/// <param name="Rules">Who may change what.</param>
public sealed record RuleRegistration(Type Class, Rules Rules);

/// <summary>Who may do what: the permissions of the roles, worked out from the record types, and the rules of the modules.</summary>
public sealed class Policy
{
    private readonly Dictionary<string, IReadOnlySet<string>> _permissions = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, Rules> _rules;

    public Policy(RecordRegistry registry, IEnumerable<RuleRegistration> rules)
    {
        _rules = rules.ToDictionary(registration => registration.Class, registration => registration.Rules);
        foreach (var role in Roles.All)
            _permissions[role] = registry.All.SelectMany(type => type.Verbs.Where(verb => IsPermitted(role, type, verb)).Select(type.Permission)).ToFrozenSet(StringComparer.Ordinal);
    }

    private static bool IsPermitted(string role, RecordType type, string verb)
    {
        if (role is Roles.Owner or Roles.Admin || verb.StartsWith("read.", StringComparison.Ordinal))
            return true;
        if (verb == "read")
            return role != Roles.Guest || type.ReadByGuests;
        if (type.Fields.FirstOrDefault(field => verb == $"see.{field.Guard?.Name}" || verb == $"change.{field.Guard?.Name}") is { } guarded)
            return guarded.Guard!.Roles.Contains(role);
        return type.ChangedBy.Contains(role) || (role == Roles.Moderator && type.ChangedBy.Contains(Roles.Member));
    }

    /// <summary>What a role permits; nothing for a role that does not exist.</summary>
    public IReadOnlySet<string> PermissionsOf(string? role) =>
        role is not null && _permissions.TryGetValue(role, out var permissions) ? permissions : FrozenSet<string>.Empty;

    internal Access AccessOf(Actor actor, Member? member) => AccessOf(actor, member?.Id, member?.Role);

    internal Access AccessOf(Actor actor, Guid? member, string? role) =>
        new(actor, member, role, PermissionsOf(role), ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty);

    /// <summary>What stands against a change: the permission of the role first, then the rules of the type.</summary>
    internal Failure? Check(RecordType type, Access access, Record? before, Record? after, IEnumerable<Record> all)
    {
        var permission = type.Permission(before is null ? "create" : after is null ? "delete" : "update");
        return access.Can(permission)
            ? _rules[type.Class].Check(access, before, after, all)
            : PermissionFailures.Denied.With($"Your role lacks the permission {permission}.", null, ("permission", permission));
    }
}
