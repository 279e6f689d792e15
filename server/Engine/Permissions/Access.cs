using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Engine.Permissions;

/// <summary>What an actor may do in one workspace at one moment.</summary>
public sealed class Access
{
    private readonly Policy _policy;
    private string? _digest;

    internal Access(
        Policy policy, Actor actor, Member? member, IReadOnlySet<string> permissions, ImmutableDictionary<string, ImmutableHashSet<Guid>> keys)
        : this(policy, actor, member?.Id, member?.Role, member?.CustomRole, permissions, keys)
    {
    }

    private Access(
        Policy policy, Actor actor, Guid? member, string? role, Guid? customRole, IReadOnlySet<string> permissions, ImmutableDictionary<string, ImmutableHashSet<Guid>> keys)
    {
        _policy = policy;
        Actor = actor;
        Member = member;
        Role = role;
        CustomRole = customRole;
        Permissions = permissions;
        Keys = keys;
    }

    public Actor Actor { get; }

    /// <summary>The member record of the person in this workspace; null for the server.</summary>
    public Guid? Member { get; }

    /// <summary>The built-in role.</summary>
    public string? Role { get; }

    internal Guid? CustomRole { get; }

    /// <summary>The version of the newest record that these rights come from: before it they may have been others.</summary>
    internal long Since { get; init; }

    internal IReadOnlySet<string> Permissions { get; }

    /// <summary>
    /// The same for the same rights, and for no others: a browser that comes back with it holds what these rights let it
    /// hold, whatever happened meanwhile.
    /// </summary>
    internal string Digest => _digest ??= DigestOf();

    /// <summary>The keys held, by their kind.</summary>
    internal ImmutableDictionary<string, ImmutableHashSet<Guid>> Keys { get; }

    public bool Can(string permission) => Actor.IsSystem || Permissions.Contains(permission);

    /// <summary>Whether the actor holds this key, such as that of a conversation in which he takes part.</summary>
    public bool Holds(string kind, Guid key) => KeysOf(kind).Contains(key);

    internal ImmutableHashSet<Guid> KeysOf(string kind) => Keys.GetValueOrDefault(kind, ImmutableHashSet<Guid>.Empty);

    /// <summary>Whether the actor has all rights of this member, and so may give or take them.</summary>
    internal bool MayHandOut(Member? member, Role? custom) =>
        member is null
        || Actor.IsSystem
        || (Role == Roles.Owner && CustomRole is null)
        || (member.Role != Roles.Owner && _policy.PermissionsOf(member.Role, custom).IsSubsetOf(Permissions));

    /// <summary>Whether the actor has all rights of a built-in role, and so may make someone a member with it.</summary>
    public bool MayHandOut(string role) => MayHandOut(new Member { Role = role }, custom: null);

    /// <summary>The same person with other keys of one kind.</summary>
    internal Access WithKeys(string kind, ImmutableHashSet<Guid> keys) => new(_policy, Actor, Member, Role, CustomRole, Permissions, Keys.SetItem(kind, keys));

    /// <summary>The same person with one key more or less.</summary>
    internal Access WithKey(string kind, Guid key, bool held) => WithKeys(kind, held ? KeysOf(kind).Add(key) : KeysOf(kind).Remove(key));

    /// <summary>The same person with no rights left.</summary>
    internal Access Without() =>
        new(_policy, Actor, Member, role: null, customRole: null, ImmutableHashSet<string>.Empty, ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty);

    private string DigestOf()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_policy.ReadingDigest);
        foreach (var permission in Permissions.Order(StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{permission}\n"));
        foreach (var (kind, keys) in Keys.Where(pair => pair.Value.Count > 0).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{kind}:\n"));
            foreach (var key in keys.Order())
                hash.AppendData(key.ToByteArray());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
