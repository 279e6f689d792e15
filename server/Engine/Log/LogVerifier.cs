using System.Text.Json;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>Something that does not hold.</summary>
/// <param name="Where">The entry or the record.</param>
/// <param name="What">What is wrong with it, in English.</param>
public sealed record LogFinding(string Where, string What);

/// <summary>What a verification has looked at.</summary>
/// <param name="Entries">How many entries.</param>
/// <param name="Unsealed">How many of them, at the beginning, were written before entries had digests.</param>
/// <param name="Head">The newest entry; 0 where there is none.</param>
/// <param name="Digest">Its digest. Kept elsewhere, it proves later that nothing up to here was rewritten.</param>
/// <param name="Records">How many live records were compared with the log.</param>
/// <param name="Tombstones">How many deleted ones.</param>
/// <param name="Findings">How many findings.</param>
public sealed record LogReport(long Entries, long Unsealed, long Head, string? Digest, long Records, long Tombstones, int Findings);

/// <summary>
/// Proves a workspace's log: that no entry is missing or changed, and that the log alone gives what the tables hold.
/// Reads in short statements and holds a page at a time, so it may run beside the product, on a log of any length.
/// </summary>
/// <remarks>
/// Three passes. The entries, in order: gapless, linked, each as its digest says, and whatever they created there, live
/// or deleted. The live records, by id: each is followed down through the log to its creation, and what that adds up to
/// is compared. The tombstones, likewise. A record that changes between two statements is looked at again before
/// anything is said of it.
/// </remarks>
public sealed class LogVerifier(Db db, LogStore log, RecordRegistry registry, History history)
{
    private const int Page = 200;
    private const int Attempts = 3;

    /// <param name="workspace">Whose log.</param>
    /// <param name="found">Told of each finding at once.</param>
    /// <param name="cancel">Ends the verification.</param>
    public async Task<LogReport> VerifyAsync(Guid workspace, Action<LogFinding> found, CancellationToken cancel)
    {
        var findings = 0;
        void Count(LogFinding finding)
        {
            findings++;
            found(finding);
        }

        var report = await VerifyEntriesAsync(workspace, Count, cancel);
        foreach (var type in registry.All)
        {
            var records = await VerifyRecordsAsync(workspace, type, Count, cancel);
            var tombstones = await VerifyTombstonesAsync(workspace, type, Count, cancel);
            report = report with { Records = report.Records + records, Tombstones = report.Tombstones + tombstones };
        }

        return report with { Findings = findings };
    }

    private async Task<LogReport> VerifyEntriesAsync(Guid workspace, Action<LogFinding> found, CancellationToken cancel)
    {
        var sealer = new LogSealer(workspace);
        var report = new LogReport(0, 0, 0, null, 0, 0, 0);
        // Null where the digest of the entry before is not known, because the entry is missing.
        byte[]? previous = LogSealer.NoDigest;
        var isSealed = false;
        while (await log.SealedAfterAsync(workspace, report.Head, Page, cancel) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                if (entry.Seq != report.Head + 1)
                {
                    found(new LogFinding($"entry {report.Head + 1}", entry.Seq == report.Head + 2 ? "is missing" : $"and all up to {entry.Seq - 1} are missing"));
                    previous = null;
                }

                if (entry.Digest is not null)
                {
                    if (previous is not null && sealer.Check(entry, previous) is { } wrong)
                        found(new LogFinding($"entry {entry.Seq}", wrong));
                    isSealed = true;
                    previous = entry.Digest;
                }
                else if (isSealed)
                {
                    found(new LogFinding($"entry {entry.Seq}", "has no digest, although entries before it have"));
                    previous = null;
                }

                report = report with
                {
                    Entries = report.Entries + 1,
                    Unsealed = report.Unsealed + (isSealed ? 0 : 1),
                    Head = entry.Seq,
                    Digest = entry.Digest is null ? null : Convert.ToHexStringLower(entry.Digest),
                };
            }

            await VerifyCreatedAsync(workspace, page, found, cancel);
        }

        return report;
    }

    /// <summary>Whatever an entry created is there ever after: in its table, or as a tombstone.</summary>
    private async Task VerifyCreatedAsync(Guid workspace, IReadOnlyList<StoredEntry> page, Action<LogFinding> found, CancellationToken cancel)
    {
        foreach (var group in page.SelectMany(Created).GroupBy(created => created.Type, StringComparer.Ordinal))
        {
            if (registry.Find(group.Key) is not { } type)
            {
                found(new LogFinding($"entry {group.First().Seq}", $"names the record type {group.Key}, which this server does not have"));
                continue;
            }

            var ids = group.Select(created => created.Id).ToArray();
            var there = (await db.In(workspace).QueryAsync<ChainHead>(RecordChain.SelectHeads(workspace, type, ids), cancel)).ToLookup(head => head.Id);
            foreach (var (_, id, seq) in group)
            {
                if (there[id].Count() != 1)
                    found(new LogFinding($"{type.Name} {id}", $"was created by entry {seq} and is {(there[id].Any() ? "both live and deleted" : "neither in its table nor among the tombstones")}"));
            }
        }
    }

    private async Task<long> VerifyRecordsAsync(Guid workspace, RecordType type, Action<LogFinding> found, CancellationToken cancel)
    {
        var count = 0L;
        var after = Guid.Empty;
        while (await ReadAsync(workspace, type, PageOf(workspace, type, after), cancel) is { Count: > 0 } records)
        {
            count += records.Count;
            after = records[^1].Id;
            for (var attempt = 1; records.Count > 0; attempt++)
            {
                var wrong = await CompareAsync(workspace, type, records, cancel);
                if (attempt < Attempts && wrong.Count > 0)
                {
                    records = await ReadAsync(workspace, type, type.Sql.Select(workspace, [.. wrong.Select(pair => pair.Record.Id)]), cancel);
                    continue;
                }

                foreach (var (record, what) in wrong)
                    found(new LogFinding($"{type.Name} {record.Id}", what));
                break;
            }
        }

        return count;
    }

    private async Task<IReadOnlyList<(Record Record, string What)>> CompareAsync(
        Guid workspace, RecordType type, IReadOnlyList<Record> records, CancellationToken cancel)
    {
        var heads = records.Select(record => new ChainHead { Id = record.Id, Version = record.Version }).ToArray();
        var replays = await history.ReplayAsync(db.In(workspace), workspace, type, heads, long.MaxValue, cancel);
        return [.. records.Zip(replays, (record, replay) => (record, What: Compare(type, record, replay)!)).Where(pair => pair.What is not null)];
    }

    private static string? Compare(RecordType type, Record record, RecordReplay replay)
    {
        if (replay.Newest is not { } newest)
            return $"has version {record.Version} in its table, and no such entry touches it";
        if (!replay.IsWhole)
            return $"has a history that ends at entry {replay.Oldest!.Seq}, before its creation";
        if (newest.Change.Kind == "delete")
            return $"was deleted by entry {newest.Seq} and is in its table";
        var maker = replay.Maker!;
        if ((record.UpdatedAt, record.UpdatedBy, record.CreatedAt, record.CreatedBy) != (newest.At, newest.Actor.User, maker.At, maker.Actor.User))
            return "has other times or authors in its table than in the log";
        var values = replay.Values();
        var held = type.FieldsOf(record).ToDictionary(field => field.Name, field => JsonText.Text(json => field.Write(json, field.Get(record))), StringComparer.Ordinal);
        var different = values.Keys.Union(held.Keys, StringComparer.Ordinal)
            .Where(name => replay.IsErased(name) || !values.TryGetValue(name, out var logged) || !held.TryGetValue(name, out var now) || !CanonicalJson.Same(logged, now))
            .Select(name => $"'{name}'").ToArray();
        return different.Length == 0 ? null : $"has another {string.Join(", ", different)} in its table than in the log";
    }

    private async Task<long> VerifyTombstonesAsync(Guid workspace, RecordType type, Action<LogFinding> found, CancellationToken cancel)
    {
        var count = 0L;
        var after = Guid.Empty;
        while (await db.In(workspace).QueryAsync<Tombstone>(SelectTombstones(workspace, type, after, null), cancel) is { Count: > 0 } page)
        {
            count += page.Count;
            after = page[^1].RecordId;
            for (var attempt = 1; page.Count > 0; attempt++)
            {
                var wrong = page.Where(tombstone => Check(tombstone) is not null).ToArray();
                if (attempt < Attempts && wrong.Length > 0)
                {
                    page = await db.In(workspace).QueryAsync<Tombstone>(
                        SelectTombstones(workspace, type, Guid.Empty, [.. wrong.Select(tombstone => tombstone.RecordId)]), cancel);
                    continue;
                }

                foreach (var tombstone in wrong)
                    found(new LogFinding($"{type.Name} {tombstone.RecordId}", Check(tombstone)!));
                break;
            }
        }

        return count;
    }

    private static string? Check(Tombstone tombstone) => tombstone switch
    {
        { IsLive: true } => "is both live and deleted",
        { Deletes: null or false } => $"has a tombstone of version {tombstone.Version}, and no such entry deletes it",
        { SameTime: false } => "has another time in its tombstone than in the log",
        { SameValues: false } => "has other values in its tombstone than in the log",
        _ => null,
    };

    private static Sql SelectTombstones(Guid workspace, RecordType type, Guid after, Guid[]? ids) =>
        $"""
        SELECT t.record_id, t.version, c.change ->> 'kind' = 'delete' AS deletes, l.at = t.deleted_at AS same_time, c.change -> 'before' = t.before AS same_values,
          EXISTS (SELECT FROM {type.Table} r WHERE r.workspace_id = {workspace} AND r.id = t.record_id) AS is_live
        FROM engine.tombstones t
        LEFT JOIN engine.log l ON l.workspace_id = {workspace} AND l.seq = t.version
        LEFT JOIN LATERAL (
          SELECT e.change FROM jsonb_array_elements(l.changes) AS e(change) WHERE e.change ->> 'id' = t.record_id::text AND e.change ->> 'type' = {type.Name}
        ) c ON true
        WHERE t.workspace_id = {workspace} AND t.type = {type.Name} AND t.record_id > {after} AND ({ids}::uuid[] IS NULL OR t.record_id = ANY({ids}))
        ORDER BY t.record_id LIMIT {Page}
        """;

    private sealed record Tombstone
    {
        public Guid RecordId { get; init; }

        public long Version { get; init; }

        public bool? Deletes { get; init; }

        public bool? SameTime { get; init; }

        public bool? SameValues { get; init; }

        public bool IsLive { get; init; }
    }

    private static Sql PageOf(Guid workspace, RecordType type, Guid after)
    {
        var sql = type.Sql.SelectAll(workspace);
        sql.AppendLiteral(" AND id > ");
        sql.AppendFormatted(after);
        sql.AppendLiteral(" ORDER BY id LIMIT ");
        sql.AppendFormatted(Page);
        return sql;
    }

    private async Task<IReadOnlyList<Record>> ReadAsync(Guid workspace, RecordType type, Sql select, CancellationToken cancel)
    {
        await using var database = await db.BeginSnapshotAsync(workspace, cancel);
        await using var reader = await database.ReadAsync([select], cancel);
        var records = new List<Record>();
        while (await reader.ReadAsync(cancel))
            records.Add(type.Sql.Read(reader));
        return records;
    }

    private static IEnumerable<(string Type, Guid Id, long Seq)> Created(StoredEntry entry)
    {
        using var changes = JsonDocument.Parse(entry.Changes);
        foreach (var change in changes.RootElement.EnumerateArray())
        {
            if (change.GetProperty("kind").ValueEquals("create"))
                yield return (change.GetProperty("type").GetString()!, change.GetProperty("id").GetGuid(), entry.Seq);
        }
    }
}
