namespace Holdfast.Engine.Permissions;

/// <summary>Who acts, and through what.</summary>
/// <param name="IsSystem">The server itself acts, by a command that did its own checks; permissions do not bind it, the rules' invariants do.</param>
/// <param name="User">The person who acts, or for whom the server acts.</param>
/// <param name="Session">The session through which the person acts.</param>
/// <param name="Via">How it came: <c>sync</c>, <c>http</c>, or the name of the server's command. Kept in the log.</param>
public sealed record Actor(bool IsSystem, Guid? User, Guid? Session, string Via)
{
    /// <summary>
    /// Whether the person has proven the password a moment ago, as whoever lets him in says: a session that somebody left open is not
    /// enough to make somebody powerful. Never for a token. It is of this moment, and kept nowhere.
    /// </summary>
    public bool IsProven { get; init; }

    /// <summary>Whether it may make somebody powerful, as far as the proof goes.</summary>
    internal bool MayEmpower => IsSystem || IsProven;

    /// <summary>A person at a browser.</summary>
    public static Actor Person(Guid user, Guid session) => new(IsSystem: false, user, session, "sync");

    /// <summary>A command of the server, on behalf of a person where there is one.</summary>
    public static Actor Server(string command, Guid? onBehalfOf = null) => new(IsSystem: true, onBehalfOf, Session: null, command);
}
