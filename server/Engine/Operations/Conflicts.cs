using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>
/// What a conflict says, field by field: mine (what the operation wanted), base (what the field held where the sender
/// last saw it) and theirs (what it holds now). Stored are the error and what the sender said; what the records hold is
/// looked up each time, under the rights of that moment.
/// </summary>
/// <param name="registry">All record types.</param>
/// <param name="overlay">The records as they are now.</param>
/// <param name="facts">Reads base values from the log.</param>
/// <param name="entries">What the group has done so far, which the log does not hold yet.</param>
internal sealed class Conflicts(RecordRegistry registry, Overlay overlay, Facts facts, IReadOnlyList<LogEntry> entries)
{
    /// <summary>The part that is stored.</summary>
    /// <param name="failure">Of the guard.</param>
    /// <param name="refused">The operation whose guard failed; null where the database refused the transaction.</param>
    /// <param name="transaction">All operations.</param>
    internal static string Store(Failure failure, Operation? refused, Transaction transaction) => JsonText.Text(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("error");
        failure.Write(json);
        json.WriteStartArray("conflicts");
        if (refused is not null)
            WriteSaid(json, refused, transaction.Operations.Where(other => other.Type == refused.Type && other.Record == refused.Record));
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteSaid(Utf8JsonWriter json, Operation refused, IEnumerable<Operation> operations)
    {
        json.WriteStartObject();
        json.WriteString("type", refused.Type.Name);
        json.WriteString("id", refused.Record);
        if (refused.Guards.OfType<VersionGuard>().FirstOrDefault() is { } seen)
            json.WriteNumber("seen", seen.Version);
        json.WriteStartObject("mine");
        foreach (var (field, value) in Wanted(operations))
        {
            json.WritePropertyName(field.Name);
            field.Write(json, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("base");
        foreach (var guard in refused.Guards.OfType<FieldGuard>().DistinctBy(guard => guard.Field.Name))
        {
            json.WritePropertyName(guard.Field.Name);
            guard.Field.Write(json, guard.Expected);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The values that the operations give. What adds to a number or a list has none of its own.</summary>
    private static IEnumerable<(Field Field, object? Value)> Wanted(IEnumerable<Operation> operations) => operations
        .SelectMany<Operation, (Field Field, object? Value)>(operation => operation switch
        {
            CreateOperation create => create.Values,
            SetOperation set => [(set.Field, set.Value)],
            _ => [],
        })
        .GroupBy(pair => pair.Field.Name, StringComparer.Ordinal)
        .Select(group => group.Last());

    /// <summary>The whole answer, from the part that was stored.</summary>
    internal string Answer(string stored, Access access)
    {
        var said = JsonText.Parse(stored);
        return JsonText.Text(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("error");
            said.GetProperty("error").WriteTo(json);
            var readable = Readable(said, access).ToArray();
            json.WriteStartArray("conflicts");
            foreach (var (type, record, conflict) in readable)
                Write(json, type, record, conflict, access);
            json.WriteEndArray();
            json.WriteStartArray("current");
            foreach (var (type, record, _) in readable)
                type.Write(json, record, field => Reading.Sees(type, access, field));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private IEnumerable<(RecordType Type, Record Record, JsonElement Said)> Readable(JsonElement stored, Access access)
    {
        // Outcomes of earlier versions hold what was current then, and nothing to look up.
        if (!stored.TryGetProperty("conflicts", out var conflicts))
            yield break;
        foreach (var conflict in conflicts.EnumerateArray())
        {
            if (registry.Find(conflict.GetProperty("type").GetString()!) is { } type
                && overlay.Kept(type, conflict.GetProperty("id").GetGuid()) is { } record
                && Reading.Allows(type, access, type.KeysOf(record)))
                yield return (type, record, conflict);
        }
    }

    private void Write(Utf8JsonWriter json, RecordType type, Record record, JsonElement conflict, Access access)
    {
        var mine = conflict.GetProperty("mine");
        var expected = conflict.GetProperty("base");
        var before = conflict.TryGetProperty("seen", out var seen) ? ValuesAt(type, record, seen.GetInt64()) : null;
        string[] names = [.. mine.EnumerateObject().Concat(expected.EnumerateObject()).Select(member => member.Name).Distinct(StringComparer.Ordinal)];
        json.WriteStartObject();
        json.WriteString("type", type.Name);
        json.WriteString("id", record.Id);
        json.WriteStartObject("fields");
        foreach (var field in names.Select(type.Find).OfType<Field>().Where(field => Reading.Sees(type, access, field)))
        {
            json.WriteStartObject(field.Name);
            if (mine.TryGetProperty(field.Name, out var wanted))
                Write(json, "mine", wanted);
            if (expected.TryGetProperty(field.Name, out var value))
                Write(json, "base", value);
            else if (before is not null && before.TryGetValue(field.Name, out var text))
                Write(json, "base", JsonText.Parse(text));
            else if (before is not null && !before.ContainsKey(Facts.BeyondLog))
                WriteValue(json, "base", field, record);
            WriteValue(json, "theirs", field, record);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What the fields that have changed since a version held then; null where that lies too far back.</summary>
    private Dictionary<string, string>? ValuesAt(RecordType type, Record record, long version)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (overlay.Original(type, record.Id) is { } original && original.Version > version)
        {
            var answer = facts.Ask(new ValuesAt(registry, type, record.Id, version, original.Version));
            if (!answer.IsKnown)
                return null;
            foreach (var (field, value) in answer.Values)
                values[field] = value;
        }

        foreach (var change in entries.Where(entry => entry.Seq > version).SelectMany(entry => entry.Changes).Where(change => change.Type == type && change.Id == record.Id))
        {
            foreach (var member in JsonText.Parse(change.Before).EnumerateObject())
                values.TryAdd(member.Name, member.Value.GetRawText());
        }

        return values;
    }

    private static void Write(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    private static void WriteValue(Utf8JsonWriter json, string name, Field field, Record record)
    {
        json.WritePropertyName(name);
        field.Write(json, field.Get(record));
    }
}
