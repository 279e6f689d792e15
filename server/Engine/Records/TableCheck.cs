using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Records;

/// <summary>Something in which the database is not as a record type says.</summary>
/// <param name="What">One sentence.</param>
/// <param name="Mend">What to do about it.</param>
/// <param name="Breaks">Whether records of the type cannot be read or written, so that the server must not start.</param>
public sealed record TableFinding(string What, string Mend, bool Breaks)
{
    public override string ToString() => $"{What} {Mend}";
}

/// <summary>Holds the record types against the migrated schema: columns, limits, keys, indexes, references and protection.</summary>
public sealed class TableCheck(Db db, RecordRegistry registry)
{
    private const string InNewFile = "Put into a new migration of its module:";

    /// <summary>What differs, type by type; nothing where all agrees.</summary>
    public async Task<IReadOnlyList<TableFinding>> FindAsync(CancellationToken cancel)
    {
        var names = registry.All.Select(type => type.Table.Text).ToArray();
        var columns = (await db.System.QueryAsync<Column>(TableSql.Columns(names), cancel)).ToLookup(column => column.Table, StringComparer.Ordinal);
        var keys = (await db.System.QueryAsync<Key>(TableSql.Keys(names), cancel)).ToLookup(key => key.Table, key => key.Said, StringComparer.Ordinal);
        var checks = (await db.System.QueryAsync<Check>(TableLimits.Checks(names), cancel)).ToLookup(check => check.Table, StringComparer.Ordinal);
        var open = (await db.System.QueryAsync<string>(TableSql.Unprotected(names), cancel)).ToHashSet(StringComparer.Ordinal);
        return [.. registry.All.SelectMany(type => Find(type, [.. columns[type.Table.Text]], [.. keys[type.Table.Text]], [.. checks[type.Table.Text]], open))];
    }

    private sealed record Column
    {
        public string Table { get; init; } = "";

        public string Name { get; init; } = "";

        public string Type { get; init; } = "";

        public bool NotNull { get; init; }

        public bool HasDefault { get; init; }
    }

    private sealed record Key
    {
        public string Table { get; init; } = "";

        public string Said { get; init; } = "";
    }

    private sealed record Check
    {
        public string Table { get; init; } = "";

        public string Column { get; init; } = "";

        public string Name { get; init; } = "";

        public string Said { get; init; } = "";
    }

    private IEnumerable<TableFinding> Find(RecordType type, IReadOnlyList<Column> columns, IReadOnlyList<string> keys, IReadOnlyList<Check> checks, HashSet<string> open)
    {
        var table = type.Table.Text;
        if (columns.Count == 0)
            return [new($"{type.Name}: there is no table {table}.", $"{InNewFile}\n\n{TableSql.Create(type, registry)}", Breaks: true)];
        var findings = FindInColumns(type, columns).Concat(FindInChecks(type, checks)).Concat(FindInKeys(type, keys)).Concat(FindKeysWithoutIndex(type));
        return open.Contains(table)
            ? findings.Append(new($"{table} is not kept apart by workspace.", $"{InNewFile} SELECT engine.protect_records('{table}'); (engine.record_table does it by itself.)", Breaks: true))
            : findings;
    }

    private static IEnumerable<TableFinding> FindInColumns(RecordType type, IReadOnlyList<Column> columns)
    {
        var table = type.Table.Text;
        var expected = TableSql.ColumnsOf(type);
        foreach (var (name, sqlType, notNull, definition) in expected)
        {
            var found = columns.FirstOrDefault(column => column.Name == name);
            if (found is null)
            {
                var rows = notNull ? " Rows that are there need a DEFAULT." : "";
                yield return new($"{table} lacks the column '{name}'.", $"{InNewFile} ALTER TABLE {table} ADD COLUMN {definition};{rows}", Breaks: true);
            }
            else if (found.Type != sqlType)
            {
                yield return new($"{table}.{name} is of type {found.Type}, and the class says {sqlType}.", "Change the one or the other.", Breaks: true);
            }
            else if (found.NotNull != notNull)
            {
                yield return new(
                    $"{table}.{name} {(notNull ? "may be null, and the class says that it never is" : "is NOT NULL, and the class lets it be empty")}.",
                    notNull ? $"Write NOT NULL behind it, or take Required from the field." : "Take NOT NULL away, or put Required on the field.",
                    Breaks: false);
            }
        }

        foreach (var column in columns.Where(column => expected.All(known => known.Name != column.Name)))
            yield return new($"{table} has a column '{column.Name}' that no field of {type.Class.Name} names.", "Add the property with its attribute, or drop the column.", Breaks: column is { NotNull: true, HasDefault: false });
    }

    private static IEnumerable<TableFinding> FindInChecks(RecordType type, IReadOnlyList<Check> checks) =>
        from field in type.Fields
        from check in checks
        where check.Column == field.Column && TableLimits.IsTooNarrow(field, check.Said)
        select new TableFinding(
            $"{type.Table.Text}.{field.Column} takes less than the class says: {check.Said}.",
            $"{InNewFile} ALTER TABLE {type.Table.Text} DROP CONSTRAINT {check.Name}{(TableSql.Check(field) is { Length: > 0 } wide ? $", ADD CONSTRAINT {check.Name}{wide}" : "")};",
            Breaks: true);

    private IEnumerable<TableFinding> FindInKeys(RecordType type, IReadOnlyList<string> found)
    {
        var expected = TableSql.KeysOf(type, registry).ToArray();
        foreach (var (said, statement) in expected.Where(key => !found.Contains(key.Said)))
            yield return new($"{type.Table.Text} lacks: {said}.", $"{InNewFile} {statement}", Breaks: false);
        foreach (var said in found.Except(expected.Select(key => key.Said), StringComparer.Ordinal))
            yield return new($"{type.Table.Text} has, and {type.Class.Name} does not say: {said}.", "Put [Index(…)], [Unique(…)] or [Reference<…>] on the class, with its columns in this order, or drop it.", Breaks: false);
    }

    /// <summary>Whoever reads by a key asks for it each time; without an index that is the whole table.</summary>
    private static IEnumerable<TableFinding> FindKeysWithoutIndex(RecordType type)
    {
        var read = type.Keys.Where(key => key.Name != "id").Select(key => (key.Name, key.Column));
        var granted = type.Grant is { } grant ? new[] { (grant.Member.Name, grant.Member.Column) } : [];
        var first = type.Indexes.Concat(type.Uniques).Where(key => !key.AcrossWorkspaces).Select(key => key.Fields[0].Column).ToHashSet(StringComparer.Ordinal);
        return read.Concat(granted).Distinct().Where(key => !first.Contains(key.Column)).Select(key => new TableFinding(
            $"{type.Name} is read by '{key.Name}', and no index begins with it.",
            $"Put [Index(nameof({char.ToUpperInvariant(key.Name[0])}{key.Name[1..]}))] on {type.Class.Name}. {InNewFile} CREATE INDEX ON {type.Table.Text} (workspace_id, {key.Column});",
            Breaks: false));
    }
}
