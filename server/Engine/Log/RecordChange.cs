using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Log;

/// <summary>What a transaction did to one record: once a record, whatever the number of its operations.</summary>
/// <param name="Type">The record type.</param>
/// <param name="Id">The record.</param>
/// <param name="Kind"><c>create</c>, <c>set</c> or <c>delete</c>; or <c>base</c>, below a compaction: the record as it stood there.</param>
/// <param name="Previous">The version before; 0 for a create, unless it restores: then the version of the deletion.</param>
/// <param name="Set">JSON object of the fields that changed, with their new values; empty for a delete.</param>
/// <param name="Before">JSON object of the values that those fields had; all fields for a delete, none for a create.</param>
public sealed record RecordChange(RecordType Type, Guid Id, string Kind, long Previous, string Set, string Before)
{
    /// <summary>The fields of <see cref="Set"/> whose value was erased since; they read as null.</summary>
    public IReadOnlyList<string> ErasedFromSet { get; init; } = [];

    /// <summary>The fields of <see cref="Before"/> whose value was erased since; they read as null.</summary>
    public IReadOnlyList<string> ErasedFromBefore { get; init; } = [];

    /// <summary>When the record was made, and by whom, where the change that did it was compacted.</summary>
    internal (DateTimeOffset At, Guid? By)? Made { get; init; }

    /// <summary>The values of <see cref="RecordType.Keys"/> before; null for a create.</summary>
    internal IReadOnlyList<Guid?>? KeysBefore { get; init; }

    /// <summary>The values of <see cref="RecordType.Keys"/> after; null for a delete.</summary>
    internal IReadOnlyList<Guid?>? KeysAfter { get; init; }

    /// <summary>The record afterwards, where it is at hand: for those to whom a change brings a record that they did not have.</summary>
    public Record? After { get; internal init; }

    /// <summary>Whether the change brings the record out of the sight of some and into that of others.</summary>
    internal bool MovesKeys => KeysBefore is not null && KeysAfter is not null && !KeysBefore.SequenceEqual(KeysAfter);

    internal static RecordChange? Between(RecordType type, Record? before, Record? after)
    {
        if (before is null && after is null)
            return null;
        if (before is null)
            return new RecordChange(type, after!.Id, "create", after.Version, Values(after, type.FieldsOf(after)), "{}") { KeysAfter = type.KeysOf(after), After = after };
        if (after is null)
            return new RecordChange(type, before.Id, "delete", before.Version, "{}", Values(before, type.FieldsOf(before))) { KeysBefore = type.KeysOf(before) };
        var changed = type.Changed(before, after).ToArray();
        return changed.Length == 0
            ? null
            : new RecordChange(type, after.Id, "set", before.Version, Values(after, changed), Values(before, changed))
            {
                KeysBefore = type.KeysOf(before),
                KeysAfter = type.KeysOf(after),
                After = after,
            };
    }

    internal void WriteToLog(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Type.Name);
        json.WriteString("id", Id);
        json.WriteString("kind", Kind);
        json.WriteNumber("previous", Previous);
        json.WritePropertyName("set");
        json.WriteRawValue(Set, skipInputValidation: true);
        json.WritePropertyName("before");
        json.WriteRawValue(Before, skipInputValidation: true);
        WriteKeys(json, "was", KeysBefore);
        WriteKeys(json, "is", KeysAfter);
        if (Made is { } made)
        {
            json.WriteStartObject("made");
            json.WriteString("at", made.At);
            RecordType.WriteId(json, "by", made.By);
            json.WriteEndObject();
        }

        if (ErasedFromSet.Count + ErasedFromBefore.Count > 0)
        {
            json.WriteStartObject("erased");
            WriteErased(json, "set", ErasedFromSet);
            WriteErased(json, "before", ErasedFromBefore);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>What is erased in an image was gone before there was one: it has no digest any more.</summary>
    private static void WriteErased(Utf8JsonWriter json, string side, IReadOnlyList<string> fields)
    {
        json.WriteStartObject(side);
        foreach (var field in fields)
            json.WriteBase64String(field, LogSealer.NoDigest);
        json.WriteEndObject();
    }

    /// <summary>
    /// A change as the log holds it, in today's shape. Everything that is read from the log for its meaning comes
    /// through here; a change of an older schema is brought up to date here and nowhere else.
    /// </summary>
    /// <param name="registry">Knows how shapes have changed.</param>
    /// <param name="json">As <see cref="WriteToLog"/> wrote it.</param>
    /// <param name="schema">Under which it was written.</param>
    internal static RecordChange FromLog(RecordRegistry registry, JsonElement json, int schema)
    {
        var type = TypeOf(registry, json);
        var kind = json.GetProperty("kind").GetString()!;
        var isOld = schema < registry.Schema;
        string Values(string side) => isOld
            ? registry.Upcast(type.Name, schema, (JsonObject)JsonNode.Parse(json.GetProperty(side).GetRawText())!).ToJsonString(JsonText.Relaxed)
            : json.GetProperty(side).GetRawText();
        string[] Gone(string side) => isOld ? [.. registry.Upcast(type.Name, schema, Erased(json, side))] : Erased(json, side);
        return new RecordChange(
            type,
            json.GetProperty("id").GetGuid(),
            kind,
            json.GetProperty("previous").GetInt64(),
            Values("set"),
            Values("before"))
        {
            Made = kind == "base" && json.TryGetProperty("made", out var made) ? (made.GetProperty("at").GetDateTimeOffset(), made.GetProperty("by") is { ValueKind: JsonValueKind.String } by ? by.GetGuid() : null) : null,
            KeysBefore = kind is "create" or "base" ? null : KeysIn(json, "was", type),
            KeysAfter = kind == "delete" ? null : KeysIn(json, "is", type),
            ErasedFromSet = Gone("set"),
            ErasedFromBefore = Gone("before"),
        };
    }

    /// <summary>The change without the fields that this process does not know, such as a newer one wrote: whether they are masked it cannot say.</summary>
    internal RecordChange WithoutUnknown()
    {
        using var set = JsonDocument.Parse(Set);
        var unknown = set.RootElement.EnumerateObject().Select(member => member.Name).Where(name => Type.Find(name) is null).ToArray();
        if (unknown.Length == 0)
            return this;
        return this with
        {
            Set = JsonText.Text(json =>
            {
                json.WriteStartObject();
                foreach (var member in set.RootElement.EnumerateObject().Where(member => !unknown.Contains(member.Name, StringComparer.Ordinal)))
                    member.WriteTo(json);
                json.WriteEndObject();
            }),
        };
    }

    internal static RecordType TypeOf(RecordRegistry registry, JsonElement json) => registry.Find(json.GetProperty("type").GetString()!)
        ?? throw new InvalidOperationException($"The log names the record type {json.GetProperty("type")}, which this server does not have.");

    private void WriteKeys(Utf8JsonWriter json, string name, IReadOnlyList<Guid?>? keys)
    {
        if (keys is not { Count: > 0 })
            return;
        json.WriteStartObject(name);
        for (var i = 0; i < keys.Count; i++)
            RecordType.WriteId(json, Type.Keys[i].Name, keys[i]);
        json.WriteEndObject();
    }

    private static Guid?[] KeysIn(JsonElement json, string name, RecordType type) =>
    [
        // Entries from before the type had a key do not name it.
        .. type.Keys.Select(key => json.TryGetProperty(name, out var keys) && keys.TryGetProperty(key.Name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.GetGuid()
            : (Guid?)null),
    ];

    private static string[] Erased(JsonElement json, string side) =>
        json.TryGetProperty("erased", out var erased) ? [.. erased.GetProperty(side).EnumerateObject().Select(field => field.Name)] : [];

    private static string Values(Record record, IEnumerable<Field> fields) => JsonText.Text(json =>
    {
        json.WriteStartObject();
        RecordType.WriteValues(json, record, fields);
        json.WriteEndObject();
    });
}
