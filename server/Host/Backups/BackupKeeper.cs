using Holdfast.Host.LocalPostgres;
using Npgsql;

namespace Holdfast.Host.Backups;

/// <summary>
/// Keeps the backup of the server's own cluster up to date while the server runs: follows the log, and makes the base copy that
/// a new stream needs. Later base copies are made by whoever asks <see cref="BackupService"/> for them.
/// </summary>
internal sealed class BackupKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private Task _work = Task.CompletedTask;
    private Task _copy = Task.CompletedTask;
    private WalArchiver? _archiver;
    private string? _told;

    private BackupKeeper(ILogger logger) => _logger = logger;

    /// <summary>Why the backup does not follow the database at the moment; null while it does, and where none is kept.</summary>
    public string? Trouble => _told ?? _archiver?.State.Trouble;

    /// <summary>Begins, where the settings name a place; an archive that cannot be reached yet is tried again.</summary>
    /// <exception cref="StartException">The key or the place is none.</exception>
    public static BackupKeeper Start(Settings settings, LocalCluster? cluster, ILoggerFactory loggers, TimeProvider clock)
    {
        var keeper = new BackupKeeper(loggers.CreateLogger<BackupKeeper>());
        if (cluster is null)
            return keeper;
        if (settings.Backup is not null)
        {
            // What is wrong with them is said at the start.
            BackupStore.Open(settings);
            BackupKey.Read(settings.BackupKey);
        }

        keeper._work = keeper.RunAsync(settings, cluster, new BackupService(settings, loggers, clock), loggers, clock, keeper._stopping.Token);
        return keeper;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _work;
        await _copy;
        _stopping.Dispose();
    }

    private async Task RunAsync(Settings settings, LocalCluster cluster, BackupService backups, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var archive = settings.Backup is null ? null : await BackupArchive.OpenAsync(settings, create: true, cancel);
                await using (var superuser = new NpgsqlConnection(cluster.ForSuperuser() + ";Pooling=false"))
                {
                    await superuser.OpenAsync(cancel);
                    await WalSlot.DropOthersAsync(superuser, archive, cancel);
                }

                if (archive is null)
                    return;
                var memory = new BackupMemory(settings, clock);
                foreach (var missing in await memory.CheckAsync(archive, cancel))
                    _logger.LogError("{Missing}", missing);
                _archiver = new WalArchiver(archive, cluster.ForSuperuser(), memory, clock, loggers.CreateLogger<WalArchiver>());
                _told = null;
                await _archiver.RunAsync(stream => BeginCopy(archive, stream, cluster, backups, cancel), cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it was, such as an answer that is no bucket's: to give up for good, and silently, would be worse.
                if (_told != e.Message)
                    _logger.LogError("No backup is kept at the moment: {Reason}", e.Message);
                _told = e.Message;
                await Task.Delay(Pause, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void BeginCopy(BackupArchive archive, WalStream stream, LocalCluster cluster, BackupService backups, CancellationToken cancel)
    {
        if (_copy.IsCompleted)
            _copy = CopyAsync();

        async Task CopyAsync()
        {
            try
            {
                if ((await BackupManifest.ListAsync(archive, cancel)).Any(backup => backup.Wal?.Stream == stream.Id))
                    return;
                var made = await backups.CopyAsync(cluster, cancel);
                _logger.LogInformation("The first backup of this database is in {Place} as {Name}; from now on it follows within seconds", archive.Where, made.Name);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                // The next start makes it.
            }
            catch (Exception e)
            {
                _logger.LogError("The first backup of this database could not be made: {Reason} Make it by 'backup'", e.Message);
            }
        }
    }
}
