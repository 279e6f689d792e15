namespace Holdfast.Platform.Identity;

/// <summary>What a link in a mail is for: it opens nothing else.</summary>
/// <param name="Name">In the database.</param>
/// <param name="Page">The page of the browser that it opens; only what that page sends uses it up.</param>
internal sealed record LinkPurpose(string Name, string Page)
{
    /// <summary>Sets a new password.</summary>
    internal static readonly LinkPurpose Reset = new("reset", "/reset");

    /// <summary>Shows that the address is the person's.</summary>
    internal static readonly LinkPurpose Verify = new("verify", "/address/verify");

    /// <summary>
    /// Keeps an account that is going to be deleted. It goes to former addresses as well, as long as they can take the change back; no
    /// address changes meanwhile.
    /// </summary>
    internal static readonly LinkPurpose Keep = new("keep", "/keep");
}
