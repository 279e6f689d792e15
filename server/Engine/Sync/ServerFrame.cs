using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>The messages of the server, each written at one place.</summary>
internal static class ServerFrame
{
    internal static byte[] Welcome(HelloAnswer answer, Access access, DateTimeOffset now) => Frame("welcome", json =>
    {
        json.WriteNumber("proto", ClientFrameReader.Protocol);
        json.WriteStartObject("schema");
        json.WriteNumber("min", RecordRegistry.Schema);
        json.WriteNumber("max", RecordRegistry.Schema);
        json.WriteEndObject();
        json.WriteString("epoch", answer.Epoch);
        WriteHead(json, "head", answer.Head);
        json.WriteString("now", now.UtcDateTime);
        json.WriteNumber("lastMutation", answer.LastMutation);
        WriteMe(json, access);
        json.WriteStartObject("limits");
        json.WriteNumber("frameBytes", SyncConnection.MaxFrameBytes);
        json.WriteNumber("transactions", ClientFrameReader.MaxTransactions);
        json.WriteNumber("operations", OperationReader.MaxOperations);
        json.WriteEndObject();
        json.WriteBoolean("reset", answer.Reset);
    });

    internal static byte[] Me(Access access) => Frame("me", json => WriteMe(json, access));

    internal static byte[] Snapshot(RecordType type, long at, IReadOnlyList<Record> records) => Frame("subOk", json =>
    {
        json.WriteString("scope", type.Scope);
        json.WriteNumber("at", at);
        json.WriteStartArray("records");
        foreach (var record in records)
            type.Write(json, record);
        json.WriteEndArray();
    });

    internal static byte[] Unchanged(RecordType type, long at) => Frame("subOk", json =>
    {
        json.WriteString("scope", type.Scope);
        json.WriteNumber("at", at);
        json.WriteBoolean("unchanged", true);
    });

    internal static byte[] ScopeRefused(string scope, Failure failure) => Frame("subErr", json =>
    {
        json.WriteString("scope", scope);
        json.WritePropertyName("error");
        failure.Write(json);
    });

    internal static byte[] Results(IEnumerable<(Transaction Transaction, Outcome Outcome)> results, TimeSpan after) => Frame("result", json =>
    {
        json.WriteStartArray("results");
        foreach (var (transaction, outcome) in results)
        {
            json.WriteStartObject();
            json.WriteNumber("mutation", transaction.Origin!.Value.Mutation);
            json.WriteString("id", transaction.Id);
            json.WriteString("outcome", outcome.Word);
            if (outcome.Seq is { } seq)
                json.WriteNumber("seq", seq);
            if (outcome.Kind == OutcomeKind.Retry)
                json.WriteNumber("afterMs", (int)after.TotalMilliseconds);
            if (outcome.Answer is { } answer)
                WriteMembers(json, answer);
            else if (outcome.Failure is { } failure)
                WriteError(json, failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>The entries as those see them who may see the records of <paramref name="visible"/>.</summary>
    internal static byte[] Delta(long from, IReadOnlyList<LogEntry> entries, Func<LogEntry, RecordType, bool> visible) => Frame("delta", json =>
    {
        json.WriteNumber("from", from);
        WriteHead(json, "to", new LogHead(entries[^1].Seq, entries[^1].Transaction));
        json.WriteStartArray("items");
        foreach (var entry in entries)
        {
            var changes = entry.Changes.Where(change => visible(entry, change.Type)).ToArray();
            if (changes.Length > 0)
                WriteItem(json, entry, changes);
        }

        json.WriteEndArray();
    });

    internal static byte[] Nudge(LogHead head) => Frame("nudge", json => WriteHead(json, "head", head));

    internal static byte[] Revoke(IEnumerable<string> scopes, Access access) => Frame("revoke", json =>
    {
        json.WriteStartArray("scopes");
        foreach (var scope in scopes)
            json.WriteStringValue(scope);
        json.WriteEndArray();
        WriteMe(json, access);
    });

    internal static byte[] Presence(IEnumerable<SyncConnection> people) => Frame("presence", json =>
    {
        json.WriteStartArray("people");
        foreach (var person in people)
        {
            json.WriteStartObject();
            json.WriteString("user", person.User.User);
            json.WriteString("browser", person.Browser);
            json.WriteStartObject("record");
            json.WriteString("type", person.Looks!.Value.Type.Name);
            json.WriteString("id", person.Looks.Value.Id);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    internal static byte[] Error(Failure failure) => Frame("error", json => WriteError(json, failure));

    internal static byte[] Bye(TimeSpan retry) => Frame("bye", json =>
    {
        json.WriteString("code", "server.stopping");
        json.WriteNumber("retryMs", (int)retry.TotalMilliseconds);
    });

    private static byte[] Frame(string kind, Action<Utf8JsonWriter> write) => JsonText.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("t", kind);
        write(json);
        json.WriteEndObject();
    });

    private static void WriteItem(Utf8JsonWriter json, LogEntry entry, IReadOnlyList<RecordChange> changes)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", entry.Seq);
        json.WriteString("tx", entry.Transaction);
        json.WriteString("at", entry.At.UtcDateTime);
        RecordType.WriteId(json, "actor", entry.Actor.User);
        RecordType.WriteId(json, "browser", entry.Origin?.Browser);
        json.WriteStartArray("records");
        foreach (var change in changes)
            WriteChange(json, entry, change);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChange(Utf8JsonWriter json, LogEntry entry, RecordChange change)
    {
        json.WriteStartObject();
        json.WriteString("type", change.Type.Name);
        json.WriteString("id", change.Id);
        json.WriteNumber("version", entry.Seq);
        json.WriteNumber("previous", change.Previous);
        switch (change.Kind)
        {
            case "delete":
                json.WriteBoolean("deleted", true);
                break;
            case "create":
                json.WriteBoolean("enter", true);
                json.WritePropertyName("values");
                json.WriteRawValue(change.Set, skipInputValidation: true);
                json.WriteString("createdAt", entry.At.UtcDateTime);
                RecordType.WriteId(json, "createdBy", entry.Actor.User);
                break;
            default:
                json.WritePropertyName("set");
                json.WriteRawValue(change.Set, skipInputValidation: true);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteMe(Utf8JsonWriter json, Access access)
    {
        json.WriteStartObject("me");
        json.WriteString("user", access.Actor.User!.Value);
        json.WriteString("member", access.Member!.Value);
        json.WriteString("role", access.Role);
        json.WriteStartArray("permissions");
        foreach (var permission in access.Permissions.Order(StringComparer.Ordinal))
            json.WriteStringValue(permission);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter json, string name, LogHead head)
    {
        json.WriteStartObject(name);
        json.WriteNumber("seq", head.Seq);
        RecordType.WriteId(json, "tx", head.Transaction);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, Failure failure)
    {
        json.WritePropertyName("error");
        failure.Write(json);
    }

    /// <summary>The members of a stored object, as members of the one being written.</summary>
    private static void WriteMembers(Utf8JsonWriter json, string stored)
    {
        using var document = JsonDocument.Parse(stored);
        foreach (var member in document.RootElement.EnumerateObject())
            member.WriteTo(json);
    }
}
