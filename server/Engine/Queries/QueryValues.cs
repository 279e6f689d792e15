using System.Globalization;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Queries;

/// <summary>Reads the values of a query, each as the kind of its column takes it.</summary>
internal sealed class QueryValues(Columns columns, DateTimeOffset now)
{
    /// <summary>Up to here a JavaScript number is exact; records hold none beyond.</summary>
    private const long Exact = 9_007_199_254_740_991;

    private readonly QueryTime _time = new(now);

    /// <param name="column">Of which column.</param>
    /// <param name="sign">Between its name and the value.</param>
    /// <param name="value">The value, or a range.</param>
    /// <param name="start">Where the name begins.</param>
    /// <param name="condition">What they ask together.</param>
    internal Failure? Read(Column column, string sign, QueryValue value, int start, out Condition? condition)
    {
        condition = null;
        var ordered = column.Kind is ColumnKind.Number or ColumnKind.Date or ColumnKind.Time;
        if (column.Kind == ColumnKind.Closed)
            return RefuseSign(column, start, "nobody can look inside it", "");
        if (sign != ":" && (!ordered || sign == "="))
            return RefuseSign(column, start, sign == "=" ? "write : for equal" : "it has no order", ordered ? ": > >= < <=" : ":");
        if (sign == ":" && !value.IsQuoted && value.Text.Equals("empty", StringComparison.OrdinalIgnoreCase))
            condition = new IsEmpty(column);
        else if (ordered)
            return ReadOrdered(column, sign, value, out condition);
        else
            return ReadSame(column, value, out condition);
        return null;
    }

    private Failure? ReadSame(Column column, QueryValue value, out Condition? condition)
    {
        condition = column.Kind switch
        {
            ColumnKind.Text => new Contains(column, value.Text),
            ColumnKind.List => new Has(column, value.Text),
            ColumnKind.Choice => Equal(column, column.Choices.FirstOrDefault(choice => choice.Equals(value.Text, StringComparison.OrdinalIgnoreCase))),
            ColumnKind.Boolean => Equal(column, bool.TryParse(value.Text, out var truth) ? truth : null),
            ColumnKind.Person when columns.Reader is { } me && value.Text.Equals("me", StringComparison.OrdinalIgnoreCase) => new Is(column, me),
            _ => Equal(column, Guid.TryParseExact(value.Text, "D", out var id) ? id : null),
        };
        return condition is not null ? null : RefuseValue(column, value, column.Kind switch
        {
            ColumnKind.Choice => string.Join(", ", column.Choices),
            ColumnKind.Boolean => "true, false",
            ColumnKind.Person => "me, id (UUID)",
            _ => "id (UUID)",
        });
    }

    private static Is? Equal(Column column, object? value) => value is null ? null : new Is(column, value);

    private Failure? ReadOrdered(Column column, string sign, QueryValue value, out Condition? condition)
    {
        condition = null;
        var (from, to) = (value.Text, value.Text);
        if (sign == ":" && value.Text.IndexOf("..", StringComparison.Ordinal) is >= 0 and var dots)
            (from, to) = (value.Text[..dots], value.Text[(dots + 2)..]);
        if ((from.Length == 0 && to.Length == 0) || !TryRead(column, from, out var first) || !TryRead(column, to, out var last))
            return RefuseValue(column, value, Expected(column));
        if (first.Start is not null && last.Next is not null && Comparer<object>.Default.Compare(first.Start, last.Next) >= 0)
        {
            return QueryFailures.Value.At(
                value.At, $"a range goes from the smaller to the larger. Write {column.Called}:{to}..{from}.", ("name", column.Called), ("expected", $"{to}..{from}"));
        }

        condition = sign switch
        {
            ">" => new Within(column, first.Next, To: null),
            ">=" => new Within(column, first.Start, To: null),
            "<" => new Within(column, From: null, first.Start),
            "<=" => new Within(column, From: null, first.Next),
            _ => new Within(column, first.Start, last.Next),
        };
        return null;
    }

    /// <summary>What the text names, from its start to what comes after it; nothing for the open end of a range.</summary>
    private bool TryRead(Column column, string text, out (object? Start, object? Next) span)
    {
        span = default;
        if (text.Length == 0)
            return true;
        if (column.Kind != ColumnKind.Number)
            return _time.TryRead(text, column.Kind == ColumnKind.Date, out span);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number is < -Exact or > Exact)
            return false;
        span = (number, number + 1);
        return true;
    }

    private static string Expected(Column column) => column.Kind switch
    {
        ColumnKind.Number => $"12, 3..8, all from {-Exact} to {Exact}",
        ColumnKind.Date => "2026-11-21, 2026-11, 2026, today, -7d, +2w, 2026-01..2026-03",
        _ => "2026-11-21, 2026-11, 2026, today, -7d, +2w, -3h, 2026-11-21T10:00Z, 2026-01..2026-03",
    };

    private static Failure RefuseSign(Column column, int start, string why, string allowed) =>
        QueryFailures.Operator.At(start, $"'{column.Called}' cannot be compared like this: {why}.", ("name", column.Called), ("allowed", allowed));

    private static Failure RefuseValue(Column column, QueryValue value, string expected) =>
        QueryFailures.Value.At(value.At, $"'{column.Called}' takes such as: {expected}; or empty.", ("name", column.Called), ("expected", expected));
}
