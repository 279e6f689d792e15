using System.Numerics;

namespace Holdfast.Engine.Records;

/// <summary>
/// Places among others, for what people put into an order by hand: texts of digits and small letters, compared character by
/// character. Between two there is always a third, so a move changes one record. A key is a fraction in base 36, without
/// trailing zeros. It is drawn at random from the middle of the gap, so that two people who put something at the same place
/// at the same time get two places. The browser has the same in <c>web/src/engine/orderKey.ts</c>; both run
/// <c>contract/vectors/between.json</c>.
/// </summary>
public static class OrderKey
{
    /// <summary>The longest key that a record takes. Some four hundred moves to the same gap make one as long.</summary>
    public const int Max = 100;

    /// <summary>How many keys are drawn from: 36^4.</summary>
    public const int Draws = 1_679_616;

    /// <summary>So many digits leave room for some three million items, each put at the end.</summary>
    private const int Digits = 8;
    private const int Base = 36;

    /// <summary>Whether a text is a key.</summary>
    public static bool IsKey(string text) => text.Length > 0 && text[^1] != '0' && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'z'));

    /// <summary>A new key between two others.</summary>
    /// <param name="after">The key before it; null at the beginning.</param>
    /// <param name="before">The key behind it; null at the end.</param>
    /// <param name="draw">A random number from 0, below <see cref="Draws"/>.</param>
    /// <exception cref="ArgumentException">One of them is no key, or they do not stand in this order.</exception>
    public static string Between(string? after, string? before, int draw)
    {
        if ((after is not null && !IsKey(after)) || (before is not null && !IsKey(before)))
            throw new ArgumentException($"'{after}' and '{before}' are not both keys.", nameof(after));
        if (after is not null && before is not null && string.CompareOrdinal(after, before) >= 0)
            throw new ArgumentException($"'{after}' does not come before '{before}'.", nameof(after));
        for (var length = Digits; ; length++)
        {
            // Digits beyond the length are cut off: whatever is larger than the rest by one is larger than the whole.
            var low = after is null ? BigInteger.Zero : Value(after, length);
            var high = before is null ? BigInteger.Pow(Base, length) : Value(before, length);
            if (high - low <= 2 * Draws)
                continue;
            var first = (after, before) switch
            {
                (not null, null) => low + 1,
                (null, not null) => high - Draws,
                _ => low + ((high - low - Draws) / 2),
            };
            return Text(first + draw, length);
        }
    }

    private static BigInteger Value(string key, int length)
    {
        var value = BigInteger.Zero;
        for (var i = 0; i < length; i++)
            value = (value * Base) + (i < key.Length ? (key[i] <= '9' ? key[i] - '0' : key[i] - 'a' + 10) : 0);
        return value;
    }

    private static string Text(BigInteger value, int length)
    {
        var digits = new char[length];
        for (var i = length - 1; i >= 0; i--)
        {
            value = BigInteger.DivRem(value, Base, out var digit);
            digits[i] = (char)(digit < 10 ? '0' + (int)digit : 'a' + (int)digit - 10);
        }

        return new string(digits).TrimEnd('0');
    }
}
