using System.Text.Json;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Log;

/// <summary>A record as it was at one place of the log.</summary>
public sealed class PastRecord
{
    private readonly Dictionary<string, string> _values;

    internal PastRecord(RecordReplay replay, Dictionary<string, string> values, IReadOnlyList<string> erased)
    {
        (Type, Id, _values, Erased) = (replay.Type, replay.Id, values, erased);
        (Version, UpdatedAt, UpdatedBy) = (replay.Newest!.Seq, replay.Newest.At, replay.Newest.Actor.User);
        (CreatedAt, CreatedBy) = replay.Made;
    }

    public RecordType Type { get; }

    public Guid Id { get; }

    public long Version { get; }

    public DateTimeOffset CreatedAt { get; }

    public Guid? CreatedBy { get; }

    public DateTimeOffset UpdatedAt { get; }

    public Guid? UpdatedBy { get; }

    /// <summary>The fields whose value of that time was erased since; they read as null.</summary>
    public IReadOnlyList<string> Erased { get; }

    /// <summary>The JSON of each field of today's type, and of the workspace's own that held something.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The typed record, for rules that look at one. A value that the field no longer takes is left out.</summary>
    public Record ToRecord()
    {
        var record = Type.New(Id);
        (record.Version, record.CreatedAt, record.CreatedBy, record.UpdatedAt, record.UpdatedBy) = (Version, CreatedAt, CreatedBy, UpdatedAt, UpdatedBy);
        foreach (var (name, text) in _values)
        {
            using var json = JsonDocument.Parse(text);
            if (Type.Find(name) is { } field && field.TryRead(json.RootElement, out var value) is null)
                field.Set(record, value);
        }

        return record;
    }

    /// <summary>Writes it as the wire knows a record, with <c>erased</c> beside <c>values</c> where something was.</summary>
    /// <param name="json">Where it goes.</param>
    /// <param name="sees">The fields that the reader sees.</param>
    public void Write(Utf8JsonWriter json, Func<Field, bool> sees)
    {
        json.WriteStartObject();
        json.WriteString("type", Type.Name);
        json.WriteString("id", Id);
        json.WriteNumber("version", Version);
        json.WriteString("createdAt", CreatedAt.UtcDateTime);
        RecordType.WriteId(json, "createdBy", CreatedBy);
        json.WriteString("updatedAt", UpdatedAt.UtcDateTime);
        RecordType.WriteId(json, "updatedBy", UpdatedBy);
        json.WriteStartObject("values");
        var seen = _values.Keys.Where(name => Type.Find(name) is { } field && sees(field)).ToArray();
        foreach (var name in seen)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(_values[name], skipInputValidation: true);
        }

        json.WriteEndObject();
        if (Erased.Intersect(seen, StringComparer.Ordinal).ToArray() is { Length: > 0 } erased)
        {
            json.WriteStartArray("erased");
            foreach (var name in erased)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

/// <summary>Puts one record together from its versions, newest first, as it was at one place of the log.</summary>
/// <param name="type">The record's type.</param>
/// <param name="id">The record's id.</param>
/// <param name="seq">The place; versions after it are passed over.</param>
internal sealed class RecordReplay(RecordType type, Guid id, long seq)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _erased = new(StringComparer.Ordinal);
    private bool _isMade;

    internal RecordType Type => type;

    internal Guid Id => id;

    /// <summary>The version that was the newest at that place; null where the record was not there yet.</summary>
    internal RecordVersion? Newest { get; private set; }

    /// <summary>The version that has been added last: in the end, the one that made the record.</summary>
    internal RecordVersion? Oldest { get; private set; }

    /// <summary>When and by whom the record was made as it is: by its creation, or the last time that it was restored.</summary>
    internal (DateTimeOffset At, Guid? By) Made { get; private set; }

    /// <summary>Whether the record was made at or before that place, and all that led to it has been added.</summary>
    internal bool IsWhole => Newest is not null && Oldest is { Change.Previous: 0 };

    internal void Add(RecordVersion version)
    {
        if (version.Seq > seq)
            return;
        Newest ??= version;
        Oldest = version;
        if (!_isMade && version.Change.Kind is ("create" or "base"))
        {
            Made = version.Change.Made ?? (version.At, version.Actor.User);
            _isMade = true;
        }

        using var set = JsonDocument.Parse(version.Change.Set);
        foreach (var field in set.RootElement.EnumerateObject())
        {
            if (_values.TryAdd(field.Name, field.Value.GetRawText()) && version.Change.ErasedFromSet.Contains(field.Name))
                _erased.Add(field.Name);
        }
    }

    /// <summary>Every field of today's type, with the type's default where the log does not name it, and the custom ones that hold a value.</summary>
    internal Dictionary<string, string> Values()
    {
        var defaults = type.New(id);
        var values = type.Fields.ToDictionary(
            field => field.Name,
            field => _values.GetValueOrDefault(field.Name) ?? JsonText.Text(json => field.Write(json, field.Get(defaults))),
            StringComparer.Ordinal);
        foreach (var (name, value) in _values.Where(pair => type.Find(pair.Key) is CustomValueField && pair.Value != "null"))
            values[name] = value;
        return values;
    }

    internal bool IsErased(string field) => _erased.Contains(field);

    /// <summary>What stands for all of this where it is compacted: the record as it is, or its deletion.</summary>
    internal RecordChange Image() => Newest!.Change is { Kind: "delete" } deletion
        ? deletion with { Previous = 0 }
        : new RecordChange(type, id, "base", 0, JsonText.Text(WriteValues), "{}") { Made = Made, KeysAfter = Newest.Change.KeysAfter, ErasedFromSet = [.. _erased.Where(Values().ContainsKey)] };

    private void WriteValues(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in Values())
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    /// <summary>The record; null where it was not there, or not any more.</summary>
    internal PastRecord? Result() => Newest is null or { Change.Kind: "delete" }
        ? null
        : new PastRecord(this, Values(), [.. type.Fields.Select(field => field.Name).Where(IsErased)]);
}
