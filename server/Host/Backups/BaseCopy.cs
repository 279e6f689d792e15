using System.Collections.Concurrent;
using Holdfast.Host.LocalPostgres;
using Holdfast.Host.Web;
using Microsoft.Win32.SafeHandles;
using Npgsql;
using NpgsqlTypes;

namespace Holdfast.Host.Backups;

/// <summary>
/// A copy of the cluster's files while it runs, between backup start and backup stop: whatever changes meanwhile is put right by
/// the log between the two. Made by our own reading, because the PostgreSQL that setup brings has no pg_basebackup.
/// </summary>
internal static class BaseCopy
{
    private const long LockKey = 0x4261636B7570;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // What PostgreSQL makes anew at a start, or what belongs to the running process. Folders stay, empty.
    private static readonly string[] EmptyFolders = ["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"];
    private static readonly string[] LeftOut = ["postmaster.pid", "postmaster.opts", "backup_label", "backup_label.old", "tablespace_map", "tablespace_map.old", "recovery.signal", "standby.signal"];
    private const string Last = "global/pg_control";

    /// <summary>Copies the cluster; the log must be followed meanwhile.</summary>
    /// <param name="archive">Where to.</param>
    /// <param name="files">The cluster.</param>
    /// <param name="superuser">A connection that is given to it for the time.</param>
    /// <param name="slot">What follows the log.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Gives up; nothing of it counts then.</param>
    /// <exception cref="StartException">It cannot be made; the message says why.</exception>
    public static async Task<BackupManifest> MakeAsync(
        BackupArchive archive, ClusterFolder files, NpgsqlConnection superuser, WalSlot slot, TimeProvider clock, CancellationToken cancel)
    {
        if (await ScalarAsync<bool>(superuser, $"SELECT NOT pg_try_advisory_lock({LockKey})", cancel))
            throw new StartException("Another backup of this database is being made. Wait for it to end.");
        if (await ScalarAsync<bool>(superuser, "SELECT EXISTS (SELECT FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global'))", cancel))
            throw new StartException("The database has tablespaces outside its folder, which 'backup' does not copy. Move their tables into the default one, or back up with PostgreSQL's own tools.");
        var startedAt = clock.GetUtcNow();
        var name = BackupManifest.NameFor(startedAt);
        var folder = $"{slot.Stream.Folder}/base/{name}";
        await RemoveUnfinishedAsync(archive, slot.Stream, cancel);
        var start = await ScalarAsync<NpgsqlLogSequenceNumber>(superuser, $"SELECT pg_backup_start('holdfast {name}', fast => true)", cancel);
        var packs = await PackAsync(archive, Files(files), folder, cancel);

        await using var stop = new NpgsqlCommand("SELECT lsn, labelfile FROM pg_backup_stop(wait_for_archive => false)", superuser);
        NpgsqlLogSequenceNumber stopped;
        string label;
        await using (var row = await stop.ExecuteReaderAsync(cancel))
        {
            await row.ReadAsync(cancel);
            (stopped, label) = (row.GetFieldValue<NpgsqlLogSequenceNumber>(0), row.GetString(1));
        }

        var finishedAt = clock.GetUtcNow();
        await ArrivesAsync(superuser, slot, (ulong)stopped, clock, cancel);
        var manifest = new BackupManifest
        {
            Name = name,
            Kind = "copy",
            Folder = folder,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            Product = Health.Version,
            Postgres = superuser.PostgreSqlVersion.Major,
            Packs = packs,
            Wal = new BackupManifest.WalRange(
                slot.Stream.Id, uint.Parse(label.Split('\n').First(line => line.StartsWith("START TIMELINE: ", StringComparison.Ordinal))["START TIMELINE: ".Length..]),
                slot.Stream.SegmentSize, (ulong)start, (ulong)stopped, label),
        };
        await manifest.WriteAsync(archive, cancel);
        return manifest;
    }

    /// <summary>Puts files into the archive, a few packs at a time.</summary>
    public static async Task<IReadOnlyList<BackupPack>> PackAsync(BackupArchive archive, IEnumerable<PackedFile> files, string folder, CancellationToken cancel)
    {
        var packs = new ConcurrentBag<BackupPack>();
        await Parallel.ForEachAsync(
            FilePacks.Pack(files).Select((bytes, number) => (Name: $"{folder}/{number + 1:D6}", Bytes: bytes)),
            new ParallelOptions { MaxDegreeOfParallelism = FilePacks.AtOnce, CancellationToken = cancel },
            async (pack, stop) =>
            {
                await archive.PutAsync(pack.Name, pack.Bytes.Span, stop);
                packs.Add(new BackupPack(pack.Name, pack.Bytes.Length));
            });
        return [.. packs.OrderBy(pack => pack.Name, StringComparer.Ordinal)];
    }

    /// <summary>The files of the cluster, and those that people have brought, by their path in the data folder.</summary>
    private static IEnumerable<PackedFile> Files(ClusterFolder cluster)
    {
        // Where these two lie is the operator's choice; from there on it is PostgreSQL's user's.
        using var root = Open(cluster.Root);
        using var data = Posix.OpenFolder(cluster.Data) ?? throw new StartException($"{cluster.Data} is a link. Put in its place what it leads to.");
        yield return new PackedFile($"postgres/{Path.GetFileName(cluster.SuperuserPassword)}", () => Posix.OpenFile(root, Path.GetFileName(cluster.SuperuserPassword)));
        foreach (var path in Below(Posix.PathOf(data), ""))
        {
            if (path != Last)
                yield return new PackedFile($"postgres/data/{path}", () => Posix.OpenFile(data, path));
        }

        var folder = Path.Combine(cluster.Above, "files");
        if (Directory.Exists(folder))
        {
            using var brought = Open(folder);
            foreach (var path in Below(Posix.PathOf(brought), ""))
                yield return new PackedFile($"files/{path}", () => Posix.OpenFile(brought, path));
        }

        // It says where the log is to be read from, so it may not be older than anything else.
        yield return new PackedFile($"postgres/data/{Last}", () => Posix.OpenFile(data, Last));
    }

    private static SafeFileHandle Open(string folder) => Posix.OpenTrusted(folder) ?? throw new IOException($"{folder} is not there any more.");

    /// <summary>What is in a folder, as paths from there; a folder's ends with a slash. Whoever owns it may lay links meanwhile: what is listed is opened with care.</summary>
    private static IEnumerable<string> Below(string folder, string path)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = new DirectoryInfo(folder).GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            yield break;
        }

        foreach (var entry in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var inner = path + entry.Name;
            // A link that PostgreSQL's user has laid would make root copy what that user may not read. But the log may lie elsewhere.
            if (entry.LinkTarget is not null && !EmptyFolders.Contains(inner))
                continue;
            if (LeftOut.Contains(inner) || entry.Name.StartsWith("pgsql_tmp", StringComparison.Ordinal) || entry.Name.StartsWith("pg_internal.init", StringComparison.Ordinal))
                continue;
            if (entry is not DirectoryInfo)
            {
                yield return inner;
                continue;
            }

            yield return inner + "/";
            if (EmptyFolders.Contains(inner))
                continue;
            foreach (var below in Below(entry.FullName, inner + "/"))
                yield return below;
        }
    }

    /// <summary>Waits until the log has come into the archive up to a place.</summary>
    private static async Task ArrivesAsync(NpgsqlConnection superuser, WalSlot slot, ulong place, TimeProvider clock, CancellationToken cancel)
    {
        var (reached, since) = (0UL, clock.GetTimestamp());
        while (true)
        {
            var now = await slot.ConfirmedAsync(superuser, cancel)
                ?? throw new StartException("PostgreSQL could not keep its log for the backup, because the archive took too long. Make it again.");
            if (now >= place)
                return;
            if (now > reached)
                (reached, since) = (now, clock.GetTimestamp());
            if (clock.GetElapsedTime(since) > Patience)
                throw new StartException($"The log of the database has not moved into the archive for {Patience.TotalMinutes:0} minutes. See what the server says to its backups.");
            await Task.Delay(Look, clock, cancel);
        }
    }

    /// <summary>Takes away what backups that were broken off have left. The lock says that none is being made.</summary>
    private static async Task RemoveUnfinishedAsync(BackupArchive archive, WalStream stream, CancellationToken cancel)
    {
        var finished = (await BackupManifest.ListAsync(archive, cancel)).Select(manifest => manifest.Folder).ToHashSet(StringComparer.Ordinal);
        foreach (var item in await archive.ListAsync($"{stream.Folder}/base", cancel))
        {
            if (!finished.Contains(item.Name[..item.Name.LastIndexOf('/')]))
                await archive.DeleteAsync(item.Name, cancel);
        }
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancel))!;
    }
}
