using System.Globalization;
using System.Text.RegularExpressions;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Records;

/// <summary>
/// Whether a table takes all that a record type lets through, as far as its <c>CHECK</c>s say that in the words that
/// <see cref="TableSql.Create"/> writes. What a <c>CHECK</c> says otherwise is its author's.
/// </summary>
internal static partial class TableLimits
{
    /// <summary>The checks of single columns: table, column, name, and what the catalogue says of each.</summary>
    internal static Sql Checks(string[] tables) =>
        $"""
        SELECT n.nspname || '.' || c.relname AS table, a.attname::text AS column, k.conname::text AS name, pg_get_constraintdef(k.oid) AS said
        FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND ARRAY[a.attnum] = k.conkey
        WHERE k.contype = 'c' AND n.nspname || '.' || c.relname = ANY({tables})
        """;

    /// <summary>Whether a check of a field's column refuses a value that the field takes.</summary>
    internal static bool IsTooNarrow(Field field, string said) => field switch
    {
        TextField text => Most(said, "char_length") < text.Max,
        TextListField list => Most(said, "cardinality") < list.MaxItems,
        SealedField bytes => Most(said, "octet_length") < bytes.MaxBytes,
        NumberField number => Number(Highest().Match(said)) < number.Max || Number(Lowest().Match(said)) > number.Min,
        ChoiceField choice => Words().Matches(said) is { Count: > 0 } words && choice.Choices.Except(words.Select(word => word.Groups["word"].Value.Replace("''", "'", StringComparison.Ordinal)), StringComparer.Ordinal).Any(),
        _ => false,
    };

    /// <summary>How much of something the check takes; null where it does not speak of that.</summary>
    private static long? Most(string said, string measure) => said.Contains($"{measure}(", StringComparison.Ordinal) ? Number(Highest().Match(said)) : null;

    private static long? Number(Match bound) => bound.Success ? long.Parse(bound.Groups["number"].Value, CultureInfo.InvariantCulture) : null;

    // Of numbers that PostgreSQL takes for large or negative it writes '9007199254740991'::bigint.
    [GeneratedRegex("<= '?(?<number>-?[0-9]+)", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Highest();

    [GeneratedRegex(">= '?(?<number>-?[0-9]+)", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Lowest();

    [GeneratedRegex("'(?<word>([^']|'')*)'::text", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Words();
}
