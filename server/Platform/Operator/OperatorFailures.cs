using Holdfast.Engine.Failures;

namespace Holdfast.Platform.Operator;

internal static class OperatorFailures
{
    internal static readonly FailureCode Required = new("operator.required", 403, "Only who runs this server may do this.");
    internal static readonly FailureCode QueueUnknown = new("queue.unknown", 404, "There is no such queue.");
}
