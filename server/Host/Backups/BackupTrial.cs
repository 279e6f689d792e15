using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Storage;
using Holdfast.Host.LocalPostgres;

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

/// <summary>Tries the newest backup: restores it beside the data, checks every log in it, and takes it away again.</summary>
/// <param name="settings">Place, key, and where there is room.</param>
/// <param name="loggers">Where it logs.</param>
/// <param name="clock">The time.</param>
internal sealed partial class BackupTrial(Settings settings, ILoggerFactory loggers, TimeProvider clock)
{
    private const string Folder = "trials";
    private const string Newest = $"{Folder}/newest";
    private const string Scratch = "restore.trial";
    private const int MostFindings = 100;

    private readonly ILogger _logger = loggers.CreateLogger<BackupTrial>();

    /// <summary>What the last one has shown; null where there was none.</summary>
    public static async Task<TrialReport?> LastAsync(BackupArchive archive, CancellationToken cancel) =>
        (await archive.ListAsync(Folder, cancel)).Any() ? JsonSerializer.Deserialize<TrialReport>(await archive.GetAsync(Newest, cancel)) : null;

    /// <summary>Tries it, and keeps in the archive what that has shown.</summary>
    /// <exception cref="StartException">It does not restore; the message says why.</exception>
    public async Task<TrialReport> RunAsync(CancellationToken cancel)
    {
        var archive = await BackupArchive.OpenAsync(settings, create: false, cancel);
        var newest = await BackupManifest.ListAsync(archive, cancel) is [.., var last] ? last : throw new StartException($"There is no finished backup in {archive.Where}. Make one by 'backup'.");
        var folder = Path.Combine(settings.Data, Scratch);
        var data = DataFolder.Claim(folder);
        try
        {
            // One that was killed may have left its PostgreSQL running.
            await ClusterRestore.RemoveAsync(data.Postgres, clock);
            var restored = await RestoreAsync(archive, newest, data, cancel);
            var began = clock.GetTimestamp();
            var (workspaces, entries, findings, brokeOff) = await CheckAsync(data, cancel);
            var report = new TrialReport(
                restored.Base.Name, clock.GetUtcNow(), restored.Until, restored.Took.TotalSeconds, clock.GetElapsedTime(began).TotalSeconds, restored.Bytes, workspaces, entries, findings);
            await NoteAsync(archive, report, cancel);
            // Such as a server that was killed for want of memory: it says nothing of the backup, so it is tried once more.
            return brokeOff is not null && DbFaults.IsPassing(brokeOff) ? throw new StartException($"{restored.Base.Name}: {findings[^1]}") : report;
        }
        finally
        {
            data.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task NoteAsync(BackupArchive archive, TrialReport report, CancellationToken cancel) =>
        archive.PutAsync(Newest, JsonSerializer.SerializeToUtf8Bytes(report), cancel);

    private async Task<RestoreReport> RestoreAsync(BackupArchive archive, BackupManifest newest, DataFolder data, CancellationToken cancel)
    {
        try
        {
            return newest.Wal is null
                ? await RestoreDumpAsync(archive, newest, data, cancel)
                : await ClusterRestore.RunAsync(archive, await RestorePlan.MakeAsync(archive, at: null, from: null, cancel), settings, data, clock, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // What does not even restore must not leave the last good trial standing.
            try
            {
                await NoteAsync(archive, new TrialReport(newest.Name, clock.GetUtcNow(), newest.StartedAt, 0, 0, newest.Bytes, 0, 0, [e.Message]), cancel);
            }
            catch (Exception unnoted) when (!cancel.IsCancellationRequested)
            {
                LogUnnoted(_logger, unnoted);
            }

            throw;
        }
    }

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

    private async Task<(int Workspaces, long Entries, IReadOnlyList<string> Findings, Exception? BrokeOff)> CheckAsync(DataFolder data, CancellationToken cancel)
    {
        var findings = new List<string>();
        var (workspaces, entries, brokeOff) = (0, 0L, (Exception?)null);
        try
        {
            await CheckAsync();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Such as a page that PostgreSQL cannot read.
            LogBrokenOff(_logger, e);
            brokeOff = e;
            findings.Add($"the check broke off: {e.Message}");
        }

        return (workspaces, entries, findings, brokeOff);

        async Task CheckAsync()
        {
            await using var cluster = new LocalCluster(data.Postgres, settings.PostgresPrograms, clock, loggers.CreateLogger<LocalCluster>());
            var connection = await cluster.StartAsync(cancel);
            await Migrator.MigrateAsync(connection, Program.Projects, cancel);
            await using var provider = Program.Compose(connection);
            var verifier = provider.GetRequiredService<LogVerifier>();
            var all = await provider.GetRequiredService<Db>().System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.workspaces ORDER BY workspace_id", cancel);
            foreach (var workspace in all)
            {
                var report = await verifier.VerifyAsync(workspace, finding =>
                {
                    if (findings.Count < MostFindings)
                        findings.Add($"workspace {workspace}: {finding.Where}: {finding.What}");
                }, cancel);
                (workspaces, entries) = (workspaces + 1, entries + report.Entries);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "What was found wrong with the backup could not be noted beside it")]
    private static partial void LogUnnoted(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "The check of the backup broke off")]
    private static partial void LogBrokenOff(ILogger logger, Exception exception);
}
