using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Npgsql;

namespace Holdfast.Engine.Operations;

/// <summary>
/// What else the tables say, beyond the records that a group names. Whoever needs a fact asks; what is not known yet is
/// read, and the transaction runs again. So the common group needs one batch of reads, and the rare one a second.
/// </summary>
internal sealed class Facts
{
    /// <summary>Stands among the fields of a <see cref="ValuesAt"/> where the log does not reach back to the version: what those held that are not named, nobody knows.</summary>
    internal const string BeyondLog = "";

    private readonly Dictionary<string, object> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Question> _open = new(StringComparer.Ordinal);

    /// <summary>Whether all that was asked is known; if not, what was decided meanwhile counts for nothing.</summary>
    internal bool Complete => _open.Count == 0;

    /// <summary>What is to be read.</summary>
    internal IReadOnlyCollection<Question> Open => _open.Values;

    /// <summary>The answer; while it is not known, one that lets the transaction go on.</summary>
    internal T Ask<T>(Question<T> question)
        where T : notnull
    {
        if (_known.TryGetValue(question.Key, out var answer))
            return (T)answer;
        _open[question.Key] = question;
        return question.Meanwhile;
    }

    internal void Learn(Question question, object answer)
    {
        _known[question.Key] = answer;
        _open.Remove(question.Key);
    }
}

/// <param name="Key">The same for the same question.</param>
internal abstract record Question(string Key)
{
    internal abstract Sql Sql(Guid workspace);

    internal abstract Task<object> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel);
}

/// <param name="Key">The same for the same question.</param>
/// <param name="Meanwhile">What is assumed until the answer is known.</param>
internal abstract record Question<T>(string Key, T Meanwhile) : Question(Key)
    where T : notnull;

/// <summary>A record that the group does not name; whether there is one. It comes into the overlay.</summary>
internal sealed record InTables(Overlay Overlay, RecordType Type, Guid Id) : Question<bool>($"record {Type.Name} {Id}", Meanwhile: true)
{
    internal override Sql Sql(Guid workspace) => Type.Sql.Select(workspace, [Id]);

    internal override async Task<object> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var isThere = await reader.ReadAsync(cancel);
        if (isThere)
            Overlay.Load(Type, Type.Sql.Read(reader));
        return isThere;
    }
}

/// <summary>The records that name one of some others as that above them; how many, or one more than the most. They come into the overlay.</summary>
internal sealed record Below(Overlay Overlay, RecordType Type, ReferenceField Through, IReadOnlyCollection<Guid> Above, int Most)
    : Question<int>($"below {Type.Name} {Through.Name} {Most} {string.Join(' ', Above)}", Meanwhile: 0)
{
    internal override Sql Sql(Guid workspace) => $"{Type.Sql.Select(workspace, [.. Above], Through.Column)} LIMIT {Most + 1}";

    internal override async Task<object> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var count = 0;
        for (; await reader.ReadAsync(cancel); count++)
        {
            var record = Type.Sql.Read(reader);
            if (!Overlay.Knows(Type, record.Id))
                Overlay.Load(Type, record);
        }

        return count;
    }
}

/// <summary>The ids of other records in the tables that hold the same values.</summary>
internal sealed record SameValues(RecordType Type, Record Record, IReadOnlyList<Field> Fields)
    : Question<IReadOnlyList<Guid>>(KeyOf(Type, Record, Fields), Meanwhile: [])
{
    internal override Sql Sql(Guid workspace) => Type.Sql.SelectSame(workspace, Record, Fields);

    internal override async Task<object> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancel))
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    private static string KeyOf(RecordType type, Record record, IReadOnlyList<Field> fields) => $"same {type.Name} {record.Id} " + JsonText.Text(json =>
    {
        json.WriteStartObject();
        RecordType.WriteValues(json, record, fields);
        json.WriteEndObject();
    });
}

/// <summary>The records in the tables that refer to one of some others by a field, and to which; the first <see cref="References.Most"/>.</summary>
internal sealed record Referring(RecordType Type, ReferenceField Field, IReadOnlyCollection<Guid> Target)
    : Question<IReadOnlyList<(Guid Id, Guid To)>>($"referring {Type.Name} {Field.Name} {string.Join(' ', Target)}", Meanwhile: [])
{
    internal override Sql Sql(Guid workspace)
    {
        var column = new SqlName(Field.Column);
        return $"SELECT id, {column} FROM {Type.Table} WHERE workspace_id = {workspace} AND {column} = ANY({Target.ToArray()}) LIMIT {References.Most}";
    }

    internal override async Task<object> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var references = new List<(Guid Id, Guid To)>();
        while (await reader.ReadAsync(cancel))
            references.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return references;
    }
}

/// <summary>Whether the tables hold a value under a custom key.</summary>
internal sealed record HasCustomValues(RecordType Type, string CustomKey) : Question<bool>($"custom {Type.Name} {CustomKey}", Meanwhile: false)
{
    internal override Sql Sql(Guid workspace) => Type.Sql.SelectHasCustom(workspace, CustomKey);

    internal override async Task<object> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel) =>
        await reader.ReadAsync(cancel) && reader.GetBoolean(0);
}

/// <summary>
/// What those fields of a record held at a version that have changed since, from the before-images of the log. Each
/// entry is found by the version before it, so only the record's own entries are read. Nobody knows where that version
/// lies too far back: to look for it would keep the others waiting.
/// </summary>
/// <param name="Registry">Brings older entries up to date.</param>
/// <param name="Type">The record's type.</param>
/// <param name="Id">The record.</param>
/// <param name="Version">The version looked for.</param>
/// <param name="Newest">The version that the tables hold.</param>
internal sealed record ValuesAt(RecordRegistry Registry, RecordType Type, Guid Id, long Version, long Newest)
    : Question<ValuesAt.Answer>($"at {Type.Name} {Id} {Version} {Newest}", new Answer(new Dictionary<string, string>(), IsKnown: true))
{
    private const int MostSteps = 50;

    /// <param name="Values">As JSON, by the names of the fields.</param>
    /// <param name="IsKnown">Whether the version was reached; without that, there are no values.</param>
    internal sealed record Answer(IReadOnlyDictionary<string, string> Values, bool IsKnown);

    internal override Sql Sql(Guid workspace) =>
        $"""
        WITH RECURSIVE chain AS (
          SELECT {Newest}::bigint AS at, NULL::int AS schema, NULL::jsonb AS before, 0 AS steps
          UNION ALL
          SELECT (change ->> 'previous')::bigint, l.schema, CASE change ->> 'kind' WHEN 'base' THEN jsonb_build_object({Facts.BeyondLog}::text, true) ELSE change -> 'before' END, steps + 1
          FROM chain JOIN engine.log l ON l.workspace_id = {workspace} AND l.seq = chain.at
          CROSS JOIN LATERAL jsonb_array_elements(l.changes) AS c(change)
          WHERE chain.at > {Version} AND steps < {MostSteps} AND change ->> 'type' = {Type.Name} AND change ->> 'id' = {Id.ToString()}
        )
        SELECT schema, before::text, min(at) OVER () AS reached FROM chain WHERE before IS NOT NULL ORDER BY at
        """;

    internal override async Task<object> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            if (reader.GetInt64(2) > Version)
                return new Answer(values, IsKnown: false);
            var before = (JsonObject)JsonNode.Parse(reader.GetString(1))!;
            foreach (var (field, value) in Registry.Upcast(Type.Name, reader.GetInt32(0), before))
                values.TryAdd(field, value is null ? "null" : JsonText.Of(JsonSerializer.SerializeToElement(value)));
        }

        return new Answer(values, IsKnown: true);
    }
}
