using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Log;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Transfer;

/// <summary>What an import does about people.</summary>
/// <param name="Match">For each person of the file the id that he has here already, by id or by address.</param>
/// <param name="Add">What adds one who is not here yet.</param>
public sealed record TransferPeople(
    Func<IReadOnlyList<TransferPerson>, Task<IReadOnlyDictionary<Guid, Guid>>> Match, Func<TransferPerson, IReadOnlyList<Sql>> Add);

/// <summary>What an import has taken in.</summary>
/// <param name="Head">What the file says of itself.</param>
/// <param name="Workspace">The id that it has here.</param>
/// <param name="Records">How many records.</param>
/// <param name="Entries">How many entries of the log.</param>
/// <param name="People">How many people came to be.</param>
public sealed record TransferReport(TransferHead Head, Guid Workspace, long Records, long Entries, int People);

/// <summary>
/// Takes in a workspace from a file that <see cref="WorkspaceExport"/> wrote, of this version or an older one: whole or not at
/// all, in one transaction. It begins a new epoch. Where ids change, those of the workspace and of people who are known here
/// under another, they are replaced wherever they stand, and the log is sealed anew.
/// </summary>
public sealed class WorkspaceImport : IDisposable
{
    private const int BatchRows = 500;
    private const int MostPeople = 100_000;
    private const string WorkspacesTable = "engine.workspaces";

    private readonly RecordRegistry _registry;
    private readonly Envelope _envelope;
    private readonly NpgsqlConnection _connection;
    private readonly Guid _workspace;
    private readonly IReadOnlyDictionary<string, string> _ids;
    private readonly IReadOnlyDictionary<string, WorkspaceTable> _tables;
    private readonly LogBase? _base;
    private readonly BaseDigest _images = new();
    private readonly BaseDigest _imagesAnew = new();
    private readonly List<JsonNode> _rows = [];
    private readonly List<Record> _records = [];
    private WorkspaceTable? _table;
    private RecordType? _type;
    private LogSealer? _sealer;
    private LogSealer? _resealer;
    private byte[] _digest = LogSealer.NoDigest;
    private byte[] _resealed = LogSealer.NoDigest;
    private long _recordCount;
    private long _entryCount;
    private bool _holdsWorkspace;
    private bool _saysSealedFrom;

    private WorkspaceImport(
        RecordRegistry registry, Envelope envelope, NpgsqlConnection connection, Guid workspace, IReadOnlyDictionary<string, string> ids, LogBase? @base,
        IEnumerable<WorkspaceTable> tables)
    {
        (_registry, _envelope, _connection, _workspace, _ids, _base) = (registry, envelope, connection, workspace, ids, @base);
        _tables = tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
    }

    /// <param name="connectionString">See <see cref="Db(string)"/>; the database is up to date.</param>
    /// <param name="registry">The record types.</param>
    /// <param name="stream">The file; it is read twice.</param>
    /// <param name="asNew">Whether it gets a new id; else it keeps its own, which must be free here.</param>
    /// <param name="envelope">The key that it was sealed with.</param>
    /// <param name="people">The people of this instance.</param>
    /// <param name="cancel">Gives up; nothing is left.</param>
    /// <exception cref="TransferException">It cannot be taken in; nothing of it is.</exception>
    public static async Task<TransferReport> ReadAsync(
        string connectionString, RecordRegistry registry, Stream stream, bool asNew, Envelope envelope, TransferPeople people, CancellationToken cancel)
    {
        await using var source = DbRoles.DataSource(connectionString, DbRoles.Owner, maxPoolSize: 2);
        await using var beside = await DbFaults.OpenAsync(source, cancel);
        var series = await SeriesParts.NewAsync(beside, cancel);
        var persons = new List<TransferPerson>();
        LogBase? compacted = null;
        var head = await TransferFile.ReadAsync(stream, envelope, (_, line) =>
        {
            series.See(line);
            if (line.StartsWith("""{"person":""", StringComparison.Ordinal))
                Add(JsonNode.Parse(line)!["person"].Deserialize<TransferPerson>(TransferFile.Options)!);
            // What tells of a compaction stands behind what was compacted. The last one counts.
            else if (line.StartsWith("{\"table\":\"engine.log\"", StringComparison.Ordinal) && line.Contains("\"base\": {", StringComparison.Ordinal) && JsonNode.Parse(line)!["row"]!["base"] is JsonObject told)
                compacted = LogBase.Read(told.ToJsonString(JsonText.Relaxed));
            return Task.CompletedTask;

            // Until it has come to its end the file is anybody's.
            void Add(TransferPerson person)
            {
                if (persons.Count == MostPeople)
                    throw TransferFile.Altered();
                persons.Add(person);
            }
        }, cancel);
        if (head.Schema > registry.Schema || head.Schema < RecordRegistry.OldestSchema)
            throw new TransferException($"The file was written by Holdfast {head.Product} with records of schema {head.Schema}; this version takes {RecordRegistry.OldestSchema} to {registry.Schema}. Use that version or a newer one.");

        var here = await people.Match(persons);
        var workspace = asNew ? Guid.CreateVersion7() : head.Workspace;
        var ids = here.Where(pair => pair.Key != pair.Value).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString(), StringComparer.Ordinal);
        if (asNew)
            ids.Add(head.Workspace.ToString(), workspace.ToString());

        await series.MakeAsync(beside, cancel);
        await using var connection = await DbFaults.OpenAsync(source, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await WorkspaceExport.EnterAsync(connection, workspace, cancel);
        // Whatever the file holds or lacks: where a workspace is, nothing is added to it.
        if (await IsHereAsync(connection, workspace, cancel))
            throw IsHere(workspace);
        using var import = new WorkspaceImport(registry, envelope, connection, workspace, ids, compacted, await WorkspaceTable.ListAsync(connection, cancel));
        try
        {
            var added = 0;
            foreach (var person in persons.Where(person => !here.ContainsKey(person.Id)))
            {
                var password = person.Password is null ? null : import.Open($"workspace/{head.Workspace}/password/{person.Id}", person.Password);
                foreach (var statement in people.Add(person with { Password = password }))
                    await import.RunAsync(statement, cancel);
                added++;
            }

            stream.Position = 0;
            await TransferFile.ReadAsync(stream, envelope, (_, line) => import.TakeAsync(head, line, cancel), cancel);
            await import.FlushAsync(cancel);
            if (!import._holdsWorkspace)
                throw TransferFile.Altered();
            if (!import._saysSealedFrom)
                await import.RunAsync(FindSealedFrom(workspace), cancel);
            await transaction.CommitAsync(cancel);
            return new TransferReport(head, workspace, import._recordCount, import._entryCount, added);
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "workspaces" })
        {
            throw IsHere(workspace);
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("23", StringComparison.Ordinal))
        {
            throw new TransferException($"This version does not take what the file holds of {e.SchemaName}.{e.TableName}{(e.ColumnName is { } column ? $" ({column})" : "")}: {e.MessageText}. Import it with Holdfast {head.Product}, which wrote it.");
        }
    }

    public void Dispose()
    {
        _images.Dispose();
        _imagesAnew.Dispose();
    }

    private static TransferException IsHere(Guid workspace) =>
        new($"The workspace {workspace} is here already, and an import replaces nothing. Take it in beside it by --as-new.");

    private static async Task<bool> IsHereAsync(NpgsqlConnection connection, Guid workspace, CancellationToken cancel)
    {
        Sql sql = $"SELECT EXISTS (SELECT FROM engine.workspaces WHERE workspace_id = {workspace})";
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { sql.ToCommand() } };
        return await batch.ExecuteScalarAsync(cancel) is true;
    }

    private async Task TakeAsync(TransferHead head, string line, CancellationToken cancel)
    {
        var json = JsonNode.Parse(line)!;
        if (json["person"] is not null)
            return;
        if (json["record"] is { } record)
        {
            await TurnToAsync(null, _registry.Find(record["type"]!.GetValue<string>()) ?? throw new TransferException($"This version does not know the record type {record["type"]}, which the file holds. Import it with Holdfast {head.Product}, which wrote it."), cancel);
            _records.Add(Record((JsonObject)Replaced(record), head.Schema));
            _recordCount++;
        }
        else
        {
            var name = json["table"]!.GetValue<string>();
            await TurnToAsync(_tables.GetValueOrDefault(name) ?? throw new TransferException($"This version has no table {name}, of which the file holds rows. Import it with Holdfast {head.Product}, which wrote it."), null, cancel);
            _rows.Add(Row(head, name, json["row"]!));
        }

        // Rows that refer to one another go in together.
        if (_rows.Count + _records.Count >= BatchRows && _table?.RefersToItself != true && !IsTree(_type))
            await FlushAsync(cancel);
    }

    /// <summary>A file of a version that did not know it yet: digests are due from the first entry on that has one.</summary>
    private static Sql FindSealedFrom(Guid workspace) => $"""
        UPDATE engine.workspaces SET sealed_from = coalesce(
          (SELECT seq FROM engine.log WHERE workspace_id = {workspace} AND digest IS NOT NULL ORDER BY seq LIMIT 1),
          (SELECT seq + 1 FROM engine.log WHERE workspace_id = {workspace} ORDER BY seq DESC LIMIT 1), 1)
        WHERE workspace_id = {workspace}
        """;

    private static bool IsTree(RecordType? type) => type is not null && type.References.Any(field => field.Target == type.Name);

    private JsonNode Row(TransferHead head, string table, JsonNode row)
    {
        if (table == WorkspaceExport.SecretsTable)
            row["value"] = Open(WorkspaceExport.SecretName(head.Workspace, row), row["value"]!.GetValue<string>());
        if (table == WorkspaceExport.LogTable)
            return Entry(head, row);
        var replaced = Replaced(row);
        if (table == WorkspacesTable)
        {
            replaced["epoch"] = Guid.CreateVersion7().ToString();
            _holdsWorkspace = true;
            _saysSealedFrom = ((JsonObject)replaced).ContainsKey("sealed_from");
        }

        return replaced;
    }

    /// <summary>Checks an entry against the one before it, and seals it anew where ids have changed.</summary>
    private JsonNode Entry(TransferHead head, JsonNode row)
    {
        _entryCount++;
        var entry = Stored(row);
        if (entry.Digest is null)
            return Replaced(row);
        _sealer ??= new LogSealer(head.Workspace);
        // Each image stands for itself; above them the chain goes on from the digest of what stood there before.
        var isImage = entry.Seq <= _base?.UpTo;
        if (entry.Seq == _base?.UpTo + 1)
            _digest = _resealed = _base!.Anchor;
        if (_sealer.Check(entry, isImage ? LogSealer.NoDigest : _digest) is { } wrong)
            throw new TransferException($"Entry {entry.Seq} of the log in the file does not hold: {wrong}.");
        _digest = entry.Digest;
        if (isImage)
            _images.Add(entry.Seq, entry.Digest);
        var tells = _base is not null && LogBase.Read(entry.Base)?.UpTo == _base.UpTo;
        if (tells && !_images.Finish().AsSpan().SequenceEqual(_base!.Rows))
            throw new TransferException($"The images up to entry {_base.UpTo} of the log in the file are not those of its compaction.");
        if (_ids.Count == 0)
            return row;
        _resealer ??= new LogSealer(_workspace);
        var replaced = Replaced(row);
        if (tells)
            replaced["base"] = JsonNode.Parse((_base! with { Rows = _imagesAnew.Finish() }).ToJson());
        _resealed = _resealer.SealAnew(Stored(replaced), isImage ? LogSealer.NoDigest : _resealed);
        if (isImage)
            _imagesAnew.Add(entry.Seq, _resealed);
        replaced["digest"] = $"\\x{Convert.ToHexStringLower(_resealed)}";
        return replaced;
    }

    private Record Record(JsonObject record, int schema)
    {
        var values = JsonText.Parse(_registry.Upcast(_type!.Name, schema, (JsonObject)record["values"]!.DeepClone()).ToJsonString(JsonText.Relaxed));
        var made = _type.New(record["id"]!.GetValue<Guid>());
        foreach (var member in values.EnumerateObject())
        {
            var field = _type.Find(member.Name) ?? throw new TransferException($"{_type.Name} {made.Id} has a field '{member.Name}', which this version does not know.");
            if (field is SecretField)
                field.Set(made, member.Value.ValueKind == JsonValueKind.True ? Secret.Kept : null);
            else if (field.TryRead(member.Value, out var value) is { } failure)
                throw new TransferException($"{_type.Name} {made.Id} holds what this version does not take: {failure.Detail}");
            else
                field.Set(made, value);
        }

        made.Version = record["version"]!.GetValue<long>();
        (made.CreatedAt, made.CreatedBy) = (record["createdAt"]!.GetValue<DateTimeOffset>(), record["createdBy"]?.GetValue<Guid>());
        (made.UpdatedAt, made.UpdatedBy) = (record["updatedAt"]!.GetValue<DateTimeOffset>(), record["updatedBy"]?.GetValue<Guid>());
        return made;
    }

    /// <summary>The same with the ids of here.</summary>
    private JsonNode Replaced(JsonNode node)
    {
        if (_ids.Count == 0)
            return node;
        var text = new StringBuilder(node.ToJsonString(JsonText.Relaxed));
        foreach (var (old, now) in _ids)
            text.Replace(old, now);
        return JsonNode.Parse(text.ToString())!;
    }

    private string Open(string name, string value) =>
        _envelope.Open(name, Convert.FromBase64String(value)) is { } bytes ? Encoding.UTF8.GetString(bytes) : throw TransferFile.Altered();

    private async Task TurnToAsync(WorkspaceTable? table, RecordType? type, CancellationToken cancel)
    {
        if (table == _table && type == _type)
            return;
        await FlushAsync(cancel);
        (_table, _type) = (table, type);
    }

    private async Task FlushAsync(CancellationToken cancel)
    {
        if (_records.Count > 0)
            await RunAsync(_type!.Sql.Insert(_records.Select(record => (_workspace, record))), cancel);
        if (_rows.Count > 0)
        {
            // A column that has come since has its default; one that has gone is left out.
            var columns = new SqlName(string.Join(", ", _table!.Columns.Where(column => ((JsonObject)_rows[0]).ContainsKey(column)).Select(column => $"\"{column}\"")));
            var table = new SqlName(_table.Name);
            await RunAsync($"""
                INSERT INTO {table} (workspace_id, {columns})
                SELECT {_workspace}, {columns} FROM jsonb_populate_recordset(NULL::{table}, {new SqlJson($"[{string.Join(',', _rows.Select(row => row.ToJsonString(JsonText.Relaxed)))}]")})
                """, cancel);
        }

        _records.Clear();
        _rows.Clear();
    }

    private async Task RunAsync(Sql sql, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(_connection) { BatchCommands = { sql.ToCommand() } };
        await batch.ExecuteNonQueryAsync(cancel);
    }

    private static StoredEntry Stored(JsonNode row) => new()
    {
        Seq = row["seq"]!.GetValue<long>(),
        TransactionId = row["transaction_id"]!.GetValue<Guid>(),
        At = row["at"]!.GetValue<DateTimeOffset>(),
        IsSystem = row["is_system"]!.GetValue<bool>(),
        Via = row["via"]!.GetValue<string>(),
        UserId = row["user_id"]?.GetValue<Guid>(),
        SessionId = row["session_id"]?.GetValue<Guid>(),
        BrowserId = row["browser_id"]?.GetValue<Guid>(),
        Mutation = row["mutation"]?.GetValue<long>(),
        Cause = row["cause"]?.GetValue<long>(),
        Depth = row["depth"]!.GetValue<int>(),
        Schema = row["schema"]!.GetValue<int>(),
        Erasures = row["erasures"]?.ToJsonString(JsonText.Relaxed),
        Base = row["base"]?.ToJsonString(JsonText.Relaxed),
        Changes = Encoding.UTF8.GetBytes(row["changes"]!.ToJsonString(JsonText.Relaxed)),
        Salts = Bytes(row["salts"]),
        Digest = Bytes(row["digest"]),
    };

    // As PostgreSQL writes bytea: \x and hexadecimal digits.
    private static byte[]? Bytes(JsonNode? node) => node is null ? null : Convert.FromHexString(node.GetValue<string>().AsSpan(2));
}
