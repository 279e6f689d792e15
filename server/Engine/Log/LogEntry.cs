using System.Text.Json;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Log;

/// <summary>One entry of a workspace's log: a transaction as it was applied.</summary>
/// <param name="Seq">Its place; gapless from 1. The version of every record it touched.</param>
/// <param name="Transaction">The transaction's id.</param>
/// <param name="At">When the server wrote it.</param>
/// <param name="Actor">Who did it, through what.</param>
/// <param name="Origin">The browser it came from, with its number there.</param>
/// <param name="Changes">Each record it touched, once.</param>
public sealed record LogEntry(
    long Seq, Guid Transaction, DateTimeOffset At, Actor Actor, (Guid Browser, long Mutation)? Origin, IReadOnlyList<RecordChange> Changes)
{
    /// <summary>How long a chain of causes may grow, so that a consumer of the log cannot feed itself for ever.</summary>
    public const int MaxDepth = 16;

    /// <summary>The entry that led to this one; null where a person or a clock did.</summary>
    public long? Cause { get; init; }

    /// <summary>How many entries led to this one, one causing the next.</summary>
    public int Depth { get; init; }

    /// <summary>What became of all that lies below, where the entry tells of a compaction.</summary>
    public LogBase? Base { get; init; }

    /// <summary>What the transaction erased from entries before it, and from its own.</summary>
    public IReadOnlyList<Erasure> Erasures { get; init; } = [];

    /// <summary>
    /// The record types of what else it touched, which this process does not know: another one that is newer wrote them, while
    /// both run. They are in none of the lists above.
    /// </summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}

/// <summary>
/// Takes values of a record out of the log for good: all that it no longer holds. What a live record holds stays, in
/// the table and in the log; empty the field or delete the record, in the same transaction, where that shall go too.
/// </summary>
/// <param name="Type">The record's type.</param>
/// <param name="Id">The record, live or deleted.</param>
/// <param name="Fields">The names as the log has them, those of older schemas too; null for every field.</param>
public sealed record Erasure(RecordType Type, Guid Id, IReadOnlyList<string>? Fields = null)
{
    /// <summary>Only what was past already at this entry; what was replaced later stays. Null for all.</summary>
    public long? UpTo { get; init; }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", Type.Name);
        json.WriteString("id", Id);
        if (Fields is not null)
        {
            json.WriteStartArray("fields");
            foreach (var field in Fields)
                json.WriteStringValue(field);
            json.WriteEndArray();
        }

        if (UpTo is { } seq)
            json.WriteNumber("upTo", seq);
        json.WriteEndObject();
    }

    internal static Erasure Read(RecordRegistry registry, JsonElement json) => new(
        RecordChange.TypeOf(registry, json),
        json.GetProperty("id").GetGuid(),
        json.TryGetProperty("fields", out var fields) ? [.. fields.EnumerateArray().Select(field => field.GetString()!)] : null)
    {
        UpTo = json.TryGetProperty("upTo", out var upTo) ? upTo.GetInt64() : null,
    };
}
