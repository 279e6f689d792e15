using Holdfast.Engine.Failures;

namespace Holdfast.Platform.Operator;

internal static class OperatorFailures
{
    internal static readonly FailureCode Required = new("operator.required", 403, "Only who runs this server may do this.");
    internal static readonly FailureCode UserUnknown = new("user.unknown", 404, "There is no such person.");
    internal static readonly FailureCode QueueUnknown = new("queue.unknown", 404, "There is no such queue.");
    internal static readonly FailureCode ConsumerUnknown = new("consumer.unknown", 404, "There is no such consumer.");
    internal static readonly FailureCode NotFailing = new("consumer.not_failing", 409, "This entry does not fail at the moment.");
    internal static readonly FailureCode CannotRebuild = new("consumer.cannot_rebuild", 409, "This consumer is not sent back to the start.");
}
