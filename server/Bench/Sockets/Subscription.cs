namespace Holdfast.Bench.Sockets;

/// <summary>How a subscriber of one server begins, and what it answers afterwards. All are given by the first bytes of a message.</summary>
/// <param name="Door">Where its socket opens.</param>
/// <param name="Ready">How the message begins that says that it is subscribed.</param>
internal sealed record Subscription(Door Door, string Ready)
{
    /// <summary>Makes its first message, where the server expects one.</summary>
    internal Func<byte[]>? Hello { get; init; }

    /// <summary>What it says to messages that begin so.</summary>
    internal IReadOnlyList<(string To, string Says)> Answers { get; init; } = [];
}
