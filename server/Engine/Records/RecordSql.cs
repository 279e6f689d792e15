using System.Data.Common;
using System.Text.Json;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Records;

/// <summary>
/// The statements of one record type. Rows travel as one JSON document, which PostgreSQL turns into a row set:
/// lists are just values there, and a batch of any size is one statement.
/// </summary>
internal sealed class RecordSql
{
    private const string SystemColumns = "id, version, created_at, created_by, updated_at, updated_by";
    private const string SystemColumnTypes =
        "id uuid, version bigint, created_at timestamptz, created_by uuid, updated_at timestamptz, updated_by uuid";

    private readonly RecordType _type;
    private readonly SqlName _columns;
    private readonly SqlName _typed;
    private readonly SqlName _assignments;

    internal RecordSql(RecordType type)
    {
        _type = type;
        string[] custom = type.TakesCustomFields ? [CustomValues.Column] : [];
        string[] columns = [.. type.Fields.Select(field => field.Column), .. custom];
        _columns = new SqlName(string.Join(", ", columns.Prepend(SystemColumns)));
        _typed = new SqlName(string.Join(", ", type.Fields.Select(field => $"{field.Column} {field.SqlType}").Prepend(SystemColumnTypes).Concat(custom.Select(column => $"{column} jsonb"))));
        _assignments = new SqlName(string.Join(", ", columns.Concat(["version", "created_at", "created_by", "updated_at", "updated_by"]).Select(column => $"{column} = row.{column}")));
    }

    internal Sql SelectAll(Guid workspace) =>
        $"SELECT {_columns} FROM {_type.Table} WHERE workspace_id = {workspace}";

    /// <param name="workspace">Whose records.</param>
    /// <param name="ids">The values looked for.</param>
    /// <param name="column">The column that holds them.</param>
    internal Sql Select(Guid workspace, Guid[] ids, string column = "id") =>
        $"SELECT {_columns} FROM {_type.Table} WHERE workspace_id = {workspace} AND {new SqlName(column)} = ANY({ids})";

    /// <summary>The records of the workspace under a condition on their columns.</summary>
    internal Sql SelectWhere(Guid workspace, Sql condition) =>
        $"SELECT {_columns} FROM {_type.Table} WHERE workspace_id = {workspace} AND ({condition})";

    /// <summary>The same with what may follow a condition, such as a limit.</summary>
    internal Sql SelectFrom(Guid workspace, Sql conditionAndMore) =>
        $"SELECT {_columns} FROM {_type.Table} WHERE workspace_id = {workspace} AND {conditionAndMore}";

    /// <summary>The ids of some of them.</summary>
    internal Sql SelectIdsWhere(Guid workspace, Sql condition, int limit) =>
        $"SELECT id FROM {_type.Table} WHERE workspace_id = {workspace} AND ({condition}) LIMIT {limit}";

    /// <summary>The newest of them by the server's clock: ids are made by whoever creates, under whatever date.</summary>
    internal Sql SelectNewest(Guid workspace, Sql condition, int limit) =>
        $"{SelectWhere(workspace, condition)} ORDER BY created_at DESC, version DESC LIMIT {limit}";

    /// <summary>The records that hold the same values in these fields as the given one.</summary>
    internal Sql SelectSame(Guid workspace, Record record, IReadOnlyList<Field> fields)
    {
        var value = new SqlJson(JsonText.Text(json => WriteRow(json, record)));
        var same = new SqlName(string.Join(" AND ", fields.Select(field => $"record.{field.Column} = row.{field.Column}")));
        return $"""
            SELECT record.id FROM {_type.Table} AS record, jsonb_to_record({value}) AS row({_typed})
            WHERE record.workspace_id = {workspace} AND record.id <> row.id AND {same}
            """;
    }

    /// <summary>Whether a record holds a value under a custom key.</summary>
    internal Sql SelectHasCustom(Guid workspace, string key) =>
        $"SELECT EXISTS (SELECT FROM {_type.Table} WHERE workspace_id = {workspace} AND jsonb_exists({new SqlName(CustomValues.Column)}, {key}))";

    /// <summary>All records of several workspaces, for <see cref="ReadOwned"/>.</summary>
    internal Sql SelectAll(Guid[] workspaces) =>
        $"SELECT {_columns}, workspace_id FROM {_type.Table} WHERE workspace_id IN (SELECT unnest({workspaces}))";

    /// <summary>Records of several workspaces, for <see cref="ReadOwned"/>.</summary>
    /// <param name="keys">A query for workspaces and the values looked for.</param>
    /// <param name="column">The column that holds them.</param>
    internal Sql SelectOwned(Sql keys, string column = "id") =>
        $"SELECT {_columns}, workspace_id FROM {_type.Table} WHERE (workspace_id, {new SqlName(column)}) IN ({keys})";

    internal Sql Insert(IEnumerable<(Guid Workspace, Record Record)> records) =>
        $"""
        INSERT INTO {_type.Table} (workspace_id, {_columns})
        SELECT workspace_id, {_columns} FROM jsonb_to_recordset({Rows(records)}) AS row(workspace_id uuid, {_typed})
        """;

    /// <remarks>The keys stand beside the rows: of these PostgreSQL expects a hundred, for which it would rather read a whole table of some thousands.</remarks>
    internal Sql Update(IReadOnlyCollection<(Guid Workspace, Record Record)> records) =>
        $"""
        UPDATE {_type.Table} AS record SET {_assignments}
        FROM jsonb_to_recordset({Rows(records)}) AS row(workspace_id uuid, {_typed})
        WHERE record.workspace_id = row.workspace_id AND record.id = row.id
          AND record.workspace_id = ANY({records.Select(record => record.Workspace).Distinct().ToArray()}) AND record.id = ANY({records.Select(record => record.Record.Id).ToArray()})
        """;

    internal Sql Delete(IReadOnlyCollection<(Guid Workspace, Guid Id)> records) =>
        $"DELETE FROM {_type.Table} WHERE (workspace_id, id) IN ({Keys(records)})";

    /// <summary>The keys as a query: workspaces and ids.</summary>
    internal static Sql Keys(IReadOnlyCollection<(Guid Workspace, Guid Id)> keys) =>
        $"SELECT * FROM unnest({keys.Select(key => key.Workspace).ToArray()}, {keys.Select(key => key.Id).ToArray()})";

    /// <summary>The record of the current row of any of the selects above.</summary>
    internal Record Read(DbDataReader row)
    {
        var record = _type.New(row.GetGuid(0));
        record.Version = row.GetInt64(1);
        record.CreatedAt = row.GetFieldValue<DateTimeOffset>(2);
        record.CreatedBy = row.IsDBNull(3) ? null : row.GetGuid(3);
        record.UpdatedAt = row.GetFieldValue<DateTimeOffset>(4);
        record.UpdatedBy = row.IsDBNull(5) ? null : row.GetGuid(5);
        for (var i = 0; i < _type.Fields.Count; i++)
            _type.Fields[i].Set(record, _type.Fields[i].Read(row, i + 6));
        if (_type.TakesCustomFields)
            record.Custom = CustomValues.Read(row.GetString(_type.Fields.Count + 6));
        return record;
    }

    /// <summary>The same of a select over several workspaces, with the one that the record is of.</summary>
    internal (Guid Workspace, Record Record) ReadOwned(DbDataReader row) => (row.GetGuid(row.FieldCount - 1), Read(row));

    private SqlJson Rows(IEnumerable<(Guid Workspace, Record Record)> records) => new(JsonText.Text(json =>
    {
        json.WriteStartArray();
        foreach (var (workspace, record) in records)
            WriteRow(json, record, workspace);
        json.WriteEndArray();
    }));

    private void WriteRow(Utf8JsonWriter json, Record record, Guid? workspace = null)
    {
        json.WriteStartObject();
        if (workspace is { } owner)
            json.WriteString("workspace_id", owner);
        json.WriteString("id", record.Id);
        json.WriteNumber("version", record.Version);
        json.WriteString("created_at", record.CreatedAt);
        RecordType.WriteId(json, "created_by", record.CreatedBy);
        json.WriteString("updated_at", record.UpdatedAt);
        RecordType.WriteId(json, "updated_by", record.UpdatedBy);
        foreach (var field in _type.Fields)
        {
            json.WritePropertyName(field.Column);
            field.WriteRow(json, field.Get(record));
        }

        if (_type.TakesCustomFields)
            CustomValues.Write(json, record);
        json.WriteEndObject();
    }
}
