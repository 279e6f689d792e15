using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Samples;

/// <summary>
/// Says that the workspace holds a sample, and what belongs to it. Whoever deletes this record alone keeps the rest as his own.
/// </summary>
[Record("solo.sample", "solo.samples", ChangedBy = [Roles.Member], RulesSeeAll = true)]
public sealed class Sample : Record
{
    /// <summary>A record type and an id, with a space between them.</summary>
    [TextList(max: 150, maxItems: 200)]
    public IReadOnlyList<string> Records { get; set; } = [];
}

internal static class SampleFailures
{
    internal static readonly FailureCode There = new("sample.there", 409, "The workspace holds a sample already.");
    internal static readonly FailureCode NotByHand = new("sample.not_by_hand", 422, "A sample is filled in and removed as a whole.");
    internal static readonly FailureCode NotThere = new("sample.not_there", 404, "The workspace holds no sample.");
}

internal sealed class SampleRules : Rules<Sample>
{
    /// <summary>What belongs to a sample goes with the rights of whoever removes it: nobody else names it.</summary>
    protected override Failure? Check(Change<Sample> change) =>
        change.Fields.Contains("records") || (change is { Before: null, After: { } made, Access.Actor: { IsSystem: false, Via: not SampleDoor.Fill } } && !IsRestored(made))
            ? SampleFailures.NotByHand.With("Ask for one by POST /api/workspaces/{workspace}/sample.", "records")
            : change.All.Count > 1 ? SampleFailures.There.With("Remove it before you make another.") : null;

    /// <summary>It comes back with the version of its deletion. What is not new yet has none.</summary>
    private static bool IsRestored(Sample made) => made.Version > 0;
}
