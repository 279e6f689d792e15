using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Records;

/// <summary>What the table of a record type is to look like, and what the catalogue says of it.</summary>
internal static class TableSql
{
    private static readonly (string Name, string Type, bool NotNull)[] OfEveryRecord =
    [
        ("workspace_id", "uuid", true), ("id", "uuid", true), ("version", "bigint", true),
        ("created_at", "timestamp with time zone", true), ("created_by", "uuid", false),
        ("updated_at", "timestamp with time zone", true), ("updated_by", "uuid", false),
    ];

    /// <summary>Every column, with its definition as in <c>CREATE TABLE</c>.</summary>
    internal static IReadOnlyList<(string Name, string Type, bool NotNull, string Definition)> ColumnsOf(RecordType type) =>
    [
        .. OfEveryRecord.Select(column => (column.Name, column.Type, column.NotNull, $"{column.Name} {column.Type}{(column.NotNull ? " NOT NULL" : "")}")),
        .. OwnOf(type),
    ];

    private static IEnumerable<(string Name, string Type, bool NotNull, string Definition)> OwnOf(RecordType type)
    {
        foreach (var field in type.Fields)
            yield return (field.Column, field.SqlType, field.NotNull, $"{field.Column} {Short(field.SqlType)}{(field.NotNull ? " NOT NULL" : "")}{Check(field)}");
        if (type.TakesCustomFields)
            yield return (CustomValues.Column, "jsonb", true, $"{CustomValues.Column} jsonb NOT NULL DEFAULT '{{}}' CHECK (jsonb_typeof({CustomValues.Column}) = 'object')");
    }

    /// <summary>Indexes, unique keys and references: how the catalogue says them, and the statement that makes each.</summary>
    internal static IEnumerable<(string Said, string Statement)> KeysOf(RecordType type, RecordRegistry registry)
    {
        var table = type.Table.Text;
        foreach (var unique in type.Uniques)
            yield return ($"UNIQUE ({Columns(unique)}) called {unique.Constraint}", $"ALTER TABLE {table} ADD UNIQUE ({Columns(unique)});");
        foreach (var index in type.Indexes)
            yield return ($"INDEX ({Columns(index)})", $"CREATE INDEX ON {table} ({Columns(index)});");
        foreach (var field in type.References)
        {
            var target = registry.Find(field.Target!)!.Table.Text;
            // The check of what is there reads across workspaces, which row security forbids its owner too.
            yield return (
                $"FOREIGN KEY (workspace_id, {field.Column}) REFERENCES {target}",
                $"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} ADD FOREIGN KEY (workspace_id, {field.Column}) REFERENCES {target}; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;");
        }
    }

    /// <summary>The file that a new type needs.</summary>
    internal static string Create(RecordType type, RecordRegistry registry)
    {
        var lines = OwnOf(type).Select(column => column.Definition)
            .Concat(type.Uniques.Select(unique => $"UNIQUE ({Columns(unique)})"))
            .Concat(type.References.Select(field => $"FOREIGN KEY (workspace_id, {field.Column}) REFERENCES {registry.Find(field.Target!)!.Table.Text}"));
        var indexes = string.Concat(type.Indexes.Select(index => $"CREATE INDEX ON {type.Table.Text} ({Columns(index)});\n"));
        return $"SELECT engine.record_table('{type.Table.Text}', $$\n{string.Join(",\n", lines.Select(line => $"  {line}"))}\n$$);\n{indexes}";
    }

    internal static Sql Columns(string[] tables) =>
        $"""
        SELECT n.nspname || '.' || c.relname AS table, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null, a.atthasdef AS has_default
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname || '.' || c.relname = ANY({tables}) AND a.attnum > 0 AND NOT a.attisdropped
        """;

    internal static Sql Keys(string[] tables) =>
        $"""
        WITH tables AS (
          SELECT c.oid, n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname || '.' || c.relname = ANY({tables}))
        SELECT t.name AS table, CASE WHEN x.indisunique THEN 'UNIQUE (' ELSE 'INDEX (' END || (
            SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY AS k(attnum, n)
            JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum)
          || ')' || CASE WHEN x.indisunique THEN ' called ' || (SELECT relname FROM pg_class WHERE oid = x.indexrelid) ELSE '' END AS said
        FROM tables t JOIN pg_index x ON x.indrelid = t.oid AND NOT x.indisprimary
        UNION ALL
        SELECT t.name, 'FOREIGN KEY (' || (
            SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY AS k(attnum, n)
            JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum)
          || ') REFERENCES ' || (SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = f.confrelid)
        FROM tables t JOIN pg_constraint f ON f.conrelid = t.oid AND f.contype = 'f'
          AND f.confrelid <> (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'engine' AND c.relname = 'workspaces')
        """;

    /// <summary>The tables whose rows some workspace's people could reach from another, or the write path not at all.</summary>
    internal static Sql Unprotected(string[] tables) =>
        $"""
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname || '.' || c.relname = ANY({tables}) AND NOT (
          c.relrowsecurity AND c.relforcerowsecurity
          AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname IN ('workspace', 'groups') AND p.polwithcheck IS NOT NULL) = 2
          AND has_table_privilege({DbRoles.Writer}, c.oid, 'INSERT'))
        """;

    private static string Columns(FieldKey key)
    {
        var own = key.Fields.Select(field => field.Column);
        return string.Join(", ", key.AcrossWorkspaces ? own : own.Prepend("workspace_id"));
    }

    private static string Short(string type) => type == "timestamp with time zone" ? "timestamptz" : type;

    /// <summary>What the column of a field takes, as it stands behind its definition; empty where that is everything of its type.</summary>
    internal static string Check(Field field) => field switch
    {
        TextField text => $" CHECK (char_length({field.Column}) BETWEEN 1 AND {text.Max})",
        ChoiceField choice => $" CHECK ({field.Column} IN ({string.Join(", ", choice.Choices.Select(word => $"'{word}'"))}))",
        TextListField list => $" CHECK (cardinality({field.Column}) <= {list.MaxItems})",
        IntegerField integer when integer.IsBounded => $" CHECK ({field.Column} BETWEEN {integer.Min} AND {integer.Max})",
        SealedField bytes => $" CHECK (octet_length({field.Column}) <= {bytes.MaxBytes})",
        _ => "",
    };
}
