using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Holdfast.Engine.Permissions;

/// <summary>Who acts, and through what.</summary>
/// <param name="IsSystem">The server itself acts, by a command that did its own checks; permissions do not bind it, the rules' invariants do.</param>
/// <param name="User">The person who acts, or for whom the server acts.</param>
/// <param name="Session">The session through which the person acts.</param>
/// <param name="Via">How it came: <c>sync</c>, or the name of the server's command. Kept in the log.</param>
public sealed record Actor(bool IsSystem, Guid? User, Guid? Session, string Via)
{
    /// <summary>A person at a browser.</summary>
    public static Actor Person(Guid user, Guid session) => new(IsSystem: false, user, session, "sync");

    /// <summary>A command of the server, on behalf of a person where there is one.</summary>
    public static Actor Server(string command, Guid? onBehalfOf = null) => new(IsSystem: true, onBehalfOf, Session: null, command);
}

/// <summary>What an actor may do in one workspace at one moment.</summary>
public sealed class Access
{
    private readonly IReadOnlySet<string> _permissions;
    private readonly ImmutableDictionary<string, ImmutableHashSet<Guid>> _keys;

    internal Access(Actor actor, Guid? member, string? role, IReadOnlySet<string> permissions, ImmutableDictionary<string, ImmutableHashSet<Guid>> keys)
    {
        Actor = actor;
        Member = member;
        Role = role;
        _permissions = permissions;
        _keys = keys;
    }

    public Actor Actor { get; }

    /// <summary>The member record of the person in this workspace; null for the server.</summary>
    public Guid? Member { get; }

    public string? Role { get; }

    public bool Can(string permission) => Actor.IsSystem || _permissions.Contains(permission);

    /// <summary>Whether the actor holds this key, such as that of a conversation in which he takes part.</summary>
    public bool Holds(string kind, Guid key) => KeysOf(kind).Contains(key);

    internal IReadOnlySet<string> Permissions => _permissions;

    /// <summary>The keys held, by their kind.</summary>
    internal ImmutableDictionary<string, ImmutableHashSet<Guid>> Keys => _keys;

    internal ImmutableHashSet<Guid> KeysOf(string kind) => _keys.GetValueOrDefault(kind, ImmutableHashSet<Guid>.Empty);

    /// <summary>The same person with one key more or less.</summary>
    internal Access WithKey(string kind, Guid key, bool held) =>
        new(Actor, Member, Role, _permissions, _keys.SetItem(kind, held ? KeysOf(kind).Add(key) : KeysOf(kind).Remove(key)));

    /// <summary>The same person with no rights left.</summary>
    internal Access Without() => new(Actor, Member, role: null, FrozenSet<string>.Empty, ImmutableDictionary<string, ImmutableHashSet<Guid>>.Empty);
}
