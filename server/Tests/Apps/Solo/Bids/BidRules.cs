using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;

namespace Holdfast.Apps.Solo.Bids;

internal static class BidFailures
{
    internal static readonly FailureCode DoneIsFixed = new("bid.done", 422, "A bid that is done does not change.");
}

internal sealed class BidRules : Rules<Bid>
{
    protected override Failure? Check(Change<Bid> change) =>
        change is { Before.State: "done", After.State: "done" }
            ? BidFailures.DoneIsFixed.With("Open it again first.", "state")
            : null;
}
