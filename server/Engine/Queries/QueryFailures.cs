using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Queries;

/// <summary>What can be wrong with a query, and with asking. Where it stands is <c>at</c>, counted in UTF-16 units from 1.</summary>
internal static class QueryFailures
{
    internal static readonly FailureCode TooLong = new("query.too_long", 422, "A query is longer than it may be.");
    internal static readonly FailureCode TooDeep = new("query.too_deep", 422, "A query holds more levels of parentheses than it may.");
    internal static readonly FailureCode TooMany = new("query.too_many", 422, "A query holds more words and values than it may.");
    internal static readonly FailureCode Malformed = new("query.malformed", 422, "A query holds a character that no text has.");
    internal static readonly FailureCode Parenthesis = new("query.parenthesis", 422, "A parenthesis of a query has no partner.");
    internal static readonly FailureCode Quote = new("query.quote", 422, "A quotation mark of a query has no partner.");
    internal static readonly FailureCode Incomplete = new("query.incomplete", 422, "Something is missing in a query.");
    internal static readonly FailureCode FieldUnknown = new("query.field_unknown", 422, "There is no such field to look in.");
    internal static readonly FailureCode Operator = new("query.operator", 422, "A field of a query cannot be compared in this way.");
    internal static readonly FailureCode Value = new("query.value", 422, "A field of a query does not take this value.");
    internal static readonly FailureCode TooSlow = new("query.too_slow", 422, "A list takes longer to look for than it may.");
    internal static readonly FailureCode Busy = new("query.busy", 429, "Too many lists are being looked for at once.");
    internal static readonly FailureCode PastTooLong = new("history.too_long", 422, "What happened to a record takes longer to go through than it may.");

    /// <summary>The failure at a place of the query, which it names.</summary>
    internal static Failure At(this FailureCode code, int index, string detail, params ReadOnlySpan<(string Name, object Value)> values) =>
        code.With($"At {index + 1}: {detail}", "query", [("at", index + 1), .. values]);
}
