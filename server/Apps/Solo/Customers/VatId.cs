using System.Text.RegularExpressions;

namespace Holdfast.Apps.Solo.Customers;

/// <summary>
/// Whether a text can be a VAT id: by the pattern of its country, and by its check digit where that is a simple sum. Whether it
/// was ever given to anyone, only its tax office knows.
/// </summary>
public static partial class VatId
{
    /// <param name="Pattern">What follows the two letters.</param>
    /// <param name="Example">One that is sound.</param>
    /// <param name="Check">Whether what follows the letters holds its check digit; null where none is checked.</param>
    private sealed record Form(string Pattern, string Example, Func<string, bool>? Check = null);

    /// <summary>The countries of the European Union, by the prefixes that it uses, and its neighbours.</summary>
    private static readonly Dictionary<string, Form> Forms = new(StringComparer.Ordinal)
    {
        ["AT"] = new("U[0-9]{8}", "ATU13585627", s => (96 - Luhn(s[1..8], doublesFirst: false)) % 10 == Digit(s[8])),
        ["BE"] = new("[01][0-9]{9}", "BE0428759497", s => 97 - (Number(s[..8]) % 97) == Number(s[8..])),
        ["BG"] = new("[0-9]{9,10}", "BG175074752"),
        ["CH"] = new("E[0-9]{9}(MWST|TVA|IVA)?", "CHE100155212", s => 11 - Weighed(s[1..9], 5, 4, 3, 2, 7, 6, 5, 4) % 11 is var check && (check == 11 ? 0 : check) == Digit(s[9])),
        ["CY"] = new("[0-9]{8}[A-Z]", "CY10259033P"),
        ["CZ"] = new("[0-9]{8,10}", "CZ25123891"),
        ["DE"] = new("[1-9][0-9]{8}", "DE136695976", Mod11And10),
        ["DK"] = new("[1-9][0-9]{7}", "DK13585628", s => Weighed(s, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0),
        ["EE"] = new("[0-9]{9}", "EE100931558", s => Weighed(s, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0),
        ["EL"] = new("[0-9]{9}", "EL094259216", s => Weighed(s[..8], 256, 128, 64, 32, 16, 8, 4, 2) % 11 % 10 == Digit(s[8])),
        ["ES"] = new("[A-Z0-9][0-9]{7}[A-Z0-9]", "ESX1234567L"),
        ["FI"] = new("[0-9]{8}", "FI20774740", s => Weighed(s, 7, 9, 10, 5, 8, 4, 2, 1) % 11 == 0),
        ["FR"] = new("[0-9A-HJ-NP-Z]{2}[0-9]{9}", "FR40303265045", s => !char.IsAsciiDigit(s[0]) || !char.IsAsciiDigit(s[1]) || ((Number(s[2..]) * 100) + 12) % 97 == Number(s[..2])),
        ["GB"] = new("([0-9]{9}([0-9]{3})?|GD[0-4][0-9]{2}|HA[5-9][0-9]{2})", "GB980780684"),
        ["HR"] = new("[0-9]{11}", "HR33392005961", Mod11And10),
        ["HU"] = new("[0-9]{8}", "HU12892312", s => Weighed(s, 9, 7, 3, 1, 9, 7, 3, 1) % 10 == 0),
        ["IE"] = new("([0-9]{7}[A-W][A-I]?|[0-9][A-Z+*][0-9]{5}[A-W])", "IE6433435F"),
        ["IT"] = new("[0-9]{11}", "IT00743110157", s => Luhn(s[..10], doublesFirst: false) % 10 is var sum && (10 - sum) % 10 == Digit(s[10])),
        ["LT"] = new("([0-9]{9}|[0-9]{12})", "LT119511515"),
        ["LU"] = new("[0-9]{8}", "LU15027442", s => Number(s[..6]) % 89 == Number(s[6..])),
        ["LV"] = new("[0-9]{11}", "LV40003521600"),
        ["MT"] = new("[0-9]{8}", "MT11679112", s => Weighed(s, 3, 4, 6, 7, 8, 9, 10, 1) % 37 == 0),
        ["NL"] = new("[0-9]{9}B[0-9]{2}", "NL004495445B01"),
        ["NO"] = new("[0-9]{9}(MVA)?", "NO995525828MVA", s => Weighed(s[..9], 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0),
        ["PL"] = new("[0-9]{10}", "PL8567346215", s => Weighed(s[..9], 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == Digit(s[9])),
        ["PT"] = new("[1-9][0-9]{8}", "PT501964843", s => (11 - (Weighed(s[..8], 9, 8, 7, 6, 5, 4, 3, 2) % 11)) % 11 % 10 == Digit(s[8])),
        ["RO"] = new("[1-9][0-9]{1,9}", "RO18547290", s => Weighed(s[..^1].PadLeft(9, '0'), 7, 5, 3, 2, 1, 7, 5, 3, 2) * 10 % 11 % 10 == Digit(s[^1])),
        ["SE"] = new("[0-9]{10}01", "SE123456789701", s => Luhn(s[..10]) % 10 == 0),
        ["SI"] = new("[1-9][0-9]{7}", "SI50223054", s => (11 - (Weighed(s[..7], 8, 7, 6, 5, 4, 3, 2) % 11)) % 11 % 10 == Digit(s[7])),
        ["SK"] = new("[1-9][0-9]{9}", "SK2022749619", s => Number(s) % 11 == 0),
        ["XI"] = new("([0-9]{9}([0-9]{3})?|GD[0-4][0-9]{2}|HA[5-9][0-9]{2})", "XI980780684"),
    };

    /// <summary>By its prefix the pattern of each country, and one that is sound, in the order of the prefixes: what the browser goes by, too.</summary>
    public static IEnumerable<(string Prefix, string Pattern, string Example)> Told =>
        Forms.OrderBy(form => form.Key, StringComparer.Ordinal).Select(form => (form.Key, form.Value.Pattern, form.Value.Example));

    internal static IEnumerable<string> Examples => Forms.Values.Select(form => form.Example);

    /// <summary>The countries whose check digit is looked at.</summary>
    internal static IEnumerable<string> Checked => Forms.Where(form => form.Value.Check is not null).Select(form => form.Value.Example);

    /// <summary>What is wrong with it, and the way out; null where it can be one.</summary>
    internal static string? Fault(string text)
    {
        var plain = Separators().Replace(text, "").ToUpperInvariant();
        if (!AnyCountry().IsMatch(plain))
            return "A VAT id begins with the two letters of its country, such as DE136695976.";
        if (plain != text)
            return $"Write it in capitals and without signs in between: {plain}.";
        if (!Forms.TryGetValue(text[..2], out var form))
            return null;
        if (!Regex.IsMatch(text[2..], $"^(?:{form.Pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100)))
            return $"One of {text[..2]} looks like {form.Example}.";
        return form.Check is null || form.Check(text[2..]) ? null : $"Its check digit does not fit: compare it with the original. One of {text[..2]} looks like {form.Example}.";
    }

    /// <summary>A sound one of the same country; of another where the country is not known.</summary>
    internal static string ExampleFor(string text) => Forms.TryGetValue(text.Length < 2 ? "" : text[..2].ToUpperInvariant(), out var form) ? form.Example : Forms["DE"].Example;

    private static int Digit(char c) => c - '0';

    private static long Number(string digits) => long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);

    private static int Weighed(string digits, params int[] weights) => digits.Zip(weights, (digit, weight) => Digit(digit) * weight).Sum();

    /// <summary>The sum of the digits of which every second counts twice, and then by its own digits.</summary>
    private static int Luhn(string digits, bool doublesFirst = true) =>
        digits.Select((c, i) => i % 2 == 0 == doublesFirst ? Digit(c) * 2 : Digit(c)).Sum(value => (value / 10) + (value % 10));

    /// <summary>ISO 7064, MOD 11,10.</summary>
    private static bool Mod11And10(string digits)
    {
        var product = 10;
        foreach (var c in digits[..^1])
        {
            var sum = (Digit(c) + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (product + Digit(digits[^1])) % 10 == 1;
    }

    [GeneratedRegex(@"[\s.\-/]", RegexOptions.None, 100)]
    private static partial Regex Separators();

    [GeneratedRegex("^[A-Z]{2}[0-9A-Z+*]{2,18}$", RegexOptions.None, 100)]
    private static partial Regex AnyCountry();
}
