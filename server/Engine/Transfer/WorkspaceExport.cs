using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Transfer;

/// <summary>How far an export is.</summary>
/// <param name="percent">From 0 to 99.</param>
/// <param name="step"><c>records</c>, <c>log</c>, or <c>rest</c>.</param>
/// <param name="count">How many it has written of that.</param>
public delegate void ExportProgress(int percent, string step, long count);

/// <summary>
/// Writes one workspace to one file: its people, its records as the wire knows them, and the rows of all its other tables, in
/// one snapshot. Runs as the owner of the tables, and so never within a request: for an operator, who sees everything anyway, or
/// for a person of the workspace, from whom what he may not read is sealed.
/// </summary>
public static class WorkspaceExport
{
    internal const string SecretsTable = "engine.secrets";
    internal const string LogTable = "engine.log";

    /// <param name="connectionString">See <see cref="Db(string)"/>.</param>
    /// <param name="registry">The record types.</param>
    /// <param name="workspace">Which.</param>
    /// <param name="stream">The file.</param>
    /// <param name="product">The version that writes it.</param>
    /// <param name="envelope">The operator's key.</param>
    /// <param name="people">Gives the people of the instance by their ids.</param>
    /// <param name="cancel">Gives up; what was written is no whole file.</param>
    /// <param name="reader">Who gets the file: of what he may not read, and of all that is no record, it holds sealed lines only; null for an operator.</param>
    /// <param name="say">Told how far it is.</param>
    /// <exception cref="TransferException">There is no such workspace.</exception>
    public static async Task<TransferHead> WriteAsync(
        string connectionString, RecordRegistry registry, Guid workspace, Stream stream, string product, Envelope envelope,
        Func<Guid[], Task<IReadOnlyList<TransferPerson>>> people, CancellationToken cancel,
        Access? reader = null, ExportProgress? say = null)
    {
        await using var source = DbRoles.DataSource(connectionString, DbRoles.Owner, maxPoolSize: 2);
        await using var connection = await DbFaults.OpenAsync(source, cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await EnterAsync(connection, workspace, cancel);

        var head = await HeadAsync(connection, registry, workspace, product, envelope.Key, cancel);
        await using var file = new TransferFile.Writer(stream, envelope, workspace);
        await file.WriteAsync(JsonSerializer.Serialize(head, TransferFile.Options), cancel);
        foreach (var person in await people(await MembersAsync(connection, workspace, cancel)))
        {
            var password = person.Password is null ? null : Seal(envelope, $"workspace/{workspace}/password/{person.Id}", person.Password);
            await file.WriteAsync(JsonSerializer.Serialize(new { person = person with { Password = password } }, TransferFile.Options), cancel);
        }

        var tables = await WorkspaceTable.ListAsync(connection, cancel);
        var closed = reader is null ? [] : registry.All.Where(type => !IsOpen(type, reader)).Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        var progress = new Progress(say, say is null ? 0 : await CountAsync(connection, tables, workspace, cancel));
        foreach (var table in tables)
        {
            var parts = table.Name.Split('.');
            if (registry.FindByTable(parts[0], parts[^1]) is { } type)
                await WriteRecordsAsync(connection, file, type, workspace, closed.Contains(type.Name), progress, cancel);
            else
                await WriteRowsAsync(connection, file, table, workspace, envelope, reader is null ? _ => false : row => table.Name != LogTable || Names(closed, row), progress, cancel);
        }

        await file.EndAsync(cancel);
        return head;
    }

    internal static async Task EnterAsync(NpgsqlConnection connection, Guid workspace, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { DbTransaction.Enter(workspace.ToString()), new NpgsqlBatchCommand("SET LOCAL timezone = 'UTC'") } };
        await batch.ExecuteNonQueryAsync(cancel);
    }

    internal static string SecretName(Guid workspace, JsonNode row) => $"workspace/{workspace}/secret/{row["type"]}/{row["record_id"]}/{row["field"]}";

    private static async Task<TransferHead> HeadAsync(NpgsqlConnection connection, RecordRegistry registry, Guid workspace, string product, string key, CancellationToken cancel)
    {
        await using var reader = await ReadAsync(connection, $"""
            SELECT now(), coalesce(l.seq, 0), encode(l.digest, 'hex') FROM engine.workspaces w
            LEFT JOIN LATERAL (SELECT seq, digest FROM engine.log WHERE workspace_id = {workspace} ORDER BY seq DESC LIMIT 1) l ON true
            WHERE w.workspace_id = {workspace}
            """, cancel);
        return await reader.ReadAsync(cancel)
            ? new TransferHead(
                TransferHead.Kind, TransferHead.Newest, product, registry.Schema, workspace, reader.GetFieldValue<DateTimeOffset>(0), reader.GetInt64(1),
                reader.IsDBNull(2) ? null : reader.GetString(2), key)
            : throw new TransferException($"There is no workspace {workspace}.");
    }

    private static async Task<Guid[]> MembersAsync(NpgsqlConnection connection, Guid workspace, CancellationToken cancel)
    {
        await using var reader = await ReadAsync(connection, $"SELECT user_id FROM access.members WHERE workspace_id = {workspace} ORDER BY user_id", cancel);
        var members = new List<Guid>();
        while (await reader.ReadAsync(cancel))
            members.Add(reader.GetGuid(0));
        return [.. members];
    }

    private static bool IsOpen(RecordType type, Access reader) => Reading.AllowsAll(type, reader) && type.Fields.All(field => Reading.Sees(type, reader, field));

    /// <summary>Whether an entry of the log may be about one of these types; their names stand in it in quotation marks.</summary>
    private static bool Names(IEnumerable<string> types, string entry) => types.Any(type => entry.Contains($"\"{type}\"", StringComparison.Ordinal));

    private static async Task<long> CountAsync(NpgsqlConnection connection, IEnumerable<WorkspaceTable> tables, Guid workspace, CancellationToken cancel)
    {
        long rows = 0;
        foreach (var table in tables)
        {
            await using var reader = await ReadAsync(connection, $"SELECT count(*) FROM {new SqlName(table.Name)} WHERE workspace_id = {workspace}", cancel);
            await reader.ReadAsync(cancel);
            rows += reader.GetInt64(0);
        }

        return rows;
    }

    private static async Task WriteRecordsAsync(
        NpgsqlConnection connection, TransferFile.Writer file, RecordType type, Guid workspace, bool isSealed, Progress progress, CancellationToken cancel)
    {
        await using var reader = await ReadAsync(connection, type.Sql.SelectAll(workspace), cancel);
        while (await reader.ReadAsync(cancel))
        {
            var record = type.Sql.Read(reader);
            await file.WriteAsync($$"""{"record":{{JsonText.Text(json => type.Write(json, record, _ => true))}}}""", cancel, isSealed);
            progress.Step("records");
        }
    }

    private static async Task WriteRowsAsync(
        NpgsqlConnection connection, TransferFile.Writer file, WorkspaceTable table, Guid workspace, Envelope envelope, Func<string, bool> isSealed, Progress progress,
        CancellationToken cancel)
    {
        var order = new SqlName(table.Name == LogTable ? "ORDER BY seq" : "");
        await using var reader = await ReadAsync(connection, $"SELECT (to_jsonb(t) - 'workspace_id')::text FROM {new SqlName(table.Name)} t WHERE workspace_id = {workspace} {order}", cancel);
        while (await reader.ReadAsync(cancel))
        {
            var row = reader.GetString(0);
            if (table.Name == SecretsTable)
            {
                var secret = JsonNode.Parse(row)!;
                secret["value"] = Seal(envelope, SecretName(workspace, secret), secret["value"]!.GetValue<string>());
                row = secret.ToJsonString(JsonText.Relaxed);
            }

            await file.WriteAsync($$"""{"table":"{{table.Name}}","row":{{row}}}""", cancel, isSealed(row));
            progress.Step(table.Name == LogTable ? "log" : "rest");
        }
    }

    private static string Seal(Envelope envelope, string name, string value) => Convert.ToBase64String(envelope.Seal(name, Encoding.UTF8.GetBytes(value)));

    private static async Task<NpgsqlDataReader> ReadAsync(NpgsqlConnection connection, Sql sql, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { sql.ToCommand() } };
        return await batch.ExecuteReaderAsync(cancel);
    }

    /// <summary>Counts what is written, and tells of it.</summary>
    private sealed class Progress(ExportProgress? say, long total)
    {
        private string _step = "";
        private long _written;
        private long _ofStep;

        internal void Step(string step)
        {
            (_ofStep, _step) = (step == _step ? _ofStep + 1 : 1, step);
            _written++;
            say?.Invoke((int)Math.Min(99, _written * 100 / Math.Max(1, total)), step, _ofStep);
        }
    }
}
