using Holdfast.Host.LocalPostgres;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Host.Backups;

/// <summary>What a restore has made.</summary>
/// <param name="Base">The base copy it began with, or the dump.</param>
/// <param name="Until">Up to when it holds what was committed.</param>
/// <param name="Bytes">How much that was, in bytes.</param>
/// <param name="Took">How long it took.</param>
internal sealed record RestoreReport(BackupManifest Base, DateTimeOffset Until, long Bytes, TimeSpan Took);

/// <summary>
/// Makes a cluster out of a backup, beside where it will live, and moves it there when it has come up: a restore that is broken
/// off leaves nothing that could be taken for a cluster.
/// </summary>
internal static class ClusterRestore
{
    private const string Unfinished = "restore.unfinished";

    /// <summary>Restores into a data folder that has no cluster yet. It begins a new epoch, and ends all sessions.</summary>
    /// <param name="archive">Where from.</param>
    /// <param name="plan">What is restored, and to when.</param>
    /// <param name="settings">Say which programs run PostgreSQL.</param>
    /// <param name="data">The data folder; the caller holds it.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancel">Gives up; nothing is left.</param>
    /// <exception cref="StartException">It cannot be done; nothing is left.</exception>
    public static async Task<RestoreReport> RunAsync(
        BackupArchive archive, RestorePlan plan, Settings settings, DataFolder data, TimeProvider clock, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        foreach (var folder in new[] { data.Postgres, Path.Combine(data.Path, "files") })
        {
            if (Directory.Exists(folder))
                throw new StartException($"{folder} is there already, and a restore replaces nothing. Move it away, or choose another folder by --data.");
        }

        var programs = await PostgresPrograms.FindAsync(settings.PostgresPrograms, cancel);
        if (programs.MajorVersion != plan.Base.Postgres)
            throw new StartException($"Backup {plan.Base.Name} was made by PostgreSQL {plan.Base.Postgres}, and {programs.Folder} is {programs.MajorVersion}. Name the programs of {plan.Base.Postgres} by --postgres-bin.");
        await Postmaster.EndMovedAwayAsync(new ClusterFolder(data.Postgres), clock);
        var unfinished = Path.Combine(data.Path, Unfinished);
        await RemoveUnfinishedAsync(unfinished, clock);
        try
        {
            DataFolder.Make(unfinished);
            var files = new ClusterFolder(Path.Combine(unfinished, "postgres"));
            Directory.CreateDirectory(files.Root);
            var user = await PostgresUser.ChooseAsync(files, programs, cancel);
            await ClosedAsync(unfinished, files.Root, () => WriteAsync(archive, plan, unfinished, files, user, cancel));
            ClusterFolder.MakePrivate(files.Root, user);
            await RecoverAsync(archive, plan, files, settings, clock, cancel);
            var brought = Path.Combine(unfinished, "files");
            if (Directory.Exists(brought))
                Directory.Move(brought, Path.Combine(data.Path, "files"));
            Directory.Move(files.Root, data.Postgres);
            Directory.Delete(unfinished, recursive: true);
            return new RestoreReport(plan.Base, plan.At ?? plan.Until, plan.Base.Bytes, clock.GetElapsedTime(began));
        }
        catch (Exception e)
        {
            await RemoveUnfinishedAsync(unfinished, clock);
            if (e is IOException or UnauthorizedAccessException)
                throw new StartException($"The backup cannot be restored into {data.Path}: {e.Message} Make room there, make it writable for user {Environment.UserName}, or choose another folder by --data.");
            throw;
        }
    }

    /// <summary>
    /// Does something in a folder that nobody else gets into meanwhile, nor into its <paramref name="inner"/> one, which is made
    /// anew: what root writes there is the other user's by and by, and a link that he lays could lead it anywhere.
    /// </summary>
    internal static async Task ClosedAsync(string folder, string inner, Func<Task> work)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var open = File.GetUnixFileMode(folder);
        File.SetUnixFileMode(folder, OwnerOnly);
        Directory.Delete(inner, recursive: true);
        Directory.CreateDirectory(inner, OwnerOnly);
        await work();
        File.SetUnixFileMode(folder, open);
    }

    /// <summary>Writes the files of the base copy and the log beside them.</summary>
    private static async Task WriteAsync(
        BackupArchive archive, RestorePlan plan, string folder, ClusterFolder files, PostgresUser user, CancellationToken cancel)
    {
        await Parallel.ForEachAsync(
            plan.Base.Packs,
            new ParallelOptions { MaxDegreeOfParallelism = FilePacks.AtOnce, CancellationToken = cancel },
            async (pack, stop) => FilePacks.Unpack(await archive.GetAsync(pack.Name, stop), folder, user.Own));

        var wal = plan.Base.Wal!;
        await File.WriteAllTextAsync(Own(Path.Combine(files.Data, "backup_label")), wal.Label, cancel);
        await File.WriteAllTextAsync(Own(Path.Combine(files.Data, "recovery.signal")), "", cancel);
        var stream = new WalStream(archive, wal.Stream, wal.SegmentSize);
        foreach (var segment in plan.Log.GroupBy(piece => piece.Segment))
        {
            using var file = FilePacks.Open(Path.Combine(files.Data, "pg_wal", segment.Key.Name));
            user.Own(file);
            foreach (var piece in segment)
                RandomAccess.Write(file, (await stream.GetAsync(piece, cancel)).Bytes.Span, piece.From);
            // PostgreSQL reads whole segments; the log ends where zeros begin.
            if (RandomAccess.GetLength(file) < wal.SegmentSize)
                RandomAccess.SetLength(file, wal.SegmentSize);
        }

        string Own(string path)
        {
            using SafeFileHandle file = FilePacks.Open(path);
            user.Own(file);
            return path;
        }
    }

    /// <summary>Lets PostgreSQL apply the log, and begins the new epoch.</summary>
    private static async Task RecoverAsync(BackupArchive archive, RestorePlan plan, ClusterFolder files, Settings settings, TimeProvider clock, CancellationToken cancel)
    {
        var quiet = Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        var recovery = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // The log lies in its folder already; but PostgreSQL wants to be told a command.
            ["restore_command"] = "false",
            ["recovery_target_timeline"] = "current",
            ["recovery_target_action"] = "promote",
            ["hot_standby"] = "off",
        };
        if (plan.At is { } at)
            recovery["recovery_target_time"] = at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", System.Globalization.CultureInfo.InvariantCulture);
        await using var cluster = new LocalCluster(files.Root, settings.PostgresPrograms, clock, quiet, recovery);
        try
        {
            await cluster.StartAsync(cancel);
        }
        catch (StartException e) when (plan.At is not null && e.Message.Contains("recovery ended before configured recovery target was reached", StringComparison.Ordinal))
        {
            // Nothing was committed between that time and the end of the log, so the end is that time.
            await RecoverAsync(archive, plan with { At = null }, files, settings, clock, cancel);
            return;
        }

        await Restored.BeginAsync(archive, cluster.ForLogin(), cancel);
    }

    /// <summary>Removes a cluster that was never finished or is not needed any more, with the PostgreSQL that may still work in it.</summary>
    public static async Task RemoveAsync(string root, TimeProvider clock)
    {
        await Postmaster.EndOrphansAsync(new ClusterFolder(root).Data, clock, CancellationToken.None);
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
    }

    private static async Task RemoveUnfinishedAsync(string unfinished, TimeProvider clock)
    {
        await RemoveAsync(Path.Combine(unfinished, "postgres"), clock);
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
    }
}
