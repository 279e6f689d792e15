using System.Globalization;

namespace Holdfast.Host.Backups;

/// <summary>What a restore is made of: a base copy, the log that follows it, and the time at which to stop.</summary>
/// <param name="Base">The base copy.</param>
/// <param name="Log">Without a gap from the base copy on, no further than needed.</param>
/// <param name="Until">What was committed by then is in the log that there is.</param>
/// <param name="At">The time to stop at; null for the end of the log.</param>
internal sealed record RestorePlan(BackupManifest Base, IReadOnlyList<WalPiece> Log, DateTimeOffset Until, DateTimeOffset? At)
{
    /// <summary>Looks for what leads to a time.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="at">The time; null for the newest there is.</param>
    /// <param name="from">The name of the base copy to use; null for the newest that finished by then.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StartException">Nothing leads there; the message says what there is.</exception>
    public static async Task<RestorePlan> MakeAsync(BackupArchive archive, DateTimeOffset? at, string? from, CancellationToken cancel)
    {
        var all = (await BackupManifest.ListAsync(archive, cancel)).Where(backup => backup.Wal is not null).ToArray();
        if (all.Length == 0)
            throw new StartException($"There is no finished backup of a cluster in {archive.Where}.");
        var usable = all.Where(backup => (from is null || backup.Name == from) && (at is null || backup.FinishedAt <= at)).ToArray();
        if (usable.Length == 0)
        {
            throw new StartException(from is not null && all.All(backup => backup.Name != from)
                ? $"There is no backup {from} in {archive.Where}. There are {string.Join(", ", all.Select(backup => backup.Name))}."
                : $"No backup in {archive.Where} had finished by {Words(at!.Value)}. The first restores to {Words(all[0].FinishedAt)} and later.");
        }

        var copy = usable[^1];
        var wal = copy.Wal!;
        var stream = new WalStream(archive, wal.Stream, wal.SegmentSize);
        var pieces = await stream.ListAsync(cancel);
        var log = WalStream.Unbroken(pieces, wal.Start / (ulong)wal.SegmentSize * (ulong)wal.SegmentSize);
        var end = log.Count == 0 ? 0 : log[^1].End;
        if (end < wal.Stop)
            throw new StartException($"Of the log that belongs to backup {copy.Name} the part at {SegmentAt(stream, wal, end)} is missing from {archive.Where}. Put it back, or restore another backup by --from.");
        var until = (await stream.GetAsync(log[^1], cancel)).Until;
        if (pieces.Any(piece => piece.Start > end) && (at is null || at > until))
            throw new StartException($"The log in {archive.Where} goes without a gap until {Words(until)}; then {SegmentAt(stream, wal, end)} is missing. Put it back, or restore to a time before that by --at.");

        // A later base copy had what it needs of the log by its end, so a restore to before it needs no more than that.
        if (at is not null && all.FirstOrDefault(backup => backup.Wal!.Stream == wal.Stream && backup.StartedAt > at) is { } later)
            log = [.. log.Where(piece => piece.Segment.Number <= WalSegment.At(wal.Timeline, later.Wal!.Stop, wal.SegmentSize).Number)];
        return new RestorePlan(copy, log, until, at < until ? at : null);
    }

    public static string Words(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string SegmentAt(WalStream stream, BackupManifest.WalRange wal, ulong place) =>
        WalSegment.At(wal.Timeline, Math.Max(place, wal.Start), stream.SegmentSize).Name;
}
