using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Operations;

/// <summary>What became of a transaction.</summary>
public enum OutcomeKind
{
    /// <summary>Written. Final and stored.</summary>
    Applied,

    /// <summary>Written earlier, under the sequence number given. The answer to a repeated transaction.</summary>
    Duplicate,

    /// <summary>A guard failed, or what must be unique is not. Final and stored.</summary>
    Conflict,

    /// <summary>Not permitted or not sound. Final and stored.</summary>
    Rejected,

    /// <summary>Nothing was decided, or the answer of the database got lost; send the same again. Passing, not stored.</summary>
    Retry,
}

/// <summary>The outcome of one transaction.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Seq">The log entry, where it was applied.</param>
/// <param name="Failure">Why not; null on success and where <paramref name="Answer"/> repeats a stored outcome.</param>
/// <param name="Answer">
/// JSON members for the sender as one object: <c>"error":{…}</c> and, for a conflict, <c>"conflicts":[…]</c> and <c>"current":[…]</c>.
/// </param>
public sealed record Outcome(OutcomeKind Kind, long? Seq = null, Failure? Failure = null, string? Answer = null)
{
    /// <summary>What is stored of a refusal. The current state of records is not: whoever asks again sees what he may see then.</summary>
    internal string? Stored { get; init; }

    public bool Succeeded => Kind is OutcomeKind.Applied or OutcomeKind.Duplicate;

    internal static Outcome Again { get; } = new(OutcomeKind.Retry);

    /// <summary>Nothing was decided: a later tab speaks for the browser, and sends what is to be sent.</summary>
    internal static Outcome Superseded { get; } = new(OutcomeKind.Retry);

    /// <summary>The word on the wire and in the table of outcomes.</summary>
    public string Word => Kind switch
    {
        OutcomeKind.Applied => "applied",
        OutcomeKind.Duplicate => "duplicate",
        OutcomeKind.Conflict => "conflict",
        OutcomeKind.Rejected => "rejected",
        _ => "retry",
    };
}
