using System.Text;
using System.Text.Json.Nodes;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>A log that is not compacted because something is wrong with it; the message says what and where.</summary>
public sealed class LogCompactionException(string message) : Exception(message);

/// <summary>
/// Works out compactions: of some of the oldest entries at a time, so that the write which follows is short. It proves what
/// it reads before it lets anything go.
/// </summary>
public sealed class LogCompactor(Db db, LogStore log, History history, RecordRegistry registry)
{
    /// <summary>How many entries are compacted at once.</summary>
    internal const int Step = 2000;

    private const int Page = 5000;

    /// <summary>What became of one record among the entries that are compacted.</summary>
    /// <param name="Newest">The last of them that changed it.</param>
    /// <param name="Image">Where its image stood before; 0 where it had none.</param>
    private sealed record Touched(long Newest, long Image);

    private sealed record Row
    {
        public long Seq { get; init; }

        public byte[] Digest { get; init; } = [];
    }

    /// <param name="workspace">Whose log.</param>
    /// <param name="before">Entries younger than this stay.</param>
    /// <param name="upTo">And so does what comes after this place.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>Null where there is nothing to compact.</returns>
    /// <exception cref="LogCompactionException">The log does not verify, or names what this server does not know.</exception>
    public async Task<LogCompaction?> PrepareAsync(Guid workspace, DateTimeOffset before, long upTo, CancellationToken cancel)
    {
        var (oldBase, old) = await log.BaseAsync(workspace, cancel);
        var head = (await log.HeadsAsync([workspace], cancel)).SingleOrDefault()?.Seq ?? 0;
        var entries = (await log.SealedAfterAsync(workspace, oldBase, Step, cancel)).TakeWhile(entry => entry.At < before && entry.Seq <= upTo && entry.Seq < head).ToArray();
        if (entries.Length == 0)
            return null;
        var sealer = new LogSealer(workspace);
        var anchor = Prove(sealer, entries, oldBase, old?.Anchor, await log.SealedFromAsync(workspace, cancel));
        var touched = Touch(entries, oldBase);
        var images = await ImagesAsync(workspace, touched, cancel);
        var written = new SortedDictionary<long, StoredEntry?>();
        foreach (var entry in entries)
        {
            // What was erased, by whom and when, stays written down.
            written[entry.Seq] = images.TryGetValue(entry.Seq, out var own) || entry.Erasures is not null
                ? sealer.Seal(entry with { Schema = registry.Schema, Base = null, Changes = StoredEntry.List(own ?? [], static (change, json) => change.WriteToLog(json)) }, LogSealer.NoDigest)
                : null;
        }

        foreach (var image in await MovedAsync(workspace, sealer, touched, cancel))
            written[image.Seq] = image.Changes.AsSpan().SequenceEqual("[]"u8) && image.Erasures is null ? null : image;
        return new LogCompaction(
            new LogBase(entries[^1].Seq, await DigestAsync(workspace, oldBase, written, cancel), anchor), oldBase, head,
            [.. written.Where(pair => pair.Value is null).Select(pair => pair.Key)], [.. written.Values.OfType<StoredEntry>()]);
    }

    private static byte[] Prove(LogSealer sealer, StoredEntry[] entries, long oldBase, byte[]? anchor, long sealedFrom)
    {
        var (seq, previous) = (oldBase, anchor ?? LogSealer.NoDigest);
        foreach (var entry in entries)
        {
            if (entry.Seq != ++seq)
                throw new LogCompactionException($"Entry {seq} is missing. Run 'holdfast log verify'; nothing is compacted until the log is sound.");
            if (entry.Digest is null && entry.Seq < sealedFrom)
                continue;
            if ((entry.Digest is null ? "it has no digest" : sealer.Check(entry, previous)) is { } wrong)
                throw new LogCompactionException($"Entry {seq}: {wrong}. Run 'holdfast log verify'; nothing is compacted until the log is sound.");
            previous = entry.Digest!;
        }

        return previous;
    }

    private Dictionary<(RecordType Type, Guid Id), Touched> Touch(StoredEntry[] entries, long oldBase)
    {
        var touched = new Dictionary<(RecordType, Guid), Touched>();
        foreach (var entry in entries.Select(entry => entry.ToEntry(registry)))
        {
            if (entry.Unknown.Count > 0)
                throw new LogCompactionException($"Entry {entry.Seq} names the record type {entry.Unknown[0]}, which this server does not have.");
            foreach (var change in entry.Changes)
            {
                var image = touched.TryGetValue((change.Type, change.Id), out var earlier) ? earlier.Image : change.Previous <= oldBase ? change.Previous : 0;
                touched[(change.Type, change.Id)] = new Touched(entry.Seq, image);
            }
        }

        return touched;
    }

    /// <summary>The records as they stood at the end, by the place where that comes to stand.</summary>
    private async Task<Dictionary<long, List<RecordChange>>> ImagesAsync(Guid workspace, Dictionary<(RecordType Type, Guid Id), Touched> touched, CancellationToken cancel)
    {
        var images = new Dictionary<long, List<RecordChange>>();
        foreach (var group in touched.GroupBy(pair => pair.Key.Type))
        {
            var heads = group.Select(pair => new ChainHead { Id = pair.Key.Id, Version = pair.Value.Newest }).ToArray();
            foreach (var replay in await history.ReplayAsync(db.In(workspace), workspace, group.Key, heads, long.MaxValue, cancel))
            {
                if (!replay.IsWhole)
                    throw new LogCompactionException($"{replay.Type.Name} {replay.Id} has a history that does not reach back to its creation. Run 'holdfast log verify'; nothing is compacted until the log is sound.");
                if (!images.TryGetValue(replay.Newest!.Seq, out var own))
                    images[replay.Newest.Seq] = own = [];
                own.Add(replay.Image());
            }
        }

        return images;
    }

    /// <summary>The rows of which images move up, without them.</summary>
    private async Task<IReadOnlyList<StoredEntry>> MovedAsync(Guid workspace, LogSealer sealer, Dictionary<(RecordType Type, Guid Id), Touched> touched, CancellationToken cancel)
    {
        var moved = touched.Where(pair => pair.Value.Image > 0).Select(pair => (Image: pair.Value.Image, Type: pair.Key.Type.Name, Id: pair.Key.Id.ToString())).ToHashSet();
        var places = moved.Select(image => image.Image).Distinct().ToArray();
        var rows = await db.In(workspace).QueryAsync<StoredEntry>(
            $"SELECT {StoredEntry.SealedColumns} FROM engine.log WHERE workspace_id = {workspace} AND seq = ANY({places})", cancel);
        return
        [
            .. rows.Select(row =>
            {
                if (sealer.Check(row, LogSealer.NoDigest) is { } wrong)
                    throw new LogCompactionException($"The images at {row.Seq}: {wrong}. Run 'holdfast log verify'; nothing is compacted until the log is sound.");
                var images = JsonNode.Parse(row.Changes)!.AsArray().Where(image => !moved.Contains((row.Seq, (string)image!["type"]!, (string)image["id"]!))).Select(image => image!.DeepClone());
                return sealer.Seal(row with { Changes = Encoding.UTF8.GetBytes(new JsonArray([.. images]).ToJsonString(JsonText.Relaxed)) }, LogSealer.NoDigest);
            }),
        ];
    }

    private async Task<byte[]> DigestAsync(Guid workspace, long oldBase, SortedDictionary<long, StoredEntry?> written, CancellationToken cancel)
    {
        using var digest = new BaseDigest();
        var after = 0L;
        while (await db.In(workspace).QueryAsync<Row>(
            $"SELECT seq, digest FROM engine.log WHERE workspace_id = {workspace} AND seq > {after} AND seq <= {oldBase} ORDER BY seq LIMIT {Page}", cancel) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                if (!written.TryGetValue(row.Seq, out var instead))
                    digest.Add(row.Seq, row.Digest);
                else if (instead is not null)
                    digest.Add(row.Seq, instead.Digest!);
            }

            after = rows[^1].Seq;
        }

        foreach (var (seq, image) in written)
        {
            if (seq > oldBase && image is not null)
                digest.Add(seq, image.Digest!);
        }

        return digest.Finish();
    }
}
