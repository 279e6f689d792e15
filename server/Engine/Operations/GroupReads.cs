using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Operations;

/// <summary>
/// What a group reads. What its transactions name is read at once, in as many statements for many workspaces as for one;
/// each row says whose it is, and goes to the part of its own workspace. What one part turns out to need beyond that is
/// read by statements that reach no other.
/// </summary>
internal sealed class GroupReads(RecordRegistry registry, IReadOnlyCollection<GroupPart> parts)
{
    private readonly Dictionary<Guid, GroupPart> _parts = parts.ToDictionary(part => part.Workspace);
    private readonly (Guid Workspace, Operation Operation)[] _operations =
        [.. parts.SelectMany(part => part.Transactions.SelectMany(transaction => transaction.Operations).Select(operation => (part.Workspace, operation)))];

    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly RecordType _roleType = registry.Of<Role>();
    private readonly RecordType _customFieldType = registry.Of<CustomField>();
    private readonly HashSet<(GroupPart Part, string Kind, Guid Id)> _keysRead = [];

    /// <param name="waits">Whether to wait for a lock that someone else holds; else the part is left out.</param>
    internal ReadBatch Named(bool waits)
    {
        var batch = new ReadBatch();
        // Alone in its statement: those that follow see what was committed while it waited.
        batch.Add(Locks(waits), row => Of(row, 0).Lock());
        batch.Add(LogStore.SelectHeads([.. _parts.Keys]), row =>
            Of(row, 0).LoadHead(new LogHead(row.GetInt64(1), row.IsDBNull(2) ? null : row.GetGuid(2)), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)));
        AddBrowsers(batch);
        AddOutcomes(batch);
        AddActors(batch);
        AddGraves(batch);
        AddRecords(batch);
        AddCauses(batch);
        return batch;
    }

    /// <summary>Of the keys that the actors hold only those that the read records have: someone may hold thousands.</summary>
    internal ReadBatch Grants()
    {
        var batch = new ReadBatch();
        foreach (var part in parts)
        {
            var broughtIn = part.Transactions.SelectMany(transaction => transaction.Operations)
                .SelectMany(operation => operation.Type.Keys.SelectMany(key => BroughtIn(part, operation).Select(id => (key.Kind, Id: id))));
            var held = part.Overlay.Keys().Concat(broughtIn).Where(key => _keysRead.Add((part, key.Kind, key.Id)))
                .ToLookup(key => key.Kind, key => key.Id, StringComparer.Ordinal);
            var members = part.Overlay.AllOf(_memberType).Select(member => member.Id).ToArray();
            foreach (var type in registry.Grants.Where(type => held.Contains(type.Grant!.Kind)))
            {
                Sql granted = $"{new SqlName(type.Grant!.Member.Column)} = ANY({members}) AND {new SqlName(type.Grant.Key.Column)} = ANY({held[type.Grant.Kind].ToArray()})";
                batch.Add(part.Workspace, type.Sql.SelectWhere(part.Workspace, granted), row =>
                {
                    var record = type.Sql.Read(row);
                    if (!part.Overlay.Knows(type, record.Id))
                        part.Overlay.Load(type, record);
                });
            }
        }

        return batch;
    }

    /// <summary>What the transactions have asked for and not been told.</summary>
    internal ReadBatch Facts()
    {
        var batch = new ReadBatch();
        foreach (var part in parts)
        {
            foreach (var question in part.Facts.Open)
                batch.Add(part.Workspace, question.Sql(part.Workspace), async (rows, cancel) => part.Facts.Learn(question, await question.ReadAsync(rows, cancel)));
        }

        return batch;
    }

    private GroupPart Of(NpgsqlDataReader row, int column) => _parts[row.GetGuid(column)];

    private void Load(RecordType type, NpgsqlDataReader row)
    {
        var (workspace, record) = type.Sql.ReadOwned(row);
        _parts[workspace].Overlay.Load(type, record);
    }

    /// <summary>The key of the lock that whoever writes in a workspace holds. The first half of its id is time, the second is random.</summary>
    internal static long LockOf(Guid workspace) => BitConverter.ToInt64(workspace.ToByteArray(), 8);

    private Sql Locks(bool waits)
    {
        var keys = _parts.Keys.Select(LockOf).ToArray();
        Sql named = $"unnest({_parts.Keys.ToArray()}, {keys}) AS named(id, key)";
        if (waits)
            return $"SELECT id, pg_advisory_xact_lock(key)::text FROM {named}";
        return $"SELECT id FROM {named} WHERE pg_try_advisory_xact_lock(key)";
    }

    private void AddBrowsers(ReadBatch batch)
    {
        var browsers = parts.SelectMany(part => part.Transactions.Select(transaction => transaction.Origin?.Browser).OfType<Guid>().Distinct().Select(browser => (part.Workspace, browser))).ToArray();
        if (browsers.Length > 0)
            batch.Add($"SELECT workspace_id, browser_id, user_id, leader, last_mutation FROM engine.browsers WHERE (workspace_id, browser_id) IN ({RecordSql.Keys(browsers)})", row =>
                Of(row, 0).LoadBrowser(row.GetGuid(1), row.GetGuid(2), row.GetInt64(3), row.GetInt64(4)));
    }

    private void AddOutcomes(ReadBatch batch)
    {
        var ids = parts.SelectMany(part => part.Transactions.Select(transaction => (part.Workspace, transaction.Id))).ToArray();
        Sql select = $"""
            SELECT workspace_id, transaction_id, user_id, browser_id, mutation, outcome, seq, answer::text
            FROM engine.outcomes WHERE (workspace_id, transaction_id) IN ({RecordSql.Keys(ids)})
            """;
        batch.Add(select, row => Of(row, 0).LoadOutcome(
            row.GetGuid(1),
            row.IsDBNull(2) ? null : row.GetGuid(2),
            (row.IsDBNull(3) ? null : row.GetGuid(3), row.IsDBNull(4) ? null : row.GetInt64(4)),
            row.GetString(5) switch
            {
                "applied" => new Outcome(OutcomeKind.Duplicate, row.GetInt64(6)),
                "conflict" => new Outcome(OutcomeKind.Conflict) { Stored = row.GetString(7) },
                _ => new Outcome(OutcomeKind.Rejected, Answer: row.GetString(7)),
            }));
    }

    private void AddActors(ReadBatch batch)
    {
        var users = parts.SelectMany(part => part.Transactions.Select(transaction => transaction.Actor.User).OfType<Guid>().Distinct().Select(user => (part.Workspace, user))).ToArray();
        if (users.Length > 0)
        {
            var keys = RecordSql.Keys(users);
            batch.Add(_memberType.Sql.SelectOwned(keys, "user_id"), row => Load(_memberType, row));
            batch.Add(
                _roleType.Sql.SelectOwned($"SELECT workspace_id, custom_role FROM {_memberType.Table} WHERE (workspace_id, user_id) IN ({keys}) AND custom_role IS NOT NULL"),
                row => Load(_roleType, row));
        }
    }

    private void AddAll(ReadBatch batch, RecordType type, Guid[] workspaces)
    {
        if (workspaces.Length > 0)
            batch.Add(type.Sql.SelectAll(workspaces), row => Load(type, row));
    }

    private void AddGraves(ReadBatch batch)
    {
        var made = _operations.Where(touched => touched.Operation is CreateOperation or RestoreOperation).ToArray();
        if (made.Length == 0)
            return;
        var workspaces = made.Select(touched => touched.Workspace).ToArray();
        var types = made.Select(touched => touched.Operation.Type.Name).ToArray();
        var ids = made.Select(touched => touched.Operation.Record).ToArray();
        Sql select = $"""
            SELECT workspace_id, type, record_id, schema, before::text, version FROM engine.tombstones
            WHERE (workspace_id, type, record_id) IN (SELECT * FROM unnest({workspaces}, {types}, {ids}))
            """;
        batch.Add(select, row =>
        {
            if (registry.Find(row.GetString(1)) is not { } type)
                return;
            var before = registry.Upcast(type.Name, row.GetInt32(3), (JsonObject)JsonNode.Parse(row.GetString(4))!);
            var record = type.Read(row.GetGuid(2), JsonSerializer.SerializeToElement(before));
            record.Version = row.GetInt64(5);
            Of(row, 0).Overlay.LoadGrave(type, record);
        });
    }

    /// <summary>
    /// The records that the operations name or refer to, and those above them from which they have their keys: each table
    /// once, whatever the depth. All of a type where its rules see all.
    /// </summary>
    private void AddRecords(ReadBatch batch)
    {
        var wanted = _operations.SelectMany(touched => ReferencesOf(touched.Operation).Append((touched.Operation.Type, Id: touched.Operation.Record))
            .Select(record => (record.Type, Key: (touched.Workspace, record.Id)))).Distinct().ToLookup(record => record.Type, record => record.Key);
        foreach (var record in wanted.SelectMany(group => group.Select(key => (Type: group.Key, Key: key))))
            _parts[record.Key.Workspace].Overlay.Name(record.Type, record.Key.Id);
        var above = new Dictionary<RecordType, List<Sql>>();
        // From the bottom up: by the time a type's turn comes, all that lie below it have said whom they look for.
        foreach (var type in registry.All.OrderByDescending(type => type.Rank))
        {
            var whole = _operations.Where(touched => TakesAll(type, touched.Operation.Type)).Select(touched => touched.Workspace).ToHashSet();
            AddAll(batch, type, [.. whole]);
            var sources = above.GetValueOrDefault(type, []);
            var isMissing = sources.Count > 0 || wanted[type].Any(key => !whole.Contains(key.Workspace));
            if (wanted.Contains(type))
                sources.Add(RecordSql.Keys([.. wanted[type]]));
            if (sources.Count == 0)
                continue;
            var keys = Sql.Join("UNION", "", sources);
            foreach (var key in type.Inherits)
            {
                if (!above.TryGetValue(key.Parent, out var parents))
                    above[key.Parent] = parents = [];
                parents.Add($"SELECT workspace_id, {new SqlName(key.Through.Column)} FROM {type.Table} WHERE (workspace_id, id) IN ({keys})");
            }

            if (isMissing)
                batch.Add(type.Sql.SelectOwned(keys), row => Load(type, row));
        }
    }

    private bool TakesAll(RecordType type, RecordType touched) => type == _customFieldType
        ? touched.TakesCustomFields || touched == type
        : touched == type && (type.RulesSeeAll || type == _memberType);

    private void AddCauses(ReadBatch batch)
    {
        var causes = parts.SelectMany(part => part.Transactions.Select(transaction => transaction.Cause).OfType<long>().Distinct().Select(seq => (part.Workspace, Seq: seq))).ToArray();
        if (causes.Length == 0)
            return;
        var (workspaces, seqs) = (causes.Select(cause => cause.Workspace).ToArray(), causes.Select(cause => cause.Seq).ToArray());
        // Of a cause that was compacted nobody knows how deep it was; whatever answers it so late begins anew.
        Sql select = $"""
            SELECT workspace_id, seq, depth FROM engine.log WHERE (workspace_id, seq) IN (SELECT * FROM unnest({workspaces}, {seqs}))
            UNION ALL
            SELECT c.workspace_id, c.seq, 0 FROM unnest({workspaces}, {seqs}) AS c(workspace_id, seq) JOIN engine.bases b ON b.workspace_id = c.workspace_id AND c.seq <= b.seq
            WHERE c.seq > 0 AND NOT EXISTS (SELECT FROM engine.log l WHERE l.workspace_id = c.workspace_id AND l.seq = c.seq)
            """;
        batch.Add(select, row => Of(row, 0).LoadDepth(row.GetInt64(1), row.GetInt32(2)));
    }

    private IEnumerable<(RecordType Type, Guid Id)> ReferencesOf(Operation operation)
    {
        IEnumerable<(Field Field, object? Value)> values = operation switch
        {
            CreateOperation create => create.Values,
            SetOperation set => [(set.Field, set.Value)],
            _ => [],
        };
        return values.Where(pair => pair is { Field: ReferenceField { Target: not null }, Value: Guid })
            .Select(pair => (registry.Find(((ReferenceField)pair.Field).Target!)!, (Guid)pair.Value!));
    }

    /// <summary>The ids that an operation brings in, of which some may be keys.</summary>
    private static IEnumerable<Guid> BroughtIn(GroupPart part, Operation operation) => operation switch
    {
        CreateOperation create => create.Values.Select(value => value.Value).OfType<Guid>().Append(create.Record),
        RestoreOperation restore => part.Overlay.Deleted(restore.Type, restore.Record) is { } deleted ? restore.Type.KeysOf(deleted).OfType<Guid>() : [],
        SetOperation { Value: Guid id } => [id],
        _ => [],
    };
}
