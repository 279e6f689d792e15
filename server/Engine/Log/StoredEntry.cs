using System.Text;
using System.Text.Json;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>An entry as it stands in the table. What it means is a <see cref="LogEntry"/>.</summary>
internal record StoredEntry
{
    /// <summary>What readers need.</summary>
    internal static readonly SqlName Columns = new(
        "seq, transaction_id, at, is_system, via, user_id, session_id, browser_id, mutation, cause, depth, schema, erasures::text AS erasures, base::text AS base, convert_to(changes::text, 'UTF8') AS changes");

    /// <summary>With what only verification and erasure need.</summary>
    internal static readonly SqlName SealedColumns = new($"{Columns.Text}, salts, digest");

    public long Seq { get; init; }

    public Guid TransactionId { get; init; }

    public DateTimeOffset At { get; init; }

    public bool IsSystem { get; init; }

    public string Via { get; init; } = "";

    public Guid? UserId { get; init; }

    public Guid? SessionId { get; init; }

    public Guid? BrowserId { get; init; }

    public long? Mutation { get; init; }

    public long? Cause { get; init; }

    public int Depth { get; init; }

    public int Schema { get; init; }

    public string? Erasures { get; init; }

    /// <summary>JSON of a <see cref="LogBase"/>.</summary>
    public string? Base { get; init; }

    /// <summary>JSON in UTF-8.</summary>
    public byte[] Changes { get; init; } = [];

    /// <summary>The salts of its values, one after the other, in the order of <see cref="LogSealer"/>; zeros where the value was erased.</summary>
    public byte[]? Salts { get; init; }

    /// <summary>Null for an entry from before there were digests.</summary>
    public byte[]? Digest { get; init; }

    internal static StoredEntry From(LogEntry entry, int schema) => new()
    {
        Seq = entry.Seq,
        TransactionId = entry.Transaction,
        At = entry.At,
        IsSystem = entry.Actor.IsSystem,
        Via = entry.Actor.Via,
        UserId = entry.Actor.User,
        SessionId = entry.Actor.Session,
        BrowserId = entry.Origin?.Browser,
        Mutation = entry.Origin?.Mutation,
        Cause = entry.Cause,
        Depth = entry.Depth,
        Schema = schema,
        Erasures = entry.Erasures.Count == 0 ? null : Encoding.UTF8.GetString(List(entry.Erasures, static (erasure, json) => erasure.Write(json))),
        Base = entry.Base?.ToJson(),
        Changes = List(entry.Changes, static (change, json) => change.WriteToLog(json)),
    };

    internal LogEntry ToEntry(RecordRegistry registry)
    {
        using var changes = JsonDocument.Parse(Changes);
        using var erasures = JsonDocument.Parse(Erasures ?? "[]");
        var unknown = changes.RootElement.EnumerateArray().Concat(erasures.RootElement.EnumerateArray())
            .Select(item => item.GetProperty("type").GetString()!).Distinct(StringComparer.Ordinal).Where(type => registry.Find(type) is null).ToArray();
        bool IsKnown(JsonElement item) => unknown.Length == 0 || !unknown.Contains(item.GetProperty("type").GetString(), StringComparer.Ordinal);
        return new LogEntry(
            Seq,
            TransactionId,
            At,
            new Actor(IsSystem, UserId, SessionId, Via),
            BrowserId is { } browser ? (browser, Mutation!.Value) : null,
            [.. changes.RootElement.EnumerateArray().Where(IsKnown).Select(change => RecordChange.FromLog(registry, change, Schema))])
        {
            Cause = Cause,
            Depth = Depth,
            Erasures = [.. erasures.RootElement.EnumerateArray().Where(IsKnown).Select(erasure => Erasure.Read(registry, erasure))],
            Base = LogBase.Read(Base),
            Unknown = unknown,
        };
    }

    internal static byte[] List<T>(IEnumerable<T> items, Action<T, Utf8JsonWriter> write) => JsonText.Bytes(json =>
    {
        json.WriteStartArray();
        foreach (var item in items)
            write(item, json);
        json.WriteEndArray();
    });
}

/// <summary>An entry that was read together with those of other workspaces.</summary>
internal sealed record OwnedEntry : StoredEntry
{
    public Guid WorkspaceId { get; init; }
}
