using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Storage;
using Holdfast.Host.LocalPostgres;
using Holdfast.Platform.Http;
using Npgsql;

namespace Holdfast.Host.Backups;

/// <summary>What a trial of the newest backup has shown.</summary>
/// <param name="Backup">Its name.</param>
/// <param name="TriedAt">When.</param>
/// <param name="Until">Up to when the restored database held what was committed.</param>
/// <param name="RestoreSeconds">How long the restore took; 0 where it did not restore.</param>
/// <param name="VerifySeconds">How long the check of the log took.</param>
/// <param name="Bytes">Size of the base copy.</param>
/// <param name="Workspaces">How many there were.</param>
/// <param name="Entries">Of the log, in all of them.</param>
/// <param name="Findings">What was not sound; a good backup has none.</param>
internal sealed record TrialReport(
    string Backup, DateTimeOffset TriedAt, DateTimeOffset Until, double RestoreSeconds, double VerifySeconds, long Bytes, int Workspaces, long Entries, IReadOnlyList<string> Findings)
{
    /// <summary>How old the newest committed work in it was.</summary>
    public TimeSpan Age => TriedAt - Until;
}

/// <summary>What is in the place of the backups.</summary>
/// <param name="Backups">The finished ones, oldest first.</param>
/// <param name="Trial">What the last trial has shown; null where there was none.</param>
/// <param name="Missing">What was known to be there and is not (<see cref="BackupMemory"/>).</param>
internal sealed record BackupListing(IReadOnlyList<BackupManifest> Backups, TrialReport? Trial, IReadOnlyList<string> Missing);

/// <summary>Makes backups, and tries them.</summary>
/// <param name="settings">Place, key, and how far back.</param>
/// <param name="loggers">Where it logs.</param>
/// <param name="clock">The time.</param>
internal sealed partial class BackupService(Settings settings, ILoggerFactory loggers, TimeProvider clock)
{
    private const string TrialsFolder = "trials";
    private const string NewestTrial = $"{TrialsFolder}/newest";
    private const string TrialFolder = "restore.trial";
    private const int MostFindings = 100;
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    /// <summary>How many backups and trials have ended in this process, whoever asked for them.</summary>
    private static int _ended;

    private readonly BackupMemory _memory = new(settings, clock);
    private readonly Lock _gate = new();
    private (long At, int Ended, Task<BackupListing> Listing)? _recent;

    /// <summary>Makes a base copy of a local cluster, and takes away what is too old. Follows the log meanwhile, where the server does not.</summary>
    /// <exception cref="StartException">It cannot be made; what was begun does not count.</exception>
    public async Task<BackupManifest> CopyAsync(LocalCluster cluster, CancellationToken cancel)
    {
        var archive = await BackupArchive.OpenAsync(settings, create: true, cancel);
        await CheckAsync(archive, cancel);
        await using var superuser = new NpgsqlConnection(cluster.ForSuperuser() + ";Pooling=false");
        await superuser.OpenAsync(cancel);
        var slot = await WalSlot.FindAsync(superuser, archive, cancel);
        if (slot is not null && await slot.IsFollowedAsync(superuser, cancel))
            return await CopyAsync(archive, cluster, superuser, slot, cancel);

        var wasThere = slot?.Name;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var archiver = new WalArchiver(archive, cluster.ForSuperuser(), _memory, clock, loggers.CreateLogger<WalArchiver>());
        var started = new TaskCompletionSource();
        var following = archiver.RunAsync(_ => started.TrySetResult(), stop.Token);
        try
        {
            while (await Task.WhenAny(started.Task, Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancel)) != started.Task)
            {
                cancel.ThrowIfCancellationRequested();
                if (archiver.State.Trouble is { } trouble)
                    throw new StartException($"The log of the database cannot be followed: {trouble}");
            }

            slot = await WalSlot.FindAsync(superuser, archive, cancel) ?? throw new StartException("PostgreSQL lost the replication slot of the backup. Make the backup again.");
            return await CopyAsync(archive, cluster, superuser, slot, cancel);
        }
        finally
        {
            await stop.CancelAsync();
            await following;
            // Nobody follows it from here on; the next backup begins a stream of its own.
            if (slot is not null && slot.Name != wasThere && superuser.State == System.Data.ConnectionState.Open)
                await LeaveAsync(superuser, slot);
        }
    }

    /// <summary>Makes a dump of the database that the settings name, and takes away what is too old.</summary>
    /// <exception cref="StartException">It cannot be made; what was begun does not count.</exception>
    public async Task<BackupManifest> DumpAsync(CancellationToken cancel)
    {
        var archive = await BackupArchive.OpenAsync(settings, create: true, cancel);
        await CheckAsync(archive, cancel);
        var made = await DatabaseDump.MakeAsync(archive, settings.Database!, settings.PostgresPrograms, clock, cancel);
        Ended(archive, made);
        await BackupRetention.PruneAsync(archive, clock.GetUtcNow() - settings.BackupKeep, current: null, cancel);
        return made;
    }

    /// <summary>Restores the newest backup beside the data, checks every log in it, and takes it away again.</summary>
    /// <exception cref="StartException">It does not restore; the message says why.</exception>
    public async Task<TrialReport> TryAsync(CancellationToken cancel)
    {
        var archive = await BackupArchive.OpenAsync(settings, create: false, cancel);
        var newest = await BackupManifest.ListAsync(archive, cancel) is [.., var last] ? last : throw new StartException($"There is no finished backup in {archive.Where}. Make one by 'backup'.");
        var plan = newest.Wal is null ? null : await RestorePlan.MakeAsync(archive, at: null, from: null, cancel);
        var folder = Path.Combine(settings.Data, TrialFolder);
        var data = DataFolder.Claim(folder);
        try
        {
            // One that was killed may have left its PostgreSQL running.
            await ClusterRestore.RemoveAsync(data.Postgres, clock);
            var restored = plan is null
                ? await RestoreDumpAsync(archive, newest, data, cancel)
                : await ClusterRestore.RunAsync(archive, plan, settings, data, clock, cancel);
            var began = clock.GetTimestamp();
            var (workspaces, entries, findings) = await CheckAsync(data, cancel);
            var report = new TrialReport(
                restored.Base.Name, clock.GetUtcNow(), restored.Until, restored.Took.TotalSeconds, clock.GetElapsedTime(began).TotalSeconds, restored.Bytes, workspaces, entries, findings);
            await NoteAsync(archive, report, cancel);
            return report;
        }
        catch (StartException e)
        {
            // What does not even restore must not leave the last good trial standing.
            await NoteAsync(archive, new TrialReport(newest.Name, clock.GetUtcNow(), newest.StartedAt, 0, 0, newest.Bytes, 0, 0, [e.Message]), cancel);
            throw;
        }
        finally
        {
            data.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task NoteAsync(BackupArchive archive, TrialReport report, CancellationToken cancel)
    {
        await archive.PutAsync(NewestTrial, JsonSerializer.SerializeToUtf8Bytes(report), cancel);
        Interlocked.Increment(ref _ended);
    }

    /// <summary>What is in the place.</summary>
    /// <exception cref="StartException">It cannot be read.</exception>
    public async Task<BackupListing> ListAsync(CancellationToken cancel)
    {
        var archive = await BackupArchive.OpenAsync(settings, create: false, cancel);
        var tried = (await archive.ListAsync(TrialsFolder, cancel)).Any();
        return new BackupListing(
            await BackupManifest.ListAsync(archive, cancel),
            tried ? JsonSerializer.Deserialize<TrialReport>(await archive.GetAsync(NewestTrial, cancel)) : null,
            await _memory.CheckAsync(archive, cancel));
    }

    /// <summary>The same as it was within the last minute, if nothing has ended here since: to list takes a request for each backup.</summary>
    /// <exception cref="StartException">It could not be read then.</exception>
    public Task<BackupListing> ListRecentAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            var ended = Volatile.Read(ref _ended);
            if (_recent is not { } recent || recent.Ended != ended || clock.GetElapsedTime(recent.At) > Recent)
                _recent = recent = (clock.GetTimestamp(), ended, ListAsync(CancellationToken.None));
            return recent.Listing.WaitAsync(cancel);
        }
    }

    /// <summary>What was known to be in the place and is not any more; empty where all of it is.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancel) =>
        await _memory.CheckAsync(await BackupArchive.OpenAsync(settings, create: false, cancel), cancel);

    /// <summary>Before anything newer hides what is missing.</summary>
    private async Task CheckAsync(BackupArchive archive, CancellationToken cancel)
    {
        foreach (var missing in await _memory.CheckAsync(archive, cancel))
            LogMissing(loggers.CreateLogger<BackupService>(), missing);
    }

    /// <summary>Notes that a backup is there.</summary>
    internal void Ended(BackupArchive archive, BackupManifest made)
    {
        _memory.Note(archive, made);
        Interlocked.Increment(ref _ended);
    }

    [LoggerMessage(LogLevel.Error, "{Missing}")]
    private static partial void LogMissing(ILogger logger, string missing);

    /// <summary>Restores a dump into a cluster of its own: a server of somebody else's is not ours to try things on.</summary>
    private async Task<RestoreReport> RestoreDumpAsync(BackupArchive archive, BackupManifest dump, DataFolder data, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var programs = await PostgresPrograms.FindAsync(settings.PostgresPrograms, cancel);
        if (programs.MajorVersion < dump.Postgres)
            throw new StartException($"Dump {dump.Name} is of PostgreSQL {dump.Postgres}, and {programs.Folder} is {programs.MajorVersion}. Name the programs of {dump.Postgres} or newer by --postgres-bin.");
        await using var cluster = new LocalCluster(data.Postgres, settings.PostgresPrograms, clock, loggers.CreateLogger<LocalCluster>());
        // The login makes the roles, so that it is a member of them.
        await Migrator.PrepareAsync(await cluster.StartAsync(cancel), cancel);
        await DatabaseDump.RestoreAsync(archive, at: null, dump.Name, cluster.ForSuperuser(ClusterBootstrap.Database), settings.PostgresPrograms, cancel);
        return new RestoreReport(dump, dump.StartedAt, dump.Bytes, clock.GetElapsedTime(began));
    }

    private async Task<BackupManifest> CopyAsync(BackupArchive archive, LocalCluster cluster, NpgsqlConnection superuser, WalSlot slot, CancellationToken cancel)
    {
        var made = await BaseCopy.MakeAsync(archive, cluster.Files, superuser, slot, clock, cancel);
        Ended(archive, made);
        await BackupRetention.PruneAsync(archive, clock.GetUtcNow() - settings.BackupKeep, slot.Stream.Id, cancel);
        return made;
    }

    /// <summary>Drops a slot when PostgreSQL has seen that nobody follows it; one that the server has taken over stays.</summary>
    private async Task LeaveAsync(NpgsqlConnection superuser, WalSlot slot)
    {
        var began = clock.GetTimestamp();
        while (await slot.IsFollowedAsync(superuser, CancellationToken.None))
        {
            if (clock.GetElapsedTime(began) > TimeSpan.FromSeconds(5))
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, CancellationToken.None);
        }

        await WalSlot.DropAsync(superuser, slot.Name, CancellationToken.None);
    }

    private async Task<(int Workspaces, long Entries, IReadOnlyList<string> Findings)> CheckAsync(DataFolder data, CancellationToken cancel)
    {
        await using var cluster = new LocalCluster(data.Postgres, settings.PostgresPrograms, clock, loggers.CreateLogger<LocalCluster>());
        var connection = await cluster.StartAsync(cancel);
        await Migrator.MigrateAsync(connection, Program.Projects, cancel);
        var services = new ServiceCollection();
        services.AddLogging();
        Program.AddModules(services, connection, new SiteSettings { PublicAddress = settings.PublicAddress });
        await using var provider = services.BuildServiceProvider();
        var verifier = provider.GetRequiredService<LogVerifier>();
        var workspaces = await provider.GetRequiredService<Db>().System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.workspaces ORDER BY workspace_id", cancel);
        var findings = new List<string>();
        long entries = 0;
        foreach (var workspace in workspaces)
        {
            var report = await verifier.VerifyAsync(workspace, finding =>
            {
                if (findings.Count < MostFindings)
                    findings.Add($"workspace {workspace}: {finding.Where}: {finding.What}");
            }, cancel);
            entries += report.Entries;
        }

        return (workspaces.Count, entries, findings);
    }
}
