using System.Text;
using System.Text.Json;
using Holdfast.Engine.Log;

namespace Holdfast.Host.Commands;

/// <summary>Entries of the log as text. What people typed never reaches a terminal as it is, which it might command.</summary>
internal static class LogText
{
    /// <summary>One JSON object on a line of its own, in ASCII.</summary>
    public static string Json(LogEntry entry, string? digest)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            Write(json, entry, digest);
        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length)) + "\n";
    }

    /// <summary>A line for the entry, one for each record below it, one for each value below that.</summary>
    public static string Readable(LogEntry entry)
    {
        var text = new StringBuilder();
        text.Append($"#{entry.Seq}  {entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z  ");
        text.Append(entry.Actor.User is { } user ? $"user {user}" : "the server").Append($" by {Terminal.Plain(entry.Actor.Via)}");
        if (entry.Actor.Session is { } session)
            text.Append($", session {session}");
        if (entry.Origin is { } origin)
            text.Append($", change {origin.Mutation} of browser {origin.Browser}");
        if (entry.Cause is { } cause)
            text.Append($", because of #{cause} (depth {entry.Depth})");
        text.Append($", transaction {entry.Transaction}\n");
        foreach (var change in entry.Changes)
            Append(text, change);
        foreach (var erasure in entry.Erasures)
            text.Append($"  erase {erasure.Type.Name} {erasure.Id}: {(erasure.Fields is null ? "every field" : Terminal.Plain(string.Join(", ", erasure.Fields)))}\n");
        if (entry.Base is { } compacted)
            text.Append($"  compact all up to #{compacted.UpTo}\n");
        foreach (var type in entry.Unknown)
            text.Append($"  something of the type {Terminal.Plain(type)}, which this version does not know\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, RecordChange change)
    {
        text.Append($"  {Terminal.Plain(change.Kind)} {change.Type.Name} {change.Id}{(change.Previous > 0 ? $", before it #{change.Previous}" : "")}\n");
        using var set = JsonDocument.Parse(change.Set);
        using var before = JsonDocument.Parse(change.Before);
        foreach (var name in set.RootElement.EnumerateObject().Concat(before.RootElement.EnumerateObject()).Select(field => field.Name).Distinct(StringComparer.Ordinal))
        {
            var was = Value(before.RootElement, name, change.ErasedFromBefore);
            var now = Value(set.RootElement, name, change.ErasedFromSet);
            text.Append($"    {Terminal.Plain(name)}: {(now is null ? $"was {was}" : was is null ? now : $"{was} -> {now}")}\n");
        }
    }

    private static string? Value(JsonElement side, string name, IReadOnlyList<string> erased) =>
        erased.Contains(name) ? "(erased)" : side.TryGetProperty(name, out var value) ? Terminal.Plain(value.GetRawText()) : null;

    private static void Write(Utf8JsonWriter json, LogEntry entry, string? digest)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", entry.Seq);
        json.WriteString("transaction", entry.Transaction);
        json.WriteString("at", entry.At.UtcDateTime);
        json.WriteBoolean("isSystem", entry.Actor.IsSystem);
        json.WriteString("via", entry.Actor.Via);
        WriteId("user", entry.Actor.User);
        WriteId("session", entry.Actor.Session);
        if (entry.Origin is { } origin)
        {
            json.WriteString("browser", origin.Browser);
            json.WriteNumber("mutation", origin.Mutation);
        }

        if (entry.Cause is { } cause)
            json.WriteNumber("cause", cause);
        json.WriteNumber("depth", entry.Depth);
        json.WriteStartArray("changes");
        foreach (var change in entry.Changes)
            Write(json, change);
        json.WriteEndArray();
        if (entry.Base is { } compacted)
            json.WriteNumber("compactedUpTo", compacted.UpTo);
        if (entry.Erasures.Count > 0)
        {
            json.WriteStartArray("erasures");
            foreach (var erasure in entry.Erasures)
            {
                json.WriteStartObject();
                json.WriteString("type", erasure.Type.Name);
                json.WriteString("id", erasure.Id);
                if (erasure.Fields is not null)
                    WriteNames(json, "fields", erasure.Fields);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (entry.Unknown.Count > 0)
            WriteNames(json, "unknown", entry.Unknown);
        // Null says that there is none; left out, nobody could tell.
        json.WriteString("digest", digest);
        json.WriteEndObject();

        void WriteId(string name, Guid? id)
        {
            if (id is { } known)
                json.WriteString(name, known);
        }
    }

    private static void Write(Utf8JsonWriter json, RecordChange change)
    {
        json.WriteStartObject();
        json.WriteString("type", change.Type.Name);
        json.WriteString("id", change.Id);
        json.WriteString("kind", change.Kind);
        json.WriteNumber("previous", change.Previous);
        WriteValues("set", change.Set);
        WriteValues("before", change.Before);
        if (change.ErasedFromSet.Count > 0)
            WriteNames(json, "erasedFromSet", change.ErasedFromSet);
        if (change.ErasedFromBefore.Count > 0)
            WriteNames(json, "erasedFromBefore", change.ErasedFromBefore);
        json.WriteEndObject();

        void WriteValues(string name, string values)
        {
            // Through a document, so that this writer chooses what is escaped.
            using var document = JsonDocument.Parse(values);
            json.WritePropertyName(name);
            document.RootElement.WriteTo(json);
        }
    }

    private static void WriteNames(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
