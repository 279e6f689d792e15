using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Holdfast.Engine.Log;

/// <summary>
/// Writes a JSON value as bytes that depend on what it says alone. Two spellings of one value give the same bytes, which
/// matters because <c>jsonb</c> keeps the value and not the spelling: it orders keys, resolves escapes and expands
/// exponents. Numbers are decimal, of any size, so nothing is rounded.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Writes the value that the reader stands on, and leaves the reader on its last token.</summary>
    internal static void Write(ref Utf8JsonReader json, ByteBuffer to)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                to.Byte((byte)'n');
                break;
            case JsonTokenType.True:
                to.Byte((byte)'t');
                break;
            case JsonTokenType.False:
                to.Byte((byte)'f');
                break;
            case JsonTokenType.String:
                to.Byte((byte)'s');
                Text(ref json, to);
                break;
            case JsonTokenType.Number:
                Number(json.ValueSpan, to);
                break;
            case JsonTokenType.StartArray:
                List(ref json, to);
                break;
            case JsonTokenType.StartObject:
                Members(ref json, to);
                break;
            default:
                throw new JsonException($"A value was expected, not {json.TokenType}.");
        }
    }

    /// <summary>Whether two JSON texts say the same.</summary>
    internal static bool Same(string left, string right)
    {
        var (one, other) = (new ByteBuffer(), new ByteBuffer());
        Write(left, one);
        Write(right, other);
        return one.Written.SequenceEqual(other.Written);
    }

    /// <summary>Writes a JSON text of one value.</summary>
    internal static void Write(string text, ByteBuffer to)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        json.Read();
        Write(ref json, to);
    }

    /// <summary>Writes the string or the name that the reader stands on.</summary>
    internal static void Text(ref Utf8JsonReader json, ByteBuffer to)
    {
        if (!json.ValueIsEscaped)
        {
            to.Text(json.ValueSpan);
            return;
        }

        var start = to.Length;
        var length = json.CopyString(to.Take(4 + json.ValueSpan.Length)[4..]);
        to.Cut(start);
        to.Int32(length);
        to.Take(length);
    }

    private static void List(ref Utf8JsonReader json, ByteBuffer to)
    {
        to.Byte((byte)'a');
        var at = to.Length;
        to.Int32(0);
        var count = 0;
        for (; json.Read() && json.TokenType != JsonTokenType.EndArray; count++)
            Write(ref json, to);
        BinaryPrimitives.WriteInt32BigEndian(to.Slice(at, 4), count);
    }

    private static void Members(ref Utf8JsonReader json, ByteBuffer to)
    {
        var members = new List<byte[]>();
        var member = new ByteBuffer();
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            member.Clear();
            Text(ref json, member);
            json.Read();
            Write(ref json, member);
            members.Add(member.Written.ToArray());
        }

        // Each begins with its name, and names differ, so what follows never decides.
        members.Sort((left, right) => left.AsSpan().SequenceCompareTo(right));
        to.Byte((byte)'o');
        to.Int32(members.Count);
        foreach (var bytes in members)
            to.Raw(bytes);
    }

    /// <summary>Sign, exponent and digits, without zeros at either end: 1.50, 15e-1 and 1.5 are one number.</summary>
    private static void Number(ReadOnlySpan<byte> text, ByteBuffer to)
    {
        var negative = text[0] == (byte)'-';
        var power = text.IndexOfAny((byte)'e', (byte)'E');
        var exponent = power < 0 ? 0 : long.Parse(text[(power + 1)..]);
        var mantissa = power < 0 ? text[(negative ? 1 : 0)..] : text[(negative ? 1 : 0)..power];
        if (mantissa.IndexOf((byte)'.') is >= 0 and var point)
            exponent -= mantissa.Length - point - 1;

        to.Byte((byte)'d');
        var at = to.Length;
        to.Take(1 + 8 + 4);
        foreach (var character in mantissa)
        {
            if (character != (byte)'.' && (character != (byte)'0' || to.Length > at + 13))
                to.Byte(character);
        }

        while (to.Length > at + 13 && to.Slice(to.Length - 1, 1)[0] == (byte)'0')
        {
            to.Cut(to.Length - 1);
            exponent++;
        }

        var digits = to.Length - at - 13;
        to.Cut(at);
        to.Byte(negative && digits > 0 ? (byte)'-' : (byte)'+');
        to.Int64(digits > 0 ? exponent : 0);
        to.Int32(digits);
        to.Take(digits);
    }
}
