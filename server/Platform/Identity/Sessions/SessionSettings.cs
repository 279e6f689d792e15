namespace Holdfast.Platform.Identity;

/// <summary>What happens to a session that is used from somewhere else than it was begun.</summary>
public enum WhenMoved
{
    /// <summary>It is noted as a security event, and the session goes on.</summary>
    Log,

    /// <summary>The session asks for the password before it does anything else.</summary>
    Ask,

    /// <summary>The session ends.</summary>
    End,
}

/// <summary>What happens where a person has as many sessions as he may.</summary>
public enum WhenFull
{
    /// <summary>The one that was used longest ago ends.</summary>
    Evict,

    /// <summary>The new one is refused.</summary>
    Refuse,
}

/// <summary>How long sessions live, how many a person has, and what a session bears.</summary>
public sealed record SessionSettings
{
    /// <summary>So long without any use. An open socket is use.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromDays(7);

    /// <summary>So long in any case.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How many one person has at once.</summary>
    public int PerPerson { get; init; } = 20;

    /// <summary>How many one who runs the instance has at once.</summary>
    public int PerOperator { get; init; } = 5;

    public WhenFull Full { get; init; } = WhenFull.Evict;

    /// <summary>When another program uses the cookie: another browser, or the same on another system.</summary>
    public WhenMoved AgentChanges { get; init; } = WhenMoved.End;

    /// <summary>When it is used from another neighbourhood of the network, as telephones and laptops do all day.</summary>
    public WhenMoved AddressChanges { get; init; } = WhenMoved.Log;

    /// <summary>Use is written down this often at most, so that reading does not become writing.</summary>
    internal static readonly TimeSpan TouchEvery = TimeSpan.FromMinutes(1);

    /// <summary>What was under way while the cookie was made anew still counts.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>How long an ended session is kept to be looked at.</summary>
    internal static readonly TimeSpan KeepEnded = TimeSpan.FromDays(90);
}
