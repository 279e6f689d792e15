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
    internal static byte[] Welcome(HelloAnswer answer, Access access, int schema, DateTimeOffset now) => Frame("welcome", json =>
    {
        json.WriteNumber("proto", ClientFrameReader.Protocol);
        json.WriteStartObject("schema");
        json.WriteNumber("min", RecordRegistry.OldestSchema);
        json.WriteNumber("max", schema);
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

    internal static byte[] Snapshot(ScopeRecords scope, long at, Reader reader) => Frame("subOk", json =>
    {
        json.WriteString("scope", scope.Scope.Name);
        json.WriteNumber("at", at);
        WriteRecords(json, "records", scope.Scope.Type, scope.Records, reader);
        if (scope.More)
            json.WriteBoolean("more", true);
    });

    /// <summary>What to put in and take out of a scope that the browser holds.</summary>
    internal static byte[] Changed(ScopeChanges scope, long at, Reader reader) => Frame("subOk", json =>
    {
        json.WriteString("scope", scope.Scope.Name);
        json.WriteNumber("at", at);
        WriteRecords(json, "changed", scope.Scope.Type, scope.Changed, reader);
        json.WriteStartArray("gone");
        foreach (var id in scope.Gone)
            json.WriteStringValue(id);
        json.WriteEndArray();
    });

    internal static byte[] Unchanged(Scope scope, long at) => Frame("subOk", json =>
    {
        json.WriteString("scope", scope.Name);
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

    /// <summary>The entries as this reader may see them.</summary>
    internal static byte[] Delta(long from, IReadOnlyList<LogEntry> entries, Reader reader) =>
        Delta(from, [.. entries.Select(entry => (entry, (IReadOnlyList<View>)[.. entry.Changes.Select(change => reader.ViewOf(entry.Seq, change))]))], reader);

    /// <param name="from">The sequence number before the first.</param>
    /// <param name="entries">Each with what its changes are to the reader.</param>
    /// <param name="reader">Which fields he sees.</param>
    internal static byte[] Delta(long from, IReadOnlyList<(LogEntry Entry, IReadOnlyList<View> Views)> entries, Reader reader) => Frame("delta", json =>
    {
        json.WriteNumber("from", from);
        WriteHead(json, "to", new LogHead(entries[^1].Entry.Seq, entries[^1].Entry.Transaction));
        json.WriteStartArray("items");
        foreach (var (entry, views) in entries)
        {
            var changes = entry.Changes.Zip(views).Where(pair => pair.Second != View.Nothing).ToArray();
            if (changes.Length > 0)
                WriteItem(json, entry, changes, reader);
        }

        json.WriteEndArray();
    });

    internal static byte[] Nudge(LogHead head) => Frame("nudge", json => WriteHead(json, "head", head));

    /// <summary>What the browser must forget. It answers with the id when it has.</summary>
    internal static byte[] Revoke(Guid id, IEnumerable<Scope> scopes, IEnumerable<ScopeChanges> records, Access access) => Frame("revoke", json =>
    {
        json.WriteString("id", id);
        json.WriteStartArray("scopes");
        foreach (var scope in scopes)
            json.WriteStringValue(scope.Name);
        json.WriteEndArray();
        json.WriteStartArray("records");
        foreach (var (type, record) in records.SelectMany(scope => scope.Gone.Select(record => (scope.Scope.Type, record))).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("type", type.Name);
            json.WriteString("id", record);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteMe(json, access);
    });

    internal static byte[] Presence(IEnumerable<Looking> people) => Frame("presence", json =>
    {
        json.WriteStartArray("people");
        foreach (var person in people)
        {
            var (type, id, _) = person.Record;
            json.WriteStartObject();
            json.WriteString("user", person.User);
            json.WriteString("browser", person.Browser);
            json.WriteStartObject("record");
            json.WriteString("type", type.Name);
            json.WriteString("id", id);
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

    private static void WriteRecords(Utf8JsonWriter json, string name, RecordType type, IEnumerable<Record> records, Reader reader)
    {
        json.WriteStartArray(name);
        foreach (var record in records)
            type.Write(json, record, field => reader.Sees(type, field));
        json.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter json, LogEntry entry, IReadOnlyList<(RecordChange Change, View View)> changes, Reader reader)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", entry.Seq);
        json.WriteString("tx", entry.Transaction);
        json.WriteString("at", entry.At.UtcDateTime);
        RecordType.WriteId(json, "actor", entry.Actor.User);
        RecordType.WriteId(json, "browser", entry.Origin?.Browser);
        json.WriteStartArray("records");
        foreach (var (change, view) in changes)
            WriteChange(json, entry, change, view, reader);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteChange(Utf8JsonWriter json, LogEntry entry, RecordChange change, View view, Reader reader)
    {
        var type = change.Type;
        json.WriteStartObject();
        json.WriteString("type", type.Name);
        json.WriteString("id", change.Id);
        json.WriteNumber("version", view == View.Enter ? change.After?.Version ?? entry.Seq : entry.Seq);
        json.WriteNumber("previous", change.Previous);
        if (view == View.Leave)
        {
            json.WriteBoolean(change.Kind == "delete" ? "deleted" : "leave", true);
        }
        else if (view == View.Enter)
        {
            json.WriteBoolean("enter", true);
            json.WritePropertyName("values");
            if (change.After is { } record)
            {
                json.WriteStartObject();
                RecordType.WriteValues(json, record, type.FieldsOf(record).Where(field => reader.Sees(type, field)));
                json.WriteEndObject();
            }
            else
            {
                WriteSeen(json, change, reader);
            }

            json.WriteString("createdAt", (change.After?.CreatedAt ?? entry.At).UtcDateTime);
            RecordType.WriteId(json, "createdBy", change.After is null ? entry.Actor.User : change.After.CreatedBy);
        }
        else
        {
            json.WritePropertyName("set");
            WriteSeen(json, change, reader);
        }

        json.WriteEndObject();
    }

    /// <summary>The changed fields that the reader sees. Where he sees none of them he still gets the new version.</summary>
    private static void WriteSeen(Utf8JsonWriter json, RecordChange change, Reader reader)
    {
        var hidden = change.Type.Guarded.Where(field => !reader.Sees(change.Type, field)).Select(field => field.Name).ToArray();
        if (hidden.Length == 0)
        {
            json.WriteRawValue(change.Set, skipInputValidation: true);
            return;
        }

        using var set = JsonDocument.Parse(change.Set);
        json.WriteStartObject();
        foreach (var member in set.RootElement.EnumerateObject().Where(member => !hidden.Contains(member.Name, StringComparer.Ordinal)))
            member.WriteTo(json);
        json.WriteEndObject();
    }

    private static void WriteMe(Utf8JsonWriter json, Access access)
    {
        json.WriteStartObject("me");
        json.WriteString("user", access.Actor.User!.Value);
        json.WriteString("member", access.Member!.Value);
        json.WriteString("role", access.Role);
        json.WriteString("access", access.Digest);
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
