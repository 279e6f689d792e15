using Holdfast.Host.LocalPostgres;
using Npgsql;

namespace Holdfast.Host.Backups;

/// <summary>What is in the place of the backups.</summary>
/// <param name="Backups">The finished ones, oldest first.</param>
/// <param name="Trial">What the last trial has shown; null where there was none.</param>
/// <param name="Missing">What was known to be there and is not (<see cref="BackupMemory"/>).</param>
internal sealed record BackupListing(IReadOnlyList<BackupManifest> Backups, TrialReport? Trial, IReadOnlyList<string> Missing);

/// <summary>Makes backups, and says what there is.</summary>
/// <param name="settings">Place, key, and how far back.</param>
/// <param name="loggers">Where it logs.</param>
/// <param name="clock">The time.</param>
internal sealed partial class BackupService(Settings settings, ILoggerFactory loggers, TimeProvider clock)
{
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

    /// <summary>Tries the newest backup.</summary>
    /// <exception cref="StartException">It does not restore; the message says why.</exception>
    public async Task<TrialReport> TryAsync(CancellationToken cancel)
    {
        try
        {
            return await new BackupTrial(settings, loggers, clock).RunAsync(cancel);
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }

    /// <summary>What is in the place.</summary>
    /// <exception cref="StartException">It cannot be read.</exception>
    public async Task<BackupListing> ListAsync(CancellationToken cancel)
    {
        var archive = await BackupArchive.OpenAsync(settings, create: false, cancel);
        return new BackupListing(
            await BackupManifest.ListAsync(archive, cancel),
            await BackupTrial.LastAsync(archive, cancel),
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
}
