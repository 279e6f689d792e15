using System.Globalization;
using System.Text;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Queries;

/// <summary>
/// Reads the one query language, that of searches, filters and saved views, and is strict about it: what it does not
/// understand it refuses, with the place. The language is described in docs/en/api/query.md.
/// </summary>
internal sealed class QueryReader
{
    internal const int MaxLength = 1000;
    internal const int MaxDepth = 12;
    internal const int MaxTerms = 64;

    /// <summary>A word is looked for in every text, so where there are many of them a query takes fewer words.</summary>
    internal const int MaxLooks = 512;

    private static readonly string[] Operators = [":", ">=", "<=", ">", "<", "="];

    private readonly string _text;
    private readonly Columns _columns;
    private readonly QueryValues _values;
    private Failure? _failure;
    private int _at;
    private int _terms;
    private int _words;

    private QueryReader(string text, Columns columns, DateTimeOffset now)
    {
        _text = text;
        _columns = columns;
        _values = new QueryValues(columns, now);
    }

    private bool AtEnd => _at == _text.Length;

    /// <param name="text">One line; nothing asks for all.</param>
    /// <param name="columns">What there is to ask after.</param>
    /// <param name="now">What relative dates are relative to. A day is a day in UTC.</param>
    /// <param name="condition">What the text asks, where nothing is wrong with it.</param>
    internal static Failure? Read(string text, Columns columns, DateTimeOffset now, out Condition condition)
    {
        condition = new AllOf([]);
        if (CheckText(text) is { } unsound)
            return unsound;
        var reader = new QueryReader(text, columns, now);
        reader.SkipSpace();
        if (reader.AtEnd)
            return null;
        if (reader.ReadAny(depth: 1) is not { } read)
            return reader._failure;
        if (!reader.AtEnd)
            return QueryFailures.Parenthesis.At(reader._at, "this parenthesis was never opened. Remove it, or put it between quotation marks.");
        condition = read;
        return null;
    }

    private static Failure? CheckText(string text)
    {
        if (text.Length > MaxLength)
            return QueryFailures.TooLong.At(MaxLength, $"a query takes at most {MaxLength} characters and got {text.Length}.", ("max", MaxLength));
        for (var i = 0; i < text.Length;)
        {
            var sound = Rune.TryGetRuneAt(text, i, out var rune);
            if (!sound || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                return QueryFailures.Malformed.At(i, "a query is one line of well-formed Unicode. Put a space here.");
            i += rune.Utf16SequenceLength;
        }

        return null;
    }

    /// <summary>Parts with <c>or</c> between them.</summary>
    private Condition? ReadAny(int depth)
    {
        var parts = new List<Condition>();
        do
        {
            if (ReadAll(depth) is not { } part)
                return null;
            parts.Add(part);
        }
        while (TakeOr());
        return parts.Count == 1 ? parts[0] : new AnyOf(parts);
    }

    /// <summary>Parts beside each other, all of which must hold.</summary>
    private Condition? ReadAll(int depth)
    {
        var parts = new List<Condition>();
        SkipSpace();
        while (!AtEnd && _text[_at] != ')' && !IsOr())
        {
            if (ReadOne(depth) is not { } part)
                return null;
            parts.Add(part);
            SkipSpace();
        }

        return parts.Count switch
        {
            0 => Refuse(QueryFailures.Incomplete.At(_at, "a word or a field is missing here. To look for the word itself write \"or\", between quotation marks.")),
            1 => parts[0],
            _ => new AllOf(parts),
        };
    }

    private Condition? ReadOne(int depth)
    {
        if (depth > MaxDepth)
            return Refuse(QueryFailures.TooDeep.At(_at, $"a query takes at most {MaxDepth} levels. Say it with fewer.", ("max", MaxDepth)));
        var start = _at;
        if (Take('-'))
        {
            if (AtEnd || char.IsWhiteSpace(_text[_at]) || _text[_at] == ')')
                return Refuse(QueryFailures.Incomplete.At(_at, "what stands behind - is missing. Write it without a space, as in -archived."));
            return ReadOne(depth + 1) is { } negated ? new Not(negated) : null;
        }

        if (!Take('('))
            return ReadTerm();
        if (ReadAny(depth + 1) is not { } inner)
            return null;
        return Take(')') ? inner : Refuse(QueryFailures.Parenthesis.At(start, "this parenthesis is never closed. Close it, or put it between quotation marks."));
    }

    private Condition? ReadTerm()
    {
        var start = _at;
        if (_text[_at] == '"')
            return ReadWord();
        var name = NameAt(_at);
        if (name.Length > 0 && OperatorAt(_at + name.Length) is { } sign)
        {
            _at += name.Length + sign.Length;
            return ReadField(name, start, sign);
        }

        if (OperatorAt(_at) is { } lonely)
            return Refuse(QueryFailures.Incomplete.At(_at, $"the field before {lonely} is missing. Write name{lonely}value without spaces."));
        return ReadWord();
    }

    /// <summary>A word is looked for in every text that the reader sees.</summary>
    private Condition? ReadWord()
    {
        var (start, texts) = (_at, _columns.Texts.Count);
        if (ReadValue("\"") is not { } word)
            return null;
        var most = MaxLooks / Math.Max(1, texts);
        return ++_words > most
            ? Refuse(QueryFailures.TooMany.At(start, $"a word is looked for in each of the {texts} texts here, so a query takes at most {most} words. Name the field to look in, as in name:ada.", ("max", most)))
            : new AnyOf([.. _columns.Texts.Select(column => new Contains(column, word.Text))]);
    }

    private Condition? ReadField(string name, int start, string sign)
    {
        if (_columns.Find(name) is not { } column)
        {
            var shown = name.Length > 60 ? "" : name;
            return Refuse(QueryFailures.FieldUnknown.At(start, $"there is no field '{shown}'. There are {string.Join(", ", _columns.Names)}. To look for the text put it between quotation marks.", ("name", shown)));
        }

        var parts = new List<Condition>();
        do
        {
            if (ReadValue("\",") is not { } value)
                return null;
            if (_values.Read(column, sign, value, start, out var part) is { } failure)
                return Refuse(failure);
            parts.Add(part!);
            if (sign != ":" && !AtEnd && _text[_at] == ',')
                return Refuse(QueryFailures.Operator.At(start, $"'{column.Called}{sign}' takes one value. Several go with ':'.", ("name", column.Called), ("allowed", ":")));
        }
        while (Take(','));
        return parts.Count == 1 ? parts[0] : new AnyOf(parts);
    }

    /// <summary>Text up to a space, a parenthesis or one of the given signs; or what stands between quotation marks.</summary>
    private QueryValue? ReadValue(string ends)
    {
        if (++_terms > MaxTerms)
            return RefuseValue(QueryFailures.TooMany.At(_at, $"a query takes at most {MaxTerms} words and values.", ("max", MaxTerms)));
        var start = _at;
        if (Take('"'))
            return ReadQuoted(start);
        while (!AtEnd && !char.IsWhiteSpace(_text[_at]) && _text[_at] is not ('(' or ')') && !ends.Contains(_text[_at]))
            _at++;
        return _at == start
            ? RefuseValue(QueryFailures.Incomplete.At(start, "a value is missing here. Write it without a space, as in status:active."))
            : new QueryValue(_text[start.._at], start, IsQuoted: false);
    }

    private QueryValue? ReadQuoted(int start)
    {
        var text = new StringBuilder();
        while (!AtEnd)
        {
            var next = _text[_at++];
            // Two of them stand for one that belongs to the text.
            if (next == '"' && !Take('"'))
            {
                return text.Length == 0
                    ? RefuseValue(QueryFailures.Incomplete.At(start, "there is nothing between these quotation marks. For what is empty write name:empty."))
                    : new QueryValue(text.ToString(), start, IsQuoted: true);
            }

            text.Append(next);
        }

        return RefuseValue(QueryFailures.Quote.At(start, "this quotation mark is never closed. Close it; write two for one inside."));
    }

    private void SkipSpace()
    {
        while (!AtEnd && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private bool Take(char sign)
    {
        if (AtEnd || _text[_at] != sign)
            return false;
        _at++;
        return true;
    }

    private bool TakeOr()
    {
        if (!IsOr())
            return false;
        _at += 2;
        return true;
    }

    private bool IsOr() =>
        string.Compare(_text, _at, "or", 0, 2, StringComparison.OrdinalIgnoreCase) == 0
        && (_at + 2 == _text.Length || char.IsWhiteSpace(_text[_at + 2]) || _text[_at + 2] is '(' or ')' or '"');

    private string NameAt(int at)
    {
        var end = at;
        while (end < _text.Length && (char.IsLetter(_text[end]) || (end > at && (char.IsDigit(_text[end]) || _text[end] is '.' or '_'))))
            end++;
        return _text[at..end];
    }

    private string? OperatorAt(int at) => Operators.FirstOrDefault(sign => string.CompareOrdinal(_text, at, sign, 0, sign.Length) == 0);

    private Condition? Refuse(Failure failure)
    {
        _failure = failure;
        return null;
    }

    private QueryValue? RefuseValue(Failure failure)
    {
        _failure = failure;
        return null;
    }
}

/// <summary>A value as it stands in a query.</summary>
/// <param name="Text">Without quotation marks.</param>
/// <param name="At">Where it begins.</param>
/// <param name="IsQuoted">Then it is meant as it stands, and no word has a meaning of its own.</param>
internal sealed record QueryValue(string Text, int At, bool IsQuoted);
