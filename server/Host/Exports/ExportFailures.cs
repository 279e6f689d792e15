using Holdfast.Engine.Failures;

namespace Holdfast.Host.Exports;

internal static class ExportFailures
{
    internal static readonly FailureCode OwnersOnly = new("export.owners_only", 403, "Only an owner exports a workspace.");
    internal static readonly FailureCode NoKey = new("export.no_key", 409, "The server has no key to seal what is secret in an export.");
    internal static readonly FailureCode Running = new("export.running", 409, "An export of this workspace is being made.");
    internal static readonly FailureCode NotWritten = new("export.not_written", 409, "The server could not write the file.");
    internal static readonly FailureCode Gone = new("export.gone", 404, "This export is not there, or not any more.");
}
