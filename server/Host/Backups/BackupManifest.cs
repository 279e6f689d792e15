using System.Globalization;
using System.Text.Json;

namespace Holdfast.Host.Backups;

/// <summary>One object of a backup with the files, or parts of files, that lie in it.</summary>
/// <param name="Name">The object.</param>
/// <param name="Bytes">What they are together, in bytes, before compression.</param>
internal sealed record BackupPack(string Name, long Bytes);

/// <summary>What a backup consists of. It is written last: a backup without one was never finished.</summary>
internal sealed record BackupManifest
{
    public const string FileName = "manifest";

    /// <summary>When it was begun, in the form that sorts; unique in an archive.</summary>
    public required string Name { get; init; }

    /// <summary><c>copy</c> of a cluster, or <c>dump</c> of a database that has a server of its own.</summary>
    public required string Kind { get; init; }

    /// <summary>The folder of its objects in the archive.</summary>
    public required string Folder { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The earliest time that it restores to.</summary>
    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>The version of Holdfast that made it.</summary>
    public required string Product { get; init; }

    /// <summary>The major version of its PostgreSQL.</summary>
    public required int Postgres { get; init; }

    public required IReadOnlyList<BackupPack> Packs { get; init; }

    /// <summary>Of a copy: what joins it to the log.</summary>
    public WalRange? Wal { get; init; }

    public long Bytes => Packs.Sum(pack => pack.Bytes);

    /// <param name="Stream">The stream of the archive.</param>
    /// <param name="Timeline">PostgreSQL's timeline.</param>
    /// <param name="SegmentSize">In bytes.</param>
    /// <param name="Start">From where the log is needed.</param>
    /// <param name="Stop">Up to where at least.</param>
    /// <param name="Label">What PostgreSQL wants to find in backup_label.</param>
    internal sealed record WalRange(string Stream, uint Timeline, int SegmentSize, ulong Start, ulong Stop, string Label);

    public static string NameFor(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);

    public async Task WriteAsync(BackupArchive archive, CancellationToken cancel)
    {
        await archive.MarkAsync(Folder, cancel);
        await archive.PutAsync($"{Folder}/{FileName}", JsonSerializer.SerializeToUtf8Bytes(this), cancel);
    }

    /// <summary>All finished backups of an archive, oldest first.</summary>
    public static async Task<IReadOnlyList<BackupManifest>> ListAsync(BackupArchive archive, CancellationToken cancel)
    {
        var found = new List<BackupManifest>();
        foreach (var folder in new[] { "streams", "dumps" })
        {
            foreach (var item in await archive.ListAsync(folder, cancel))
            {
                if (item.Name.EndsWith($"/{FileName}", StringComparison.Ordinal))
                    found.Add(JsonSerializer.Deserialize<BackupManifest>(await archive.GetAsync(item.Name, cancel))!);
            }
        }

        return [.. found.OrderBy(manifest => manifest.FinishedAt)];
    }
}
