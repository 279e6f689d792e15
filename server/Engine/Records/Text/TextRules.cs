using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>What can be wrong with one field, of a record or of the body of a request.</summary>
public static class FieldFailures
{
    public static readonly FailureCode Required = new("field.required", 422, "A field is empty that must not be.");
    public static readonly FailureCode OutOfRange = new("field.out_of_range", 422, "A number is smaller or larger than it may be.");
    public static readonly FailureCode TooLong = new("field.too_long", 422, "A field is longer than it may be.");
    public static readonly FailureCode NotAllowed = new("field.not_allowed", 422, "A field has a value that is not among those allowed.");
    public static readonly FailureCode Unknown = new("field.unknown", 422, "There is no such field.");
    public static readonly FailureCode WrongKind = new("field.wrong_kind", 422, "A field has a value of the wrong kind.");
    public static readonly FailureCode Malformed = new("field.malformed", 422, "A field has a value that is not well formed.");
    public static readonly FailureCode ReadOnly = new("field.read_only", 422, "Only the server sets this field.");
    public static readonly FailureCode Opaque = new("field.opaque", 422, "Nothing may look inside this field.");
    public static readonly FailureCode NotIndexed = new("guard.not_indexed", 422, "A guard looks at fields that no index leads to.");
    public static readonly FailureCode TooMany = new("list.too_many", 422, "A list holds more items than it may.");
}

/// <summary>What holds for every text from outside, so that it can be stored, logged and shown anywhere.</summary>
public static partial class TextRules
{
    /// <summary>
    /// Well-formed Unicode, one line or where allowed several, not too long. Lengths count code points, as PostgreSQL
    /// does. The text comes out in normalisation form C, so that what looks the same is the same, and with \n alone
    /// between its lines.
    /// </summary>
    public static Failure? Check(string field, JsonElement json, int max, [NotNull] out string? text, bool lines = false)
    {
        if (!TryText(json, out text))
            return FieldFailures.Malformed.With($"'{field}' is not well-formed Unicode.", field, ("format", "unicode"));
        text = Nfc.Of(lines ? text.ReplaceLineEndings("\n") : text);
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            if (lines && rune.Value is '\n' or '\t')
                continue;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return FieldFailures.Malformed.With(lines ? $"'{field}' holds a control character." : $"'{field}' holds a control character or a line break.", field, ("format", "line"));
        }

        return length > max
            ? FieldFailures.TooLong.With($"'{field}' takes at most {max} characters and got {length}.", field, ("max", max))
            : null;
    }

    /// <summary>The text of a JSON string; false where it holds half of a surrogate pair, which is not text.</summary>
    public static bool TryText(JsonElement json, out string text)
    {
        try
        {
            text = json.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>Whether there is nothing to see: white space and invisible characters alone.</summary>
    public static bool IsBlank(string text) =>
        text.EnumerateRunes().All(rune => Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format);

    public static bool Matches(TextFormat format, string text) => format switch
    {
        TextFormat.Email => Email().IsMatch(text),
        TextFormat.Currency => Currency().IsMatch(text),
        TextFormat.Language => Language().IsMatch(text),
        TextFormat.Key => Key().IsMatch(text),
        TextFormat.Country => Country().IsMatch(text),
        TextFormat.Order => OrderKey.IsKey(text),
        _ => true,
    };

    public static string Describe(TextFormat format) => format switch
    {
        TextFormat.Email => "an e-mail address",
        TextFormat.Currency => "a currency of three capital letters (ISO 4217), such as EUR",
        TextFormat.Language => "a language tag (BCP 47), such as de or en-GB",
        TextFormat.Key => "a key of letters and digits that begins with a small letter, such as shoeSize",
        TextFormat.Country => "a country of two capital letters (ISO 3166-1), such as DE",
        TextFormat.Order => "a place among others: digits and small letters, of which the last is not 0",
        _ => "text",
    };

    // What stands for itself in every mail program: with the others an address has more than one spelling, or is more than one.
    private const string EmailLetter = @"[^@\s\p{Cc}<>(),;:""\[\]\\";

    [GeneratedRegex("^" + EmailLetter + "]+@" + EmailLetter + ".]+(\\." + EmailLetter + ".]+)+\\z", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Email();

    [GeneratedRegex("^[A-Z]{3}$", RegexOptions.None, 100)]
    private static partial Regex Currency();

    [GeneratedRegex("^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Language();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$", RegexOptions.None, 100)]
    private static partial Regex Key();

    [GeneratedRegex("^[A-Z]{2}$", RegexOptions.None, 100)]
    private static partial Regex Country();
}
