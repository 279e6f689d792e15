using System.Collections.Frozen;
using System.Globalization;
using Holdfast.Engine.Failures;

namespace Holdfast.Platform.Identity;

/// <summary>
/// What a password must be: long, and not made of few pieces that a guesser tries first. No composition rules, any
/// script (NIST SP 800-63B-4, ASVS 6.2). The text is in normalisation form C already. The browser judges by the same rules
/// while somebody types (web/src/platform/identity/passwords); contract/passwords holds the list and the cases of both.
/// </summary>
internal static class PasswordRules
{
    /// <summary>Where the password is the only factor.</summary>
    internal const int MinLength = 15;

    /// <summary>Where a second one is asked for besides.</summary>
    internal const int MinLengthBesideAnother = 8;
    internal const int MaxLength = 256;

    /// <summary>Fewer pieces than this, and it is found by combining lists.</summary>
    private const int MinPieces = 4;
    private const int ShortestPiece = 4;

    /// <summary>Of what is known of a person, from how many letters on. Where a letter is a syllable or a word, as in Chinese, one is enough.</summary>
    private const int ShortestWord = 2;
    private const int DigitsPerPiece = 4;

    private static readonly string[] KeyRows = ["1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"];
    private static readonly FrozenSet<string> Common = ReadCommon();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> CommonSpans = Common.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly int LongestCommon = Common.Max(word => word.Length);

    /// <param name="password">What was chosen.</param>
    /// <param name="about">What a stranger knows: name, e-mail address, name of the workspace.</param>
    internal static Failure? Check(string password, params IEnumerable<string?> about) => Check(password, MinLength, about);

    /// <param name="password">What was chosen.</param>
    /// <param name="least">How many characters it takes at least: fewer where a second factor is asked for besides.</param>
    /// <param name="about">What a stranger knows: name, e-mail address, name of the workspace.</param>
    internal static Failure? Check(string password, int least, IEnumerable<string?> about)
    {
        var length = password.EnumerateRunes().Count();
        if (length < least)
        {
            return IdentityFailures.PasswordTooShort.With(
                $"'password' takes at least {least} characters and got {length}. Several words make a good one.", "password", ("min", least));
        }

        var known = about.Append("holdfast").SelectMany(WordsOf).OrderByDescending(word => word.Length).ToArray();
        return CountPieces(password.ToLowerInvariant(), known) < MinPieces
            ? IdentityFailures.PasswordTooCommon.With(
                "'password' is made of few pieces that are tried first: common passwords, rows of keys, repeats, your own name. Use several unrelated words.",
                "password")
            : null;
    }

    private static IEnumerable<string> WordsOf(string? text) =>
        (text ?? "").ToLowerInvariant().Split([' ', '@', '.', '-', '_', '+', ',', '&', '/'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length >= ShortestWord || char.GetUnicodeCategory(word[0]) == UnicodeCategory.OtherLetter);

    /// <summary>
    /// Takes the longest guessable piece at each place; a character that belongs to none is a piece of its own. What
    /// everybody knows of a person counts nothing.
    /// </summary>
    private static int CountPieces(string text, string[] known)
    {
        var (pieces, digits) = (0, 0);
        for (var at = 0; at < text.Length;)
        {
            if (known.FirstOrDefault(word => text.AsSpan(at).StartsWith(word, StringComparison.Ordinal)) is { } word)
            {
                at += word.Length;
                continue;
            }

            var piece = Longest(text, at);
            var loose = piece == 1 && char.IsDigit(text[at]);
            // Loose digits are cheap: a year or a postcode is one piece.
            if (!loose || digits % DigitsPerPiece == 0)
                pieces++;
            digits = loose ? digits + 1 : 0;
            at += piece;
        }

        return pieces;
    }

    private static int Longest(string text, int at)
    {
        var rest = text.AsSpan(at);
        var longest = Math.Max(Steps(rest), Repeat(text, at));
        foreach (var row in KeyRows)
            longest = Math.Max(longest, Along(rest, row));
        for (var length = Math.Min(LongestCommon, rest.Length); length > longest && length >= ShortestPiece; length--)
        {
            if (CommonSpans.Contains(rest[..length]))
                return length;
        }

        return longest;
    }

    /// <summary>Characters of equal distance, at most one apart: aaaa, abcd, 9876.</summary>
    private static int Steps(ReadOnlySpan<char> rest)
    {
        var length = Math.Min(rest.Length, 2);
        if (length < 2 || Math.Abs(rest[1] - rest[0]) > 1)
            return 1;
        while (length < rest.Length && rest[length] - rest[length - 1] == rest[1] - rest[0])
            length++;
        return length >= ShortestPiece - 1 ? length : 1;
    }

    /// <summary>What has stood before, forwards.</summary>
    private static int Repeat(string text, int at)
    {
        var longest = 1;
        for (var from = 0; from < at; from++)
        {
            var length = text.AsSpan(at).CommonPrefixLength(text.AsSpan(from));
            longest = length >= ShortestPiece - 1 ? Math.Max(longest, length) : longest;
        }

        return longest;
    }

    private static int Along(ReadOnlySpan<char> rest, string row)
    {
        var start = row.IndexOf(rest[0], StringComparison.Ordinal);
        var length = start < 0 ? 1 : rest.CommonPrefixLength(row.AsSpan(start));
        return length >= ShortestPiece ? length : 1;
    }

    private static FrozenSet<string> ReadCommon()
    {
        using var reader = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("passwords.common.txt")!);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToFrozenSet(StringComparer.Ordinal);
    }
}
