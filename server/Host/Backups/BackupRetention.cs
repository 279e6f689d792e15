namespace Holdfast.Host.Backups;

/// <summary>Takes away what no restore within the time that is kept needs any more.</summary>
internal static class BackupRetention
{
    /// <param name="archive">The archive.</param>
    /// <param name="oldest">Every moment from here on stays restorable, as far as it is now.</param>
    /// <param name="current">The stream that is being written.</param>
    /// <param name="cancel">Stops between two objects.</param>
    /// <returns>How many backups went.</returns>
    public static async Task<int> PruneAsync(BackupArchive archive, DateTimeOffset oldest, string? current, CancellationToken cancel)
    {
        var backups = await BackupManifest.ListAsync(archive, cancel);
        // The newest of those that are too old is where a restore to the oldest moment begins.
        var first = backups.LastOrDefault(backup => backup.FinishedAt <= oldest)?.FinishedAt ?? DateTimeOffset.MinValue;
        var gone = backups.Where(backup => backup.FinishedAt < first).ToArray();
        foreach (var backup in gone)
        {
            // The manifest first: what is half gone is no backup.
            var objects = await archive.ListAsync(backup.Folder, cancel);
            foreach (var item in objects.OrderByDescending(item => item.Name, StringComparer.Ordinal))
                await archive.DeleteAsync(item.Name, cancel);
        }

        foreach (var stream in (await archive.ListAsync("streams", cancel)).GroupBy(item => item.Name.Split('/')[1]))
            await PruneAsync(archive, stream.Key, [.. stream], backups.Except(gone).Where(backup => backup.Wal?.Stream == stream.Key).ToArray(), oldest, stream.Key == current, cancel);
        return gone.Length;
    }

    private static async Task PruneAsync(
        BackupArchive archive, string id, IReadOnlyList<StoredObject> objects, BackupManifest[] kept, DateTimeOffset oldest, bool isCurrent, CancellationToken cancel)
    {
        if (kept.Length > 0)
        {
            var wal = kept[0].Wal!;
            var stream = new WalStream(archive, id, wal.SegmentSize);
            var needed = WalSegment.At(wal.Timeline, kept.Min(backup => backup.Wal!.Start), wal.SegmentSize);
            foreach (var piece in await stream.ListAsync(cancel))
            {
                if (piece.Segment.Number < needed.Number)
                    await archive.DeleteAsync(piece.Name, cancel);
            }
        }
        else if (!isCurrent && objects.All(item => item.WrittenAt < oldest))
        {
            foreach (var item in objects)
                await archive.DeleteAsync(item.Name, cancel);
        }
    }
}
