using System.Globalization;

namespace Holdfast.Host.Backups;

/// <summary>What a restore is made of: a base copy, the log that follows it, and the time at which to stop.</summary>
/// <param name="Base">The base copy.</param>
/// <param name="Log">Without a gap from the base copy on, no further than needed.</param>
/// <param name="Until">What was committed by then is in the log that there is.</param>
/// <param name="At">The time to stop at, which the log reaches; null for its end.</param>
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
            var first = from is null ? all[0] : all.FirstOrDefault(backup => backup.Name == from);
            throw new StartException(first is null
                ? $"There is no backup {from} in {archive.Where}. There are {string.Join(", ", all.Select(backup => backup.Name))}."
                : $"{(from is null ? "The oldest backup" : $"Backup {from}")} in {archive.Where} restores to {Exactly(first.FinishedAt)} and later, not to {Words(at!.Value)}. Name such a time by --at.");
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

        // What comes behind it is lost or was never there, and the end of the log is not that time.
        if (at > until)
        {
            var sooner = until < copy.FinishedAt ? "Leave --at away" : $"Name a time up to {Exactly(until)}, or leave --at away";
            var next = all.FirstOrDefault(backup => backup.FinishedAt > at) is { } after ? $" The next backup restores to {Exactly(after.FinishedAt)} and later." : "";
            throw new StartException($"The log in {archive.Where} ends on {Words(until)}, and --at names {Words(at.Value)}, which is after it. {sooner} to restore all that there is.{next}");
        }

        // A later base copy had what it needs of the log by its end, so a restore to before it needs no more than that.
        if (at is not null && all.FirstOrDefault(backup => backup.Wal!.Stream == wal.Stream && backup.StartedAt > at) is { } later)
            log = [.. log.Where(piece => piece.Segment.Number <= WalSegment.At(wal.Timeline, later.Wal!.Stop, wal.SegmentSize).Number)];
        return new RestorePlan(copy, log, until, at);
    }

    public static string Words(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>In the form that <c>--at</c> takes, never before the time.</summary>
    public static string Exactly(DateTimeOffset time) => time.UtcDateTime.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string SegmentAt(WalStream stream, BackupManifest.WalRange wal, ulong place) =>
        WalSegment.At(wal.Timeline, Math.Max(place, wal.Start), stream.SegmentSize).Name;
}
