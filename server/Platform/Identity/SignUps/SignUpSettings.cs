namespace Holdfast.Platform.Identity;

/// <summary>Who may sign up, and what he shows before he is let in.</summary>
public sealed record SignUpSettings
{
    /// <summary>Whether anybody may. Else only who has an invite, and who has the link that the start prints.</summary>
    public bool IsOpen { get; init; }

    /// <summary>
    /// Whether a mail shows that the address is the person's own before he sees any data, at his sign-up and, where he is there already,
    /// from then on. Else whoever signs up is told when an address is taken.
    /// </summary>
    public bool VerifiesFirst { get; init; }
}
