using System.Buffers;
using System.Globalization;
using System.Text;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Holdfast.Platform.Records;

/// <summary>What stands behind the <c>?</c> of an address, read strictly: a misspelt filter must not become no filter.</summary>
internal static class Address
{
    /// <returns>What is unknown or said twice, or null.</returns>
    internal static Failure? Read(HttpRequest request, IReadOnlyList<string> known, out Dictionary<string, string> values)
    {
        values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, given) in request.Query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return FieldFailures.Unknown.With(
                    $"This address takes {(known.Count == 0 ? "nothing" : string.Join(", ", known))} behind the question mark.",
                    name.Length <= 60 && name.All(char.IsAsciiLetterOrDigit) ? name : null);
            }

            if (given.Count != 1)
                return FieldFailures.TooMany.With($"'{name}' is given more than once.", name, ("max", 1));
            values[name] = given[0] ?? "";
        }

        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            if (Broken(pair.EncodedValue.Span) is { } broken)
                values[pair.DecodeName().ToString()] = broken;
        }

        return null;
    }

    /// <summary>
    /// The text up to bytes behind percent signs that are none, and half a character in their place, which whoever reads the
    /// value refuses in his own words; null where all is text. The framework leaves such bytes as they were written.
    /// </summary>
    private static string? Broken(ReadOnlySpan<char> encoded)
    {
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++, length++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length && byte.TryParse(encoded.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]))
                i += 2;
            else
                bytes[length] = encoded[i] == '+' ? (byte)' ' : (byte)encoded[i];
        }

        var text = 0;
        while (text < length && Rune.DecodeFromUtf8(bytes.AsSpan(text, length - text), out _, out var used) == OperationStatus.Done)
            text += used;
        return text == length ? null : Encoding.UTF8.GetString(bytes, 0, text) + '\uD800';
    }
}
