using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Operations;

/// <summary>
/// Writes a group of transactions of one workspace in one database transaction: one batch that locks and reads
/// everything they touch, the work in memory, one batch that writes it all, one commit.
/// </summary>
internal sealed class WriteGroup(Db db, RecordRegistry registry, Policy policy, TimeProvider clock, Guid workspace, IReadOnlyList<Transaction> transactions)
{
    private readonly Overlay _overlay = new();
    private readonly Facts _facts = new();
    private readonly Dictionary<Guid, Browser> _browsers = [];
    private readonly Dictionary<Guid, Stored> _stored = [];
    private readonly List<LogEntry> _entries = [];
    private readonly List<(Transaction Transaction, Outcome Outcome)> _decided = [];
    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly RecordType _roleType = registry.Of<Role>();
    private readonly RecordType _customFieldType = registry.Of<CustomField>();
    private readonly Dictionary<long, int> _depths = [];
    private readonly HashSet<(string Kind, Guid Id)> _keysRead = [];
    private LogHead? _head;
    private byte[]? _headDigest;

    private sealed record Browser(Guid User)
    {
        public long LastMutation { get; set; }
    }

    private sealed record Stored(Guid? User, Guid? Browser, long? Mutation, Outcome Outcome);

    /// <summary>The log entries that the group appended, once <see cref="RunAsync"/> has returned.</summary>
    internal IReadOnlyList<LogEntry> Entries => _entries;

    /// <returns>The outcome of each transaction, in their order.</returns>
    internal async Task<IReadOnlyList<Outcome>> RunAsync(CancellationToken cancel)
    {
        await using var database = await db.BeginWriteAsync(workspace, cancel);
        await ReadAsync(database, cancel);
        if (_head is null)
            return [.. transactions.Select(_ => Absent())];
        await ReadGrantsAsync(database, cancel);

        var runner = new TransactionRunner(registry, policy, _overlay, _facts, _entries, _depths, clock);
        var outcomes = new List<Outcome>(transactions.Count);
        foreach (var transaction in transactions)
            outcomes.Add(await DecideAsync(database, runner, transaction, cancel));
        if (_decided.Count > 0)
        {
            await database.ExecuteAsync(Writes(), cancel);
            foreach (var erasure in _entries.SelectMany(entry => entry.Erasures))
                await EraseAsync(database, erasure, cancel);
            await database.CommitAsync(cancel);
        }

        return outcomes;
    }

    private async Task EraseAsync(DbTransaction database, Erasure erasure, CancellationToken cancel)
    {
        var known = await new LogEraser(database, registry, workspace, erasure).EraseAsync(cancel)
            ?? throw new CompanionException(WriteFailures.NotFound.With($"There never was a {erasure.Type.Name} {erasure.Id}.", "id"));
        if (erasure.Fields?.FirstOrDefault(field => !known.Contains(field)) is { } unknown)
            throw new CompanionException(FieldFailures.Unknown.With($"{erasure.Type.Name} has no field '{unknown}', and the log of {erasure.Id} names none.", unknown));
    }

    private static Outcome Absent() =>
        new(OutcomeKind.Rejected, Failure: WriteFailures.NoWorkspace.With("There is no such workspace."));

    private async Task<Outcome> DecideAsync(DbTransaction database, TransactionRunner runner, Transaction transaction, CancellationToken cancel)
    {
        if (_stored.TryGetValue(transaction.Id, out var stored))
        {
            if (stored.User != transaction.Actor.User || stored.Browser != transaction.Origin?.Browser || stored.Mutation != transaction.Origin?.Mutation)
                return TransactionRunner.Refuse(WriteFailures.IdTaken.With("Give the transaction an id of its own.", "id"));
            return stored.Outcome.Kind == OutcomeKind.Conflict
                ? (await WithFactsAsync(database, () => (runner.Repeat(transaction, stored.Outcome), null), cancel)).Outcome
                : stored.Outcome;
        }

        if (transaction.Origin is { } origin)
        {
            // A gap means that an earlier one is still on its way; a used number without its outcome is a broken client.
            if (!_browsers.TryGetValue(origin.Browser, out var browser) || browser.User != transaction.Actor.User || origin.Mutation > browser.LastMutation + 1)
                return Outcome.Again;
            if (origin.Mutation <= browser.LastMutation)
                return TransactionRunner.Refuse(WriteFailures.IdTaken.With($"The number {origin.Mutation} of this browser belongs to another transaction.", "mutation"));
            browser.LastMutation = origin.Mutation;
        }

        foreach (var companion in transaction.Companions)
        {
            if ((await database.ExecuteAsync([companion.Statement], cancel))[0] != 1)
                throw new CompanionException(companion.Otherwise);
        }

        var (outcome, entry) = await WithFactsAsync(database, () => (runner.Run(transaction, _head!.Seq, out var made), made), cancel);
        if (entry is not null)
        {
            _entries.Add(entry);
            _head = new LogHead(entry.Seq, transaction.Id);
        }
        else if (transaction.Companions.Count > 0 && !outcome.Succeeded)
        {
            throw new CompanionException(outcome.Failure!);
        }

        _decided.Add((transaction, outcome));
        _stored[transaction.Id] = new Stored(
            transaction.Actor.User, transaction.Origin?.Browser, transaction.Origin?.Mutation,
            outcome.Kind == OutcomeKind.Applied ? outcome with { Kind = OutcomeKind.Duplicate } : outcome);
        return outcome;
    }

    /// <summary>Runs, reads what turned out to be needed, and runs again.</summary>
    private async Task<(Outcome Outcome, LogEntry? Entry)> WithFactsAsync(
        DbTransaction database, Func<(Outcome Outcome, LogEntry? Entry)> run, CancellationToken cancel)
    {
        var result = run();
        while (!_facts.Complete)
        {
            await _facts.ReadAsync(database, workspace, cancel);
            await ReadGrantsAsync(database, cancel);
            result = run();
        }

        return result;
    }

    private async Task ReadAsync(DbTransaction database, CancellationToken cancel)
    {
        var operations = transactions.SelectMany(transaction => transaction.Operations).ToArray();
        var records = Records(operations);
        var made = operations.Where(operation => operation is CreateOperation or RestoreOperation).ToArray();
        var statements = new List<Sql>
        {
            // Alone in its statement: those that follow see what was committed while it waited.
            $"SELECT pg_advisory_xact_lock({LockKey(workspace)})",
            LogStore.SelectHead(workspace),
            SelectBrowsers(),
            SelectOutcomes(),
            SelectMembers(operations),
            _roleType.Sql.SelectAll(workspace),
            SelectGraves(made),
        };
        statements.AddRange(records.Select(group => group.Rows));
        var causes = transactions.Select(transaction => transaction.Cause).OfType<long>().Distinct().ToArray();
        if (causes.Length > 0)
            statements.Add($"SELECT seq, depth FROM engine.log WHERE workspace_id = {workspace} AND seq = ANY({causes})");

        await using var reader = await database.ReadAsync(statements, cancel);
        await NextAsync(reader, cancel);
        if (await reader.ReadAsync(cancel))
        {
            _head = new LogHead(reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetGuid(2));
            _headDigest = reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3);
        }

        await NextAsync(reader, cancel);
        while (await reader.ReadAsync(cancel))
            _browsers.Add(reader.GetGuid(0), new Browser(reader.GetGuid(1)) { LastMutation = reader.GetInt64(2) });
        await NextAsync(reader, cancel);
        while (await reader.ReadAsync(cancel))
            _stored.Add(reader.GetGuid(0), ReadStored(reader));
        await NextAsync(reader, cancel);
        while (await reader.ReadAsync(cancel))
            _overlay.Load(_memberType, _memberType.Sql.Read(reader));
        await NextAsync(reader, cancel);
        while (await reader.ReadAsync(cancel))
            _overlay.Load(_roleType, _roleType.Sql.Read(reader));
        await NextAsync(reader, cancel);
        while (await reader.ReadAsync(cancel))
            LoadGrave(reader);
        foreach (var (type, _) in records)
        {
            await NextAsync(reader, cancel);
            while (await reader.ReadAsync(cancel))
                _overlay.Load(type, type.Sql.Read(reader));
        }

        if (causes.Length > 0)
        {
            await NextAsync(reader, cancel);
            while (await reader.ReadAsync(cancel))
                _depths.Add(reader.GetInt64(0), reader.GetInt32(1));
        }
    }

    /// <summary>
    /// The records that the operations name or refer to, and those above them from which they have their keys: each table
    /// once, whatever the depth.
    /// </summary>
    private List<(RecordType Type, Sql Rows)> Records(IReadOnlyList<Operation> operations)
    {
        var wanted = operations.Select(operation => (operation.Type, Id: operation.Record)).Concat(ReferencesOf(operations))
            .ToLookup(record => record.Type, record => record.Id);
        var touched = operations.Select(operation => operation.Type).ToHashSet();
        bool TakesAll(RecordType type) => type == _customFieldType ? touched.Any(other => other.TakesCustomFields || other == type) : type.RulesSeeAll && touched.Contains(type);
        var above = new Dictionary<RecordType, List<Sql>>();
        var rows = new List<(RecordType, Sql)>();
        // From the bottom up: by the time a type's turn comes, all that lie below it have said whom they look for.
        foreach (var type in registry.All.OrderByDescending(type => type.Rank))
        {
            var ids = wanted[type].Distinct().ToArray();
            var sources = above.GetValueOrDefault(type, []);
            if ((ids.Length == 0 && sources.Count == 0 && !TakesAll(type)) || type == _roleType || (type == _memberType && touched.Contains(type)))
                continue;
            if (sources.Count > 0 && ids.Length > 0)
                sources.Add($"SELECT unnest({ids})");
            Sql named = $"id = ANY({ids})";
            Sql where = sources.Count == 0 ? named : $"id IN ({Sql.Join("UNION", "", sources)})";
            foreach (var key in type.Inherits)
            {
                if (!above.TryGetValue(key.Parent, out var parents))
                    above[key.Parent] = parents = [];
                parents.Add($"SELECT {new SqlName(key.Through.Column)} FROM {type.Table} WHERE workspace_id = {workspace} AND {where}");
            }

            rows.Add((type, TakesAll(type) ? type.Sql.SelectAll(workspace) : type.Sql.SelectWhere(workspace, where)));
        }

        return rows;
    }

    /// <summary>The records that the operations refer to.</summary>
    private IEnumerable<(RecordType Type, Guid Id)> ReferencesOf(IEnumerable<Operation> operations) => operations
        .SelectMany<Operation, (Field Field, object? Value)>(operation => operation switch
        {
            CreateOperation create => create.Values,
            SetOperation set => [(set.Field, set.Value)],
            _ => [],
        })
        .Where(pair => pair is { Field: ReferenceField { Target: not null }, Value: Guid })
        .Select(pair => (registry.Find(((ReferenceField)pair.Field).Target!)!, (Guid)pair.Value!));

    private void LoadGrave(NpgsqlDataReader row)
    {
        if (registry.Find(row.GetString(0)) is not { } type)
            return;
        var before = registry.Upcast(type.Name, row.GetInt32(2), (JsonObject)JsonNode.Parse(row.GetString(3))!);
        var record = type.Read(row.GetGuid(1), JsonSerializer.SerializeToElement(before));
        record.Version = row.GetInt64(4);
        _overlay.LoadGrave(type, record);
    }

    /// <summary>Of the keys that the actors hold only those that the read records have: someone may hold thousands.</summary>
    private async Task ReadGrantsAsync(DbTransaction database, CancellationToken cancel)
    {
        var operations = transactions.SelectMany(transaction => transaction.Operations).ToArray();
        var held = _overlay.Keys().Concat(operations.SelectMany(operation => operation.Type.Keys.SelectMany(key => Named(operation).Select(id => (key.Kind, Id: id)))))
            .Where(key => _keysRead.Add(key)).ToLookup(key => key.Kind, key => key.Id, StringComparer.Ordinal);
        var granting = registry.Grants.Where(type => held.Contains(type.Grant!.Kind)).ToArray();
        if (granting.Length == 0)
            return;
        var members = _overlay.AllOf(_memberType).Select(member => member.Id).ToArray();
        var statements = granting.Select(type => type.Sql.SelectWhere(
            workspace, $"{new SqlName(type.Grant!.Member.Column)} = ANY({members}) AND {new SqlName(type.Grant.Key.Column)} = ANY({held[type.Grant.Kind].ToArray()})")).ToArray();
        await using var reader = await database.ReadAsync(statements, cancel);
        foreach (var type in granting)
        {
            while (await reader.ReadAsync(cancel))
            {
                var record = type.Sql.Read(reader);
                if (!_overlay.Knows(type, record.Id))
                    _overlay.Load(type, record);
            }

            await NextAsync(reader, cancel);
        }
    }

    /// <summary>The ids that an operation brings in, of which some may be keys.</summary>
    private IEnumerable<Guid> Named(Operation operation) => operation switch
    {
        CreateOperation create => create.Values.Select(value => value.Value).OfType<Guid>().Append(create.Record),
        RestoreOperation restore => _overlay.Deleted(restore.Type, restore.Record) is { } deleted ? restore.Type.KeysOf(deleted).OfType<Guid>() : [],
        SetOperation { Value: Guid id } => [id],
        _ => [],
    };

    private Sql SelectBrowsers()
    {
        var browsers = transactions.Select(transaction => transaction.Origin?.Browser).OfType<Guid>().Distinct().ToArray();
        return $"SELECT browser_id, user_id, last_mutation FROM engine.browsers WHERE workspace_id = {workspace} AND browser_id = ANY({browsers})";
    }

    private Sql SelectOutcomes()
    {
        var ids = transactions.Select(transaction => transaction.Id).ToArray();
        return $"""
            SELECT transaction_id, user_id, browser_id, mutation, outcome, seq, answer::text
            FROM engine.outcomes WHERE workspace_id = {workspace} AND transaction_id = ANY({ids})
            """;
    }

    /// <summary>The members who act; all of them, where a member changes.</summary>
    private Sql SelectMembers(IReadOnlyList<Operation> operations)
    {
        if (operations.Any(operation => operation.Type == _memberType))
            return _memberType.Sql.SelectAll(workspace);
        var users = transactions.Select(transaction => transaction.Actor.User).OfType<Guid>().Distinct().ToArray();
        return _memberType.Sql.Select(workspace, users, "user_id");
    }

    private Sql SelectGraves(IReadOnlyList<Operation> made)
    {
        var types = made.Select(operation => operation.Type.Name).ToArray();
        var ids = made.Select(operation => operation.Record).ToArray();
        return $"""
            SELECT type, record_id, schema, before::text, version FROM engine.tombstones
            WHERE workspace_id = {workspace} AND (type, record_id) IN (SELECT type, id FROM unnest({types}, {ids}) AS made(type, id))
            """;
    }

    private static Stored ReadStored(NpgsqlDataReader row)
    {
        var outcome = row.GetString(4) switch
        {
            "applied" => new Outcome(OutcomeKind.Duplicate, row.GetInt64(5)),
            "conflict" => new Outcome(OutcomeKind.Conflict) { Stored = row.GetString(6) },
            _ => new Outcome(OutcomeKind.Rejected, Answer: row.GetString(6)),
        };
        return new Stored(
            row.IsDBNull(1) ? null : row.GetGuid(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.IsDBNull(3) ? null : row.GetInt64(3), outcome);
    }

    private List<Sql> Writes()
    {
        var statements = new List<Sql>();
        statements.AddRange(RowWrites.Of(workspace, _overlay.Changed(), clock.GetUtcNow()));
        if (_entries.Count > 0)
        {
            statements.Add(LogStore.Append(registry, workspace, _entries, _headDigest));
            var moves = _entries.SelectMany(entry => entry.Changes.Where(change => change.MovesKeys).Select(change => (entry, change))).ToArray();
            if (moves.Length > 0)
                statements.Add(InsertMoves(moves));
            statements.AddRange(GraveWrites());
        }

        statements.Add(InsertOutcomes());
        var moved = _decided.Select(decided => decided.Transaction.Origin).Where(origin => origin is not null)
            .GroupBy(origin => origin!.Value.Browser, origin => origin!.Value.Mutation).ToArray();
        if (moved.Length > 0)
        {
            var (ids, numbers) = (moved.Select(group => group.Key).ToArray(), moved.Select(group => group.Max()).ToArray());
            statements.Add($"""
                UPDATE engine.browsers AS b SET last_mutation = n.mutation
                FROM unnest({ids}, {numbers}) AS n(browser_id, mutation)
                WHERE b.workspace_id = {workspace} AND b.browser_id = n.browser_id
                """);
        }

        return statements;
    }

    private Sql InsertOutcomes()
    {
        var now = clock.GetUtcNow();
        return $"""
            INSERT INTO engine.outcomes (workspace_id, transaction_id, user_id, browser_id, mutation, outcome, seq, answer, at)
            SELECT {workspace}, id, user_id, browser_id, mutation, outcome, seq, answer::jsonb, {now}
            FROM unnest(
              {_decided.Select(d => d.Transaction.Id).ToArray()},
              {_decided.Select(d => d.Transaction.Actor.User).ToArray()},
              {_decided.Select(d => d.Transaction.Origin?.Browser).ToArray()},
              {_decided.Select(d => d.Transaction.Origin?.Mutation).ToArray()},
              {_decided.Select(d => d.Outcome.Word).ToArray()},
              {_decided.Select(d => d.Outcome.Seq).ToArray()},
              {_decided.Select(d => d.Outcome.Stored).ToArray()}
            ) AS row(id, user_id, browser_id, mutation, outcome, seq, answer)
            """;
    }

    /// <summary>A tombstone for each record that is gone in the end; none for one that is there.</summary>
    private IEnumerable<Sql> GraveWrites()
    {
        var restored = _overlay.Restored().ToArray();
        if (restored.Length > 0)
        {
            yield return $"""
                DELETE FROM engine.tombstones AS t
                USING unnest({restored.Select(r => r.Type.Name).ToArray()}, {restored.Select(r => r.Id).ToArray()}) AS r(type, id)
                WHERE t.workspace_id = {workspace} AND t.type = r.type AND t.record_id = r.id
                """;
        }

        var graves = _entries.SelectMany(entry => entry.Changes.Where(change => change.Kind == "delete").Select(change => (Entry: entry, Change: change)))
            .Where(grave => _overlay.Kept(grave.Change.Type, grave.Change.Id) is null)
            .GroupBy(grave => (grave.Change.Type, grave.Change.Id)).Select(group => group.Last()).ToArray();
        if (graves.Length > 0)
        {
            yield return $"""
                INSERT INTO engine.tombstones (workspace_id, type, record_id, version, deleted_at, schema, before)
                SELECT {workspace}, type, id, version, at, {registry.Schema}, before::jsonb
                FROM unnest(
                  {graves.Select(g => g.Change.Type.Name).ToArray()}, {graves.Select(g => g.Change.Id).ToArray()},
                  {graves.Select(g => g.Entry.Seq).ToArray()}, {graves.Select(g => g.Entry.At).ToArray()},
                  {graves.Select(g => g.Change.Before).ToArray()}
                ) AS row(type, id, version, at, before)
                """;
        }
    }

    private Sql InsertMoves(IReadOnlyCollection<(LogEntry Entry, RecordChange Change)> moves)
    {
        var rows = new SqlJson(JsonText.Text(json =>
        {
            json.WriteStartArray();
            foreach (var (entry, change) in moves)
            {
                json.WriteStartObject();
                json.WriteString("type", change.Type.Name);
                json.WriteString("record_id", change.Id);
                json.WriteNumber("version", entry.Seq);
                json.WriteStartObject("keys");
                for (var i = 0; i < change.KeysBefore!.Count; i++)
                    RecordType.WriteId(json, change.Type.Keys[i].Name, change.KeysBefore[i]);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }));
        return $"""
            INSERT INTO engine.moves (workspace_id, type, record_id, version, keys)
            SELECT {workspace}, type, record_id, version, keys FROM jsonb_to_recordset({rows}) AS row(type text, record_id uuid, version bigint, keys jsonb)
            """;
    }

    private static async Task NextAsync(NpgsqlDataReader reader, CancellationToken cancel) => await reader.NextResultAsync(cancel);

    /// <summary>The advisory lock of a workspace: the first half of its id is time, the second is random.</summary>
    private static long LockKey(Guid workspace) => BitConverter.ToInt64(workspace.ToByteArray(), 8);
}

/// <summary>Ends a group of one whose companion statement, or whose rules, did not hold: the database transaction is undone.</summary>
internal sealed class CompanionException(Failure failure) : Exception(failure.Detail)
{
    internal Failure Failure { get; } = failure;
}
