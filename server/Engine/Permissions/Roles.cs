namespace Holdfast.Engine.Permissions;

/// <summary>The built-in roles. A workspace makes others of its own as records (<see cref="Role"/>).</summary>
public static class Roles
{
    /// <summary>May do everything that people can do.</summary>
    public const string Owner = "owner";

    /// <summary>As the owner, but for what concerns owners.</summary>
    public const string Admin = "admin";

    /// <summary>As a member, and keeps order among what people say to each other.</summary>
    public const string Moderator = "moderator";

    /// <summary>Reads everything, and changes what the record types let members change.</summary>
    public const string Member = "member";

    /// <summary>Reads everything and changes nothing.</summary>
    public const string Viewer = "viewer";

    /// <summary>Someone from outside: sees what belongs to his party or was opened to him, and nothing else.</summary>
    public const string Guest = "guest";

    /// <summary>All of them, the mightiest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Admin, Moderator, Member, Viewer, Guest];
}
