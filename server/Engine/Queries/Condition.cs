using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Queries;

/// <summary>
/// What a query asks of a record. True or not true: where a column is empty nothing holds of it but that it is empty,
/// so that what stands behind a <c>-</c> finds exactly the rest.
/// </summary>
internal abstract record Condition
{
    /// <summary>The condition on a row: true, or false or null where it does not hold.</summary>
    internal abstract Sql ToSql();
}

internal sealed record AllOf(IReadOnlyList<Condition> Conditions) : Condition
{
    internal override Sql ToSql() => Sql.Join("AND", "true", [.. Conditions.Select(condition => condition.ToSql())]);
}

internal sealed record AnyOf(IReadOnlyList<Condition> Conditions) : Condition
{
    internal override Sql ToSql() => Sql.Join("OR", "false", [.. Conditions.Select(condition => condition.ToSql())]);
}

internal sealed record Not(Condition Condition) : Condition
{
    internal override Sql ToSql() => $"({Condition.ToSql()}) IS NOT TRUE";
}

/// <summary>A text, or an item of a list, holds the given one, whatever its case and accents.</summary>
internal sealed record Contains(Column Column, string Text) : Condition
{
    // The text looked for is folded once, not for every row. No text from outside holds the sign between the items.
    internal override Sql ToSql() => Column.Kind == ColumnKind.List
        ? (Sql)$"strpos(engine.fold(array_to_string({Column.Name}, E'\\x0b')), (SELECT engine.fold({Text}))) > 0"
        : (Sql)$"strpos(engine.fold({Column.Name}), (SELECT engine.fold({Text}))) > 0";
}

/// <summary>An item of the list is the text, whatever its case and accents.</summary>
internal sealed record Has(Column Column, string Text) : Condition
{
    internal override Sql ToSql() =>
        $"EXISTS (SELECT FROM unnest({Column.Name}) AS item WHERE engine.fold(item) = (SELECT engine.fold({Text})))";
}

internal sealed record IsEmpty(Column Column) : Condition
{
    internal override Sql ToSql() => Column.Kind == ColumnKind.List
        ? (Sql)$"coalesce(cardinality({Column.Name}), 0) = 0"
        : (Sql)$"{Column.Name} IS NULL";
}

/// <param name="Column">Of which column.</param>
/// <param name="Value">As PostgreSQL's driver takes it: a word of a choice, an id, true or false.</param>
internal sealed record Is(Column Column, object Value) : Condition
{
    internal override Sql ToSql() => $"{Column.Name} = {Value}";
}

/// <param name="Column">Of numbers, dates or times.</param>
/// <param name="From">The least value; null where there is none.</param>
/// <param name="To">The first value beyond; null where there is none.</param>
internal sealed record Within(Column Column, object? From, object? To) : Condition
{
    internal override Sql ToSql() => (From, To) switch
    {
        ({ } from, { } to) => (Sql)$"{Column.Name} >= {from} AND {Column.Name} < {to}",
        ({ } from, null) => (Sql)$"{Column.Name} >= {from}",
        (null, { } to) => (Sql)$"{Column.Name} < {to}",
        _ => (Sql)$"{Column.Name} IS NOT NULL",
    };
}
