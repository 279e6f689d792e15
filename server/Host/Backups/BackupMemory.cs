using System.Text.Json;

namespace Holdfast.Host.Backups;

/// <summary>
/// What this machine knows of the archive that it fills, kept in its data folder. All that lies in the place proves itself, but
/// whoever owns it can still take the newest away or put an older state back: what was known there and is not there any more
/// is told for as long as backups are kept.
/// </summary>
/// <param name="settings">Say where the data folder is, and how long backups are kept.</param>
/// <param name="clock">The time.</param>
internal sealed class BackupMemory(Settings settings, TimeProvider clock)
{
    private static readonly Lock Gate = new();

    private string File => FileIn(settings);

    /// <param name="Archive">Its id.</param>
    /// <param name="Where">The place, as the settings named it.</param>
    private sealed record Known(string Archive, string Where)
    {
        /// <summary>The newest backup that was finished.</summary>
        public string? Backup { get; init; }

        public DateTimeOffset BackupAt { get; init; }

        /// <summary>The stream of the log that was followed last.</summary>
        public KnownLog? Log { get; init; }

        public IReadOnlyList<Finding> Findings { get; init; } = [];
    }

    /// <param name="Stream">Its id.</param>
    /// <param name="SegmentSize">In bytes.</param>
    /// <param name="Place">Up to where it was there.</param>
    /// <param name="Until">What was committed by then was there.</param>
    private sealed record KnownLog(string Stream, int SegmentSize, ulong Place, DateTimeOffset Until);

    private sealed record Finding(DateTimeOffset At, string What);

    /// <summary>Notes that a backup is there.</summary>
    public void Note(BackupArchive archive, BackupManifest made) => Change(archive, known => known with { Backup = made.Name, BackupAt = made.FinishedAt });

    /// <summary>Notes that the log is there up to a place.</summary>
    public void Note(BackupArchive archive, WalStream stream, ulong place, DateTimeOffset until) =>
        Change(archive, known => known with { Log = new KnownLog(stream.Id, stream.SegmentSize, place, until) });

    /// <summary>Looks whether what was known is there, and notes what is not.</summary>
    /// <returns>A sentence for each thing that is missing, or was within the time that backups are kept.</returns>
    /// <exception cref="StartException">The place cannot be read.</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(BackupArchive archive, CancellationToken cancel)
    {
        // Told once: what was mended is not missing any more.
        string[] mended = archive.Mended is { } told ? [told] : [];
        if (Read() is not { } known)
            return mended;
        var missing = await MissingAsync(known, archive, cancel);
        lock (Gate)
        {
            known = Read() ?? known;
            string[] fresh = [.. missing.Except(known.Findings.Select(finding => finding.What), StringComparer.Ordinal)];
            var findings = known.Findings.Where(finding => finding.At > clock.GetUtcNow() - settings.BackupKeep)
                .Concat(fresh.Select(what => new Finding(clock.GetUtcNow(), what))).ToArray();
            if (fresh.Length > 0 || findings.Length < known.Findings.Count)
                Write(known with { Findings = findings });
            return [.. mended, .. findings.Select(finding => $"{finding.What} (Noticed on {RestorePlan.Words(finding.At)}.)")];
        }
    }

    private static async Task<IReadOnlyList<string>> MissingAsync(Known known, BackupArchive archive, CancellationToken cancel)
    {
        // Another place is the operator's own choice; another archive in the same place is not.
        if (archive.Id != known.Archive)
        {
            return archive.Where != known.Where ? [] :
                [$"{known.Where} holds another archive than the one that this server filled ({known.Archive}). Whoever owns the place has put it there, or took the other away. Ask him; 'backup verify' says what there is."];
        }

        var backups = await BackupManifest.ListAsync(archive, cancel);
        var missing = new List<string>();
        if (known.Backup is not null && backups.All(backup => backup.FinishedAt < known.BackupAt))
            missing.Add($"Backup {known.Backup}, which was finished on {RestorePlan.Words(known.BackupAt)}, is not in {archive.Where} any more, nor is a newer one. Somebody has taken it away, or put an older state back.");
        if (known.Log is { } log && backups.All(backup => backup.FinishedAt < log.Until || backup.Wal?.Stream == log.Stream)
            && !(await new WalStream(archive, log.Stream, log.SegmentSize).ListAsync(cancel)).Any(piece => piece.End >= log.Place))
            missing.Add($"The log of the database was in {archive.Where} up to {RestorePlan.Words(log.Until)}, and is not any more. Somebody has taken the end of it away, or put an older state back.");
        return missing;
    }

    private void Change(BackupArchive archive, Func<Known, Known> change)
    {
        lock (Gate)
        {
            var known = Read();
            Write(change(known?.Archive == archive.Id ? known with { Where = archive.Where } : new Known(archive.Id, archive.Where) { Findings = known?.Findings ?? [] }));
        }
    }

    /// <summary>The id of the archive that this machine has filled in a place; null where it knows of none.</summary>
    public static string? ArchiveIn(Settings settings, string where) => Read(FileIn(settings)) is { } known && known.Where == where ? known.Archive : null;

    private static string FileIn(Settings settings) => Path.Combine(settings.Data, "backup.known.json");

    private Known? Read() => Read(File);

    private static Known? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Known>(System.IO.File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Nothing was known yet, as on a new machine.
            return null;
        }
    }

    private void Write(Known known)
    {
        try
        {
            DataFolder.Make(settings.Data);
            var unfinished = File + ".unfinished";
            System.IO.File.Delete(unfinished);
            using (var stream = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
                JsonSerializer.Serialize(stream, known);
            System.IO.File.Move(unfinished, File, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A backup is worth more than what is known of it: who may not write here makes one all the same.
        }
    }
}
