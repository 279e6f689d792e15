namespace Holdfast.Engine.Permissions;

/// <summary>The built-in roles.</summary>
public static class Roles
{
    /// <summary>May do everything that people can do.</summary>
    public const string Owner = "owner";

    /// <summary>Reads everything, and changes what the record types let members change.</summary>
    public const string Member = "member";

    /// <summary>Reads everything and changes nothing.</summary>
    public const string Viewer = "viewer";

    /// <summary>All of them, the mightiest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Member, Viewer];
}
