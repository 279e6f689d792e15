using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Platform.Views;

/// <summary>
/// What someone wants to see again of a list: a search, filters, an order and columns under a name. It is the member's own:
/// nobody else reads it, and so nobody else changes it.
/// </summary>
[Record("platform.view", "platform.views", ReadByRole = false, ChangedBy = [Roles.Member, Roles.Viewer, Roles.Guest])]
[Index(nameof(Member))]
public sealed class SavedView : Record
{
    /// <summary>Whose it is.</summary>
    [Reference(Required = true, ReadBy = "member")]
    public Guid? Member { get; set; }

    /// <summary>The type of the records that the list shows, such as <c>solo.customer</c>.</summary>
    [Text(100, Required = true)]
    public string? RecordType { get; set; }

    [Text(80, Required = true)]
    public string? Name { get; set; }

    /// <summary>Search, filters and order, as the list writes them into its address; empty is all records.</summary>
    [Text(4000)]
    public string? Search { get; set; }

    /// <summary>The fields shown as columns; empty is those that the list has by itself.</summary>
    [TextList(100, 50)]
    public IReadOnlyList<string> Columns { get; set; } = [];
}

internal sealed class SavedViewRules : Rules<SavedView>
{
    /// <summary>How many someone has.</summary>
    private const int Most = 200;

    protected override Failure? Check(Change<SavedView> change) =>
        ViewFailures.CheckMost(change, made => new SavedView { Member = made.Member }, Most, "views");
}
