using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

/// <summary>Rules of one record type, as its module hands them over, or another one that builds on it.</summary>
/// <param name="Class">The record type's class.</param>
/// <param name="Rules">Who may change what.</param>
public sealed record RuleRegistration(Type Class, Rules Rules);

/// <summary>Who may do what: the permissions of the roles, worked out from the record types, and the rules of the modules.</summary>
public sealed class Policy
{
    private readonly Dictionary<string, IReadOnlySet<string>> _permissions = new(StringComparer.Ordinal);
    private readonly ILookup<Type, Rules> _rules;

    /// <summary>The key of each type whose records can all be read by role, and the permission that hands it out.</summary>
    private readonly (Guid Key, string Permission)[] _topics;

    public Policy(RecordRegistry registry, IEnumerable<RuleRegistration> rules)
    {
        _rules = rules.ToLookup(registration => registration.Class, registration => registration.Rules);
        _topics = [.. registry.All.Where(type => type.Verbs.Contains("read")).Select(type => (type.Topic, type.ReadPermission))];
        ReadingDigest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', registry.All.SelectMany(type =>
            type.Keys.Select(key => $"{type.Name} {key.Name} {key.Kind}").Concat(type.Fields.Select(field => $"{type.Name} {field.Name} ? {field.Guard?.Name}"))))));
        foreach (var role in Roles.All)
            _permissions[role] = registry.All.SelectMany(type => type.Verbs.Where(verb => IsPermitted(role, type, verb)).Select(type.Permission)).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Of the keys, fields and guards of all record types: by other ones the same rights show something else.</summary>
    internal byte[] ReadingDigest { get; }

    private static bool IsPermitted(string role, RecordType type, string verb)
    {
        if (role is Roles.Owner or Roles.Admin || verb.StartsWith("read.", StringComparison.Ordinal))
            return true;
        if (verb == "read")
            return role != Roles.Guest || type.ReadByGuests;
        if (type.Fields.FirstOrDefault(field => verb == $"see.{field.Guard?.Name}" || verb == $"change.{field.Guard?.Name}") is { } guarded)
            return guarded.Guard!.Roles.Contains(role);
        if (verb == "reveal")
            return type.RevealedBy.Contains(role);
        return type.ChangedBy.Contains(role) || (role == Roles.Moderator && type.ChangedBy.Contains(Roles.Member));
    }

    /// <summary>What a role permits; nothing for a role that does not exist.</summary>
    public IReadOnlySet<string> PermissionsOf(string? role) =>
        role is not null && _permissions.TryGetValue(role, out var permissions) ? permissions : FrozenSet<string>.Empty;

    /// <summary>What a member may do who has this built-in role, or a role of the workspace's own instead: of what it names that which exists.</summary>
    internal IReadOnlySet<string> PermissionsOf(string? role, Role? custom) =>
        custom is null ? PermissionsOf(role) : custom.Permissions.Where(PermissionsOf(Roles.Owner).Contains).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What the server may do, which is everything, or a person who is no member, which is nothing.</summary>
    internal Access AccessOf(Actor actor) =>
        new(this, actor, member: null, FrozenSet<string>.Empty, ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty);

    /// <param name="actor">Who acts.</param>
    /// <param name="member">His member record.</param>
    /// <param name="custom">The role that it names, where it does.</param>
    /// <param name="granted">The keys that records hand out to this member.</param>
    /// <param name="since">The version of the newest record behind all this.</param>
    internal Access AccessOf(Actor actor, Member member, Role? custom, IEnumerable<(string Kind, Guid Key)> granted, long since = 0)
    {
        var permissions = PermissionsOf(member.Role, custom);
        var own = member.Party is { } party ? new[] { ("member", member.Id), ("party", party) } : [("member", member.Id)];
        var types = _topics.Where(topic => permissions.Contains(topic.Permission)).Select(topic => (RecordType.TopicKind, topic.Key));
        var keys = granted.Concat(own).Concat(types).GroupBy(key => key.Item1, key => key.Item2, StringComparer.Ordinal)
            .ToImmutableDictionary(group => group.Key, group => group.ToImmutableHashSet(), StringComparer.Ordinal);
        return new(this, actor, member, permissions, keys) { Since = since };
    }

    /// <summary>What stands against a change: the permission first, then what is guarded, then the rules of the type.</summary>
    internal Failure? Check(RecordType type, Access access, Record? before, Record? after, IEnumerable<Record> all, Surroundings around)
    {
        if (CheckPermission(type, access, before is null ? "create" : after is null ? "delete" : "update") is { } denied)
            return denied;
        // Nobody makes what he could not read, or moves something to where he could not.
        if (after is not null && !Reading.Allows(type, access, type.KeysOf(after)))
            return PermissionFailures.OutOfReach.With("The record would be one that you may not read.");
        if (type.Grant is { } grant && before is not null && after is not null && (Moves(grant.Member, before, after) || Moves(grant.Key, before, after)))
            return PermissionFailures.GrantMoved.With("Delete it and make another.", Moves(grant.Key, before, after) ? grant.Key.Name : grant.Member.Name);
        foreach (var field in type.Fields.Where(field => field.Guard is not null && after is not null))
        {
            if (Moves(field, before ?? type.New(Guid.Empty), after!) && CheckPermission(type, access, $"change.{field.Guard!.Name}", field.Name) is { } guarded)
                return guarded;
        }

        return _rules[type.Class].Select(rules => rules.Check(type, access, before, after, all, around)).FirstOrDefault(failure => failure is not null);
    }

    /// <summary>Whether the role permits it at all.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="access">Whose.</param>
    /// <param name="verb">What is done.</param>
    /// <param name="field">To which field; null for the record.</param>
    internal static Failure? CheckPermission(RecordType type, Access access, string verb, string? field = null)
    {
        var permission = type.Permission(verb);
        return access.Can(permission) ? null : PermissionFailures.Denied.With($"Your role lacks the permission {permission}.", field, ("permission", permission));
    }

    private static bool Moves(Field field, Record before, Record after) => !field.Same(field.Get(before), field.Get(after));
}
