using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Queries;

/// <summary>What happened to a record, as its reader may see it: who, when, and the fields before and after.</summary>
internal static class RecordHistory
{
    /// <summary><c>{"entries":[{"version","tx","at","by","via","kind","fields":[{"field","before","after"}]}],"next":version or null}</c></summary>
    /// <param name="json">Where it goes.</param>
    /// <param name="versions">Newest first.</param>
    /// <param name="next">The version with which the next page begins; null where this is the last one.</param>
    /// <param name="sees">The fields that the reader sees.</param>
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<RecordVersion> versions, long? next, Func<Field, bool> sees)
    {
        json.WriteStartObject();
        json.WriteStartArray("entries");
        foreach (var version in versions)
            WriteEntry(json, version, sees);
        json.WriteEndArray();
        if (next is { } from)
            json.WriteNumber("next", from);
        else
            json.WriteNull("next");
        json.WriteEndObject();
    }

    /// <summary>Whether there is anything to tell of a version: that the record came to be or went, or what a field was or became that the reader sees.</summary>
    internal static bool Tells(RecordChange change, Func<Field, bool> sees)
    {
        if (change.Kind != "set")
            return true;
        using var after = JsonDocument.Parse(change.Set);
        return change.Type.Fields.Where(sees).Any(field => after.RootElement.TryGetProperty(field.Name, out _));
    }

    private static void WriteEntry(Utf8JsonWriter json, RecordVersion version, Func<Field, bool> sees)
    {
        var change = version.Change;
        using var before = JsonDocument.Parse(change.Before);
        using var after = JsonDocument.Parse(change.Set);
        json.WriteStartObject();
        json.WriteNumber("version", version.Seq);
        json.WriteString("tx", version.Transaction);
        json.WriteString("at", version.At.UtcDateTime);
        RecordType.WriteId(json, "by", version.Actor.User);
        json.WriteString("via", version.Actor.Via);
        json.WriteString("kind", change.Kind);
        json.WriteStartArray("fields");
        foreach (var field in change.Type.Fields.Where(sees))
        {
            var (had, has) = (before.RootElement.TryGetProperty(field.Name, out var then), after.RootElement.TryGetProperty(field.Name, out var now));
            if (!had && !has)
                continue;
            json.WriteStartObject();
            json.WriteString("field", field.Name);
            WriteValue(json, "before", had ? then : null, change.ErasedFromBefore.Contains(field.Name));
            WriteValue(json, "after", has ? now : null, change.ErasedFromSet.Contains(field.Name));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A value; nothing where the record was not there; and for one that was erased since, that it was.</summary>
    private static void WriteValue(Utf8JsonWriter json, string name, JsonElement? value, bool erased)
    {
        if (erased)
        {
            json.WriteBoolean($"{name}Erased", true);
        }
        else if (value is { } known)
        {
            json.WritePropertyName(name);
            known.WriteTo(json);
        }
    }
}
