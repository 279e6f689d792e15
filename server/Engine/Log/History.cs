using System.Runtime.CompilerServices;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>
/// What was, from the log: the versions of a record, and records as they were at any place. Knows no rights: the
/// caller asks them before it hands anything on.
/// </summary>
public sealed class History(Db db, RecordRegistry registry)
{
    private const int Page = 200;
    private const int Steps = 50;

    /// <summary>Up to where the log of a workspace was compacted: what was before that, nobody knows any more. 0 where it never was.</summary>
    public Task<long> CompactedAsync(Guid workspace, CancellationToken cancel) => CompactedAsync(db.In(workspace), workspace, cancel);

    /// <summary>The same in a transaction of the caller's.</summary>
    internal static async Task<long> CompactedAsync(IDbReads database, Guid workspace, CancellationToken cancel) =>
        (await database.QueryAsync<BaseRow>(LogStore.SelectBase(workspace), cancel)) is [var image, ..] ? image.Seq : 0;

    /// <summary>The versions of a record, newest first; the last one may be of the kind <c>base</c>, before which the log does not reach.</summary>
    /// <param name="workspace">Whose.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="id">The record, live or deleted.</param>
    /// <param name="from">The version to begin with: for the next page, <see cref="RecordChange.Previous"/> of the last one, where 0 says that there is none. Null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>Empty where there never was such a record.</returns>
    public Task<IReadOnlyList<RecordVersion>> OfAsync(Guid workspace, RecordType type, Guid id, long? from, int limit, CancellationToken cancel) =>
        OfAsync(db.In(workspace), workspace, type, id, from, limit, cancel);

    /// <summary>The same in a transaction of the caller's, so that the rights to it are of the same moment.</summary>
    internal async Task<IReadOnlyList<RecordVersion>> OfAsync(IDbReads database, Guid workspace, RecordType type, Guid id, long? from, int limit, CancellationToken cancel)
    {
        var heads = from is { } version
            ? [new ChainHead { Id = id, Version = version }]
            : await database.QueryAsync<ChainHead>(RecordChain.SelectHeads(workspace, type, [id]), cancel);
        return [.. (await WalkAsync(database, workspace, type, heads, limit, cancel)).Select(row => row.ToVersion(registry))];
    }

    /// <summary>All that the transaction of one entry changed; empty where there is no such entry any more.</summary>
    public async Task<IReadOnlyList<RecordChange>> EntryAsync(Guid workspace, long seq, CancellationToken cancel) =>
        (await db.In(workspace).QueryAsync<StoredEntry>($"SELECT {StoredEntry.Columns} FROM engine.log WHERE workspace_id = {workspace} AND seq = {seq}", cancel))
            .SelectMany(entry => entry.ToEntry(registry).Changes).ToArray();

    /// <summary>The record as it was right after entry <paramref name="seq"/>, which lies above <see cref="CompactedAsync(Guid, CancellationToken)"/> or there; null where it was not there.</summary>
    public async Task<PastRecord?> AtAsync(Guid workspace, RecordType type, Guid id, long seq, CancellationToken cancel)
    {
        var heads = await db.In(workspace).QueryAsync<ChainHead>(RecordChain.SelectHeads(workspace, type, [id]), cancel);
        return (await ReplayWholeAsync(workspace, type, heads, seq, cancel)).Select(replay => replay.Result()).FirstOrDefault();
    }

    /// <summary>The same in a transaction of the caller's. It goes through all that happened to the record: the caller says for how long.</summary>
    internal async Task<PastRecord?> AtAsync(IDbReads database, Guid workspace, RecordType type, Guid id, long seq, CancellationToken cancel)
    {
        var heads = await database.QueryAsync<ChainHead>(RecordChain.SelectHeads(workspace, type, [id]), cancel);
        return (await ReplayAsync(database, workspace, type, heads, seq, cancel)).Select(replay => replay.Result()).FirstOrDefault();
    }

    /// <summary>All records of a type as they were right after entry <paramref name="seq"/>, in the order of their ids, read in short ranges.</summary>
    public async IAsyncEnumerable<PastRecord> AtAsync(Guid workspace, RecordType type, long seq, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var heads in HeadsAsync(workspace, type, cancel))
        {
            foreach (var replay in await ReplayWholeAsync(workspace, type, heads, seq, cancel))
            {
                if (replay.Result() is { } record)
                    yield return record;
            }
        }
    }

    /// <summary>All records of a type, live and deleted ones, page by page.</summary>
    private async IAsyncEnumerable<IReadOnlyList<ChainHead>> HeadsAsync(Guid workspace, RecordType type, [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = Guid.Empty;
        while (await db.In(workspace).QueryAsync<ChainHead>(RecordChain.SelectHeads(workspace, type, after, Page), cancel) is { Count: > 0 } heads)
        {
            yield return heads;
            after = heads[^1].Id;
        }
    }

    /// <summary>A chain that ends too early was perhaps compacted while it was read: then it is read once more.</summary>
    private async Task<IReadOnlyList<RecordReplay>> ReplayWholeAsync(Guid workspace, RecordType type, IReadOnlyCollection<ChainHead> heads, long seq, CancellationToken cancel)
    {
        var replays = await ReplayAsync(db.In(workspace), workspace, type, heads, seq, cancel);
        return replays.All(replay => replay.IsWhole || replay.Newest is null) ? replays : await ReplayAsync(db.In(workspace), workspace, type, heads, seq, cancel);
    }

    /// <summary>The given records as the log has them at one place, in their order; those that it does not know are not whole.</summary>
    internal async Task<IReadOnlyList<RecordReplay>> ReplayAsync(
        IDbReads database, Guid workspace, RecordType type, IReadOnlyCollection<ChainHead> heads, long seq, CancellationToken cancel)
    {
        var replays = heads.Select(head => new RecordReplay(type, head.Id, seq)).ToArray();
        var byId = replays.ToDictionary(replay => replay.Id);
        var open = heads;
        while (open.Count > 0)
        {
            var last = new Dictionary<Guid, RecordVersion>();
            foreach (var row in await WalkAsync(database, workspace, type, open, Steps, cancel))
            {
                var version = last[row.Record] = row.ToVersion(registry);
                byId[row.Record].Add(version);
            }

            // A chain whose next link is missing ends here; whoever asked sees that it is not whole.
            open = [.. last.Where(pair => pair.Value.Change.Previous > 0 && pair.Value.Change.Previous < pair.Value.Seq)
                .Select(pair => new ChainHead { Id = pair.Key, Version = pair.Value.Change.Previous })];
        }

        return replays;
    }

    private static Task<IReadOnlyList<RecordChain.Row>> WalkAsync(
        IDbReads database, Guid workspace, RecordType type, IReadOnlyCollection<ChainHead> heads, int steps, CancellationToken cancel) =>
        database.QueryAsync<RecordChain.Row>(RecordChain.Select(workspace, type, heads, steps), cancel);
}
