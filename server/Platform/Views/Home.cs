using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Platform.Views;

/// <summary>
/// What someone's home in a workspace looks like, since when things are news there, and how far the tour has come. It is the
/// member's own: nobody else reads it, and so nobody else changes it. Of several, which two browsers can make at once, the oldest
/// counts.
/// </summary>
[Record("platform.home", "platform.homes", ReadByRole = false, ChangedBy = [Roles.Member, Roles.Viewer, Roles.Guest])]
[Index(nameof(Member))]
public sealed class Home : Record
{
    /// <summary>Whose it is.</summary>
    [Reference(Required = true, ReadBy = "member")]
    public Guid? Member { get; set; }

    /// <summary>The widgets that were put into the wide column, by the ids that browsers know them by.</summary>
    [TextList(100, 100)]
    public IReadOnlyList<string> Main { get; set; } = [];

    /// <summary>Those in the narrow column. A widget that stands nowhere is shown where it belongs by itself.</summary>
    [TextList(100, 100)]
    public IReadOnlyList<string> Side { get; set; } = [];

    /// <summary>Those that were put away.</summary>
    [TextList(100, 100)]
    public IReadOnlyList<string> Hidden { get; set; } = [];

    /// <summary>What others changed after it is news.</summary>
    [Time]
    public DateTimeOffset? SeenAt { get; set; }

    /// <summary>When the person was last there, by the clock of the browser.</summary>
    [Time]
    public DateTimeOffset? VisitedAt { get; set; }

    /// <summary>Whether the tour is shown, put away for later, or done; empty where it was never offered.</summary>
    [Choice("open", "away", "done")]
    public string? Tour { get; set; }

    /// <summary>The step of the tour at which the person stands.</summary>
    [Text(40)]
    public string? TourStep { get; set; }
}

internal sealed class HomeRules : Rules<Home>
{
    /// <summary>How many someone has.</summary>
    private const int Most = 5;

    protected override Failure? Check(Change<Home> change) =>
        ViewFailures.CheckMost(change, made => new Home { Member = made.Member }, Most, "homes");
}
