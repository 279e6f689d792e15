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
/// <param name="Unsealed">How many of them, at the beginning, were written before entries had digests. Of these nothing proves that they are as they were.</param>
/// <param name="Head">The newest entry; 0 where there is none.</param>
/// <param name="Digest">Its digest. Kept elsewhere, it proves later that nothing up to here was rewritten.</param>
/// <param name="Records">How many live records were compared with the log.</param>
/// <param name="Tombstones">How many deleted ones.</param>
/// <param name="Findings">How many findings.</param>
public sealed record LogReport(long Entries, long Unsealed, long Head, string? Digest, long Records, long Tombstones, int Findings)
{
    /// <summary>Up to where the log was compacted; 0 where it never was.</summary>
    public long Compacted { get; init; }
}

/// <summary>
/// Proves a workspace's log: that no entry is missing or changed, and that the log alone gives what the tables hold.
/// Reads in short statements and holds a page at a time, so it may run beside the product, on a log of any length.
/// </summary>
/// <remarks>
/// Three passes. The entries, in order: gapless, linked, each as its digest says, and whatever they created there, live
/// or deleted; below a compaction the images, all of them as the entry says that tells of it. The live records, by id: each is followed down through the log to its creation, and what that adds up to
/// is compared. The tombstones, likewise. A record that changes between two statements is looked at again before
/// anything is said of it.
/// </remarks>
public sealed class LogVerifier(Db db, LogStore log, RecordRegistry registry, History history)
{
    private const int Page = 200;
    private const int Attempts = 3;

    /// <summary>The same without digests that were kept.</summary>
    public Task<LogReport> VerifyAsync(Guid workspace, Action<LogFinding> found, CancellationToken cancel) =>
        VerifyAsync(workspace, new Dictionary<long, string>(), found, cancel);

    /// <param name="workspace">Whose log.</param>
    /// <param name="kept">Digests of entries that were kept elsewhere, in hexadecimal: an entry that has another one, or is not there, is a finding.</param>
    /// <param name="found">Told of each finding at once.</param>
    /// <param name="cancel">Ends the verification.</param>
    public async Task<LogReport> VerifyAsync(Guid workspace, IReadOnlyDictionary<long, string> kept, Action<LogFinding> found, CancellationToken cancel)
    {
        var findings = 0;
        void Count(LogFinding finding)
        {
            findings++;
            found(finding);
        }

        var report = await VerifyEntriesAsync(workspace, kept, Count, cancel);
        foreach (var type in registry.All)
        {
            var records = await VerifyRecordsAsync(workspace, type, Count, cancel);
            var tombstones = await VerifyTombstonesAsync(workspace, type, Count, cancel);
            report = report with { Records = report.Records + records, Tombstones = report.Tombstones + tombstones };
        }

        return report with { Findings = findings };
    }

    /// <remarks>Where the log is compacted meanwhile, what was read of it no longer fits together: then it is read again.</remarks>
    private async Task<LogReport> VerifyEntriesAsync(Guid workspace, IReadOnlyDictionary<long, string> kept, Action<LogFinding> found, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var findings = new List<LogFinding>();
            var (seq, told) = await log.BaseAsync(workspace, cancel);
            var report = await VerifyEntriesAsync(workspace, kept, seq, told, findings.Add, cancel);
            if (findings.Count > 0 && attempt < Attempts && (await log.BaseAsync(workspace, cancel)).Seq != seq)
                continue;
            findings.ForEach(found);
            return report;
        }
    }

    private async Task<LogReport> VerifyEntriesAsync(Guid workspace, IReadOnlyDictionary<long, string> kept, long compacted, LogBase? told, Action<LogFinding> found, CancellationToken cancel)
    {
        var sealer = new LogSealer(workspace);
        using var images = new BaseDigest();
        var report = new LogReport(0, 0, 0, null, 0, 0, 0) { Compacted = compacted };
        // Null where the digest of the entry before is not known, because the entry is missing.
        byte[]? previous = LogSealer.NoDigest;
        var sealedFrom = await log.SealedFromAsync(workspace, cancel);
        var bare = 0L;
        if (compacted > 0 && told?.UpTo != compacted)
            found(new LogFinding($"entry {compacted}", "is said to be the last that was compacted, and no entry tells of that"));
        foreach (var seq in kept.Keys.Where(seq => seq <= compacted))
            found(new LogFinding($"entry {seq}", "was compacted, so nothing is left to compare with the digest that was kept; keep a newer one"));
        while (await log.SealedAfterAsync(workspace, report.Head, Page, cancel) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                if (entry.Seq <= compacted)
                {
                    if (sealer.Check(entry, LogSealer.NoDigest) is { } spoilt)
                        found(new LogFinding($"entry {entry.Seq}", spoilt));
                    images.Add(entry.Seq, entry.Digest ?? []);
                    report = report with { Entries = report.Entries + 1, Head = entry.Seq };
                    continue;
                }

                var last = Math.Max(report.Head, compacted);
                if (compacted > 0 && last == compacted)
                {
                    if (told is not null && !images.Finish().AsSpan().SequenceEqual(told.Rows))
                        found(new LogFinding($"entry {compacted}", "the images up to here are not those that were put here when it was compacted"));
                    previous = told?.Anchor;
                }

                if (entry.Seq != last + 1)
                {
                    found(new LogFinding($"entry {last + 1}", entry.Seq == last + 2 ? "is missing" : $"and all up to {entry.Seq - 1} are missing"));
                    previous = null;
                }

                if (entry.Digest is not null)
                {
                    if (previous is not null && sealer.Check(entry, previous) is { } wrong)
                        found(new LogFinding($"entry {entry.Seq}", wrong));
                    previous = entry.Digest;
                }
                else if (entry.Seq >= sealedFrom)
                {
                    // Said of the first; all of a log may have lost theirs.
                    if (bare++ == 0)
                        found(new LogFinding($"entry {entry.Seq}", $"has no digest, although all from {sealedFrom} on were written with one"));
                    previous = null;
                }

                if (kept.TryGetValue(entry.Seq, out var known) && !string.Equals(known, Hex(entry.Digest), StringComparison.OrdinalIgnoreCase))
                    found(new LogFinding($"entry {entry.Seq}", $"has {(entry.Digest is null ? "no digest" : $"the digest {Hex(entry.Digest)}")}, and not {known}, which was kept"));

                report = report with
                {
                    Entries = report.Entries + 1,
                    Unsealed = report.Unsealed + (entry.Digest is null && entry.Seq < sealedFrom ? 1 : 0),
                    Head = entry.Seq,
                    Digest = Hex(entry.Digest),
                };
            }

            await VerifyCreatedAsync(workspace, page, found, cancel);
        }

        if (bare > 1)
            found(new LogFinding("the log", $"lacks {bare} digests"));
        foreach (var seq in kept.Keys.Where(seq => seq > report.Head))
            found(new LogFinding($"entry {seq}", $"is missing, and its digest was kept: the log ends at {report.Head}"));
        return report;
    }

    private static string? Hex(byte[]? digest) => digest is null ? null : Convert.ToHexStringLower(digest);

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
        if ((record.UpdatedAt, record.UpdatedBy, record.CreatedAt, record.CreatedBy) != (newest.At, newest.Actor.User, replay.Made.At, replay.Made.By))
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
            var kind = change.GetProperty("kind");
            // Of what was compacted, whatever stands there stands for a creation.
            if (kind.ValueEquals("create") || kind.ValueEquals("base") || (kind.ValueEquals("delete") && change.GetProperty("previous").GetInt64() == 0))
                yield return (change.GetProperty("type").GetString()!, change.GetProperty("id").GetGuid(), entry.Seq);
        }
    }
}
