using System.Globalization;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Queries;

/// <summary>
/// In which order a list comes: by one or two columns and at last by id, so that every record has one place. What is
/// empty comes last in either direction. Texts are ordered as they are searched, by their beginning.
/// </summary>
internal sealed class ListOrder
{
    internal const int MaxColumns = 2;

    /// <summary>So much of a text counts, in code points. What begins alike is ordered by id.</summary>
    private const int MaxText = 100;

    private readonly List<(Column Column, bool Descending)> _by = [];

    /// <param name="text">Names with a comma between them, each with a <c>-</c> before it where it goes from large to small.</param>
    /// <param name="columns">What there is to order by.</param>
    /// <param name="order">The order, where nothing is wrong with it.</param>
    internal static Failure? Read(string text, Columns columns, out ListOrder order)
    {
        order = new ListOrder();
        var names = text.Split(',');
        if (names.Length > MaxColumns)
            return FieldFailures.TooMany.With($"A list is ordered by at most {MaxColumns} fields.", "sort", ("max", MaxColumns));
        foreach (var name in names)
        {
            var descending = name.StartsWith('-');
            if (columns.Find(descending ? name[1..] : name) is not { CanOrder: true } column)
                return FieldFailures.Unknown.With($"A list is ordered by {string.Join(", ", columns.Orders)}, each with - before it for the other direction.", "sort");
            order._by.Add((column, descending));
        }

        if (!order._by.Exists(by => by.Column == Column.OfId))
            order._by.Add((Column.OfId, false));
        return null;
    }

    internal Sql ToSql()
    {
        Sql sql = $"";
        foreach (var (column, descending) in _by)
        {
            var direction = new SqlName((descending, column.MayBeEmpty) switch { (true, true) => " DESC NULLS LAST", (true, false) => " DESC", _ => "" });
            sql = column == _by[0].Column ? (Sql)$"{Key(column)}{direction}" : (Sql)$"{sql}, {Key(column)}{direction}";
        }

        return sql;
    }

    /// <summary>Where a record stands in this order: what it is ordered by, as text.</summary>
    internal IReadOnlyList<string?> PlaceOf(Record record) => [.. _by.Select(by => Text(by.Column, by.Column.Of(record)))];

    /// <summary>The condition on a row under which it comes after a place.</summary>
    /// <returns>Null where the place is none of this order.</returns>
    internal Sql? After(IReadOnlyList<string?> place)
    {
        if (place.Count != _by.Count)
            return null;
        var after = Sql.Trusted("false");
        for (var i = _by.Count - 1; i >= 0; i--)
        {
            var (column, descending) = _by[i];
            var key = Key(column);
            if (place[i] is not { } text)
            {
                after = $"{key} IS NULL AND ({after})";
                continue;
            }

            if (Value(column, text) is not { } value)
                return null;
            var beyond = (Sql)$"{key} {new SqlName(descending ? "<" : ">")} {value}";
            if (column.MayBeEmpty)
                beyond = $"{beyond} OR {key} IS NULL";
            after = i == _by.Count - 1 ? beyond : (Sql)$"{beyond} OR ({key} = {value} AND ({after}))";
        }

        return after;
    }

    /// <summary>What rows are compared by.</summary>
    private static Sql Key(Column column) => column.Kind switch
    {
        ColumnKind.Text => $"engine.fold(left({column.Name}, {MaxText}))",
        // In the order in which the type names them: a lead comes before a customer.
        ColumnKind.Choice => $"array_position({column.Choices.ToArray()}, {column.Name})",
        _ => $"{column.Name}",
    };

    private static string? Text(Column column, object? value) => (column.Kind, value) switch
    {
        (_, null) => null,
        (ColumnKind.Text, string text) => Beginning(text),
        (ColumnKind.Date, DateOnly date) => date.ToString("O", CultureInfo.InvariantCulture),
        (ColumnKind.Time, DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static Sql? Value(Column column, string text) => column.Kind switch
    {
        ColumnKind.Text => text.Contains('\0', StringComparison.Ordinal) ? null : (Sql)$"(SELECT engine.fold({text}))",
        ColumnKind.Choice => column.Choices.Contains(text, StringComparer.Ordinal) ? (Sql)$"array_position({column.Choices.ToArray()}, {text})" : null,
        ColumnKind.Number => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? (Sql)$"{number}" : null,
        ColumnKind.Boolean => bool.TryParse(text, out var truth) ? (Sql)$"{truth}" : null,
        ColumnKind.Date => DateOnly.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? (Sql)$"{date}" : null,
        ColumnKind.Time => DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? (Sql)$"{time.ToUniversalTime()}" : null,
        _ => Guid.TryParseExact(text, "D", out var id) ? (Sql)$"{id}" : null,
    };

    private static string Beginning(string text)
    {
        var end = 0;
        for (var points = 0; points < MaxText && end < text.Length; points++)
            end += char.IsHighSurrogate(text[end]) ? 2 : 1;
        return text[..end];
    }
}
