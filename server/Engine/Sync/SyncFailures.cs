using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Sync;

internal static class SyncFailures
{
    internal static readonly FailureCode Malformed = new("frame.malformed", 400, "A message is not well formed.");
    internal static readonly FailureCode Unknown = new("frame.unknown", 400, "There is no such message.");
    internal static readonly FailureCode TooLarge = new("frame.too_large", 413, "A message is larger than it may be.");
    internal static readonly FailureCode OutOfOrder = new("frame.out_of_order", 400, "A message came at a moment where it has no meaning.");
    internal static readonly FailureCode Protocol = new("protocol.unsupported", 400, "This server does not speak that version of the protocol.");
    internal static readonly FailureCode ScopeUnknown = new("scope.unknown", 404, "There is no such scope, or you may not read it.");
    internal static readonly FailureCode TooManyScopes = new("scope.too_many", 422, "A connection subscribes to more scopes than it may.");
    internal static readonly FailureCode TooOften = new("frame.too_often", 429, "Messages come faster than they are read.");
    internal static readonly FailureCode TooManySockets = new("socket.too_many", 429, "One person has more connections open than he may.");
    internal static readonly FailureCode BrowserTaken = new("browser.not_yours", 409, "This browser id belongs to someone else.");
    internal static readonly FailureCode Superseded = new("browser.superseded", 409, "Another tab speaks for this browser by now.");

    internal static Failure LaterSpeaks { get; } = Superseded.With("Let the tab with the highest number speak.", "leader");
}
