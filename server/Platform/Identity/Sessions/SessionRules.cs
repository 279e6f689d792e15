namespace Holdfast.Platform.Identity;

/// <summary>How long a session lives.</summary>
internal static class SessionRules
{
    /// <summary>Without any use. An open socket is use.</summary>
    internal static readonly TimeSpan Idle = TimeSpan.FromDays(7);

    /// <summary>In any case.</summary>
    internal static readonly TimeSpan Absolute = TimeSpan.FromDays(30);

    /// <summary>Use is written down this often at most, so that reading does not become writing.</summary>
    internal static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    /// <summary>How long an ended session is kept to be looked at.</summary>
    internal static readonly TimeSpan KeepEnded = TimeSpan.FromDays(90);
}
