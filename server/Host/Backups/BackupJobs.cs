using Holdfast.Engine;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Identity;

namespace Holdfast.Host.Backups;

/// <summary>Backups by the clock of this machine: a fresh copy each night, once a week a trial of the newest, and each hour a note of who was erased.</summary>
internal static class BackupJobs
{
    internal const string Make = "backup.make";
    internal const string Try = "backup.try";
    internal const string Erasures = "backup.erasures";
    private const string Queue = "backups";

    /// <summary>How long the operator can look at the ones that went well.</summary>
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    internal sealed record Asked;

    public static void Add(IServiceCollection services, Settings settings)
    {
        if (settings.Backup is null)
            return;
        services.AddSingleton(provider => new BackupService(settings, provider.GetRequiredService<ILoggerFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new JobQueue(Queue) { Concurrency = 1 });
        AddByClock(services, Make, "0 3 * * *", provider => new Maker(provider.GetRequiredService<BackupService>(), provider.GetRequiredService<DatabaseServer>()));
        AddByClock(services, Try, "0 4 * * 0", provider => new Trial(provider.GetRequiredService<BackupService>()));
        // Right after those who are due were erased.
        AddByClock(services, Erasures, "31 * * * *", provider => new Noter(settings, provider.GetRequiredService<Db>(), provider.GetRequiredService<Returned>()), keep: TimeSpan.Zero);
    }

    private static void AddByClock(IServiceCollection services, string kind, string at, Func<IServiceProvider, IJobHandler<Asked>> handler, TimeSpan? keep = null)
    {
        services.AddJob(new JobKind<Asked>(kind, handler) { Queue = Queue, MaxAttempts = 5, FirstPause = TimeSpan.FromMinutes(5), KeepDone = keep ?? Keep });
        services.AddSingleton(new JobSchedule(kind, kind, at, TimeZoneInfo.Local.Id, new Asked()));
    }

    private sealed class Maker(BackupService backups, DatabaseServer database) : IJobHandler<Asked>
    {
        public Task RunAsync(Job job, Asked payload, CancellationToken cancel) =>
            database.Local is { } cluster ? backups.CopyAsync(cluster, cancel) : backups.DumpAsync(cancel);
    }

    private sealed class Noter(Settings settings, Db db, Returned returned) : IJobHandler<Asked>
    {
        public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
        {
            var foreign = await Erased.AgreeAsync(await BackupArchive.OpenAsync(settings, create: true, cancel), db, cancel);
            await returned.ShutOutAsync();
            if (foreign is not null)
                throw new JobFailedException(foreign);
        }
    }

    private sealed class Trial(BackupService backups) : IJobHandler<Asked>
    {
        public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
        {
            var report = await backups.TryAsync(cancel);
            if (report.Findings.Count > 0)
                throw new JobFailedException($"The backup {report.Backup} is not sound: {report.Findings[0]} ('backup list' and 'backup verify' tell all of it).");
        }
    }
}
