using System.Reflection;
using Holdfast.Engine.Compaction;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Csv;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Holdfast.Engine.Series;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Engine;

/// <summary>Puts the engine into a host.</summary>
public static class EngineModule
{
    public static Assembly Project => typeof(EngineModule).Assembly;

    /// <param name="services">The host's.</param>
    /// <param name="connectionString">See <see cref="Db(string)"/>.</param>
    public static void Add(IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new Db(connectionString));
        services.AddRecord<Workspace>();
        services.AddRecord(new MemberRules());
        services.AddRecord(new RoleRules());
        services.AddRecord<CustomField>();
        services.AddRecord(new JobRunRules());
        services.AddSingleton<RecordRegistry>();
        services.AddSingleton<TableCheck>();
        services.AddSingleton<Policy>();
        services.AddSingleton<AccessReader>();
        services.AddSingleton<LogStore>();
        services.AddSingleton<History>();
        services.AddSingleton<LogVerifier>();
        services.AddSingleton<LogCompactor>();
        services.AddSingleton(provider => new WritePath(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<RecordRegistry>(), provider.GetRequiredService<Policy>(), provider.GetRequiredService<JobRegistry>(),
            provider.GetRequiredService<JobBell>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WritePath>>()));
        services.AddSingleton<Merging>();
        services.AddSingleton<Copying>();
        services.AddSingleton<Removing>();
        services.AddSingleton<Forgetting>();
        services.AddSingleton<Undoing>();
        services.AddSingleton<CsvImport>();
        services.AddSingleton<CsvExport>();
        services.AddSingleton<RecordReader>();
        services.AddSingleton<PersonRecords>();
        services.AddSingleton<SyncDesk>();
        services.AddSingleton<Secrets>();
        services.TryAddSingleton(new SyncSettings());
        services.AddSingleton<SyncHub>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SyncHub>());
        services.AddSingleton<JobRegistry>();
        services.AddSingleton<JobBell>();
        services.TryAddSingleton(new JobSettings());
        services.AddSingleton(provider => new JobStore(provider.GetRequiredService<Db>(), provider.GetRequiredService<JobRegistry>()));
        services.AddSingleton(provider => new Schedules(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<JobRegistry>(), provider.GetServices<JobSchedule>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new JobDesk(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<JobRegistry>(), provider.GetRequiredService<JobBell>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new JobBoard(provider.GetRequiredService<Db>(), provider.GetRequiredService<JobRegistry>()));
        services.AddSingleton(provider => new JobWorker(
            provider.GetRequiredService<JobStore>(), provider.GetRequiredService<JobRegistry>(), provider.GetRequiredService<Schedules>(), provider.GetRequiredService<JobBell>(),
            provider.GetRequiredService<WritePath>().WriteRunsOf(provider.GetRequiredService<RecordRegistry>()), provider, provider.GetRequiredService<JobSettings>(), provider.GetRequiredService<ILogger<JobWorker>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<JobWorker>());
        services.AddSingleton<ConsumerRegistry>();
        services.TryAddSingleton(new ConsumerSettings());
        services.AddSingleton(provider => new ConsumerStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new ConsumerBoard(provider.GetRequiredService<Db>(), provider.GetRequiredService<ConsumerRegistry>()));
        services.AddSingleton(provider => new ConsumerDesk(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<ConsumerRegistry>(), provider, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ConsumerWorker(
            provider.GetRequiredService<ConsumerRegistry>(), provider.GetRequiredService<ConsumerStore>(), provider.GetRequiredService<LogStore>(), provider.GetRequiredService<RecordRegistry>(),
            provider.GetRequiredService<JobRegistry>(), provider.GetRequiredService<JobBell>(), provider.GetRequiredService<WritePath>(), provider,
            provider.GetRequiredService<ConsumerSettings>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ConsumerWorker>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ConsumerWorker>());
        services.AddSingleton<SeriesRegistry>();
        services.AddSingleton<SeriesReader>();
        services.AddSingleton<SeriesBoard>();
        services.AddSingleton<SeriesKeeper>();
        services.AddSingleton(provider => new SeriesWriter(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<SeriesKeeper>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SeriesWriter>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SeriesWriter>());
        services.AddJob(new JobKind<KeepSeries>(KeepSeries.Kind, provider => provider.GetRequiredService<SeriesKeeper>()));
        services.AddSingleton(new JobSchedule(KeepSeries.Kind, KeepSeries.Kind, "7 * * * *", "UTC", new KeepSeries()));
        services.TryAddSingleton(new CompactionSettings());
        services.AddSingleton<FieldLives>();
        services.AddSingleton<LogKeeper>();
        services.AddJob(new JobKind<CompactLog>(CompactLog.Kind, provider => provider.GetRequiredService<LogKeeper>()));
        services.AddSingleton(new JobSchedule(CompactLog.Kind, CompactLog.Kind, "23 3 * * *", "UTC", new CompactLog()));
        services.AddJob(new JobKind<ImportOrder>(CsvImport.Job, provider => provider.GetRequiredService<CsvImport>()) { MaxAttempts = 3, KeepFailed = TimeSpan.FromDays(1) });
        services.AddJob(new JobKind<ForgetOutcomes>(ForgetOutcomes.Kind, provider => new OutcomePruner(provider.GetRequiredService<Db>(), provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton(new JobSchedule(ForgetOutcomes.Kind, ForgetOutcomes.Kind, "17 * * * *", "UTC", new ForgetOutcomes()));
        services.AddJob(new JobKind<ForgetRuns>(ForgetRuns.Kind, provider => new RunPruner(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<WritePath>(), provider.GetRequiredService<RecordRegistry>())));
        services.AddSingleton(new JobSchedule(ForgetRuns.Kind, ForgetRuns.Kind, "47 * * * *", "UTC", new ForgetRuns()));
    }

    /// <summary>Registers a kind of job of a module, with its handler.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="kind">What holds for jobs of this kind.</param>
    public static void AddJob<TPayload>(this IServiceCollection services, JobKind<TPayload> kind) => services.AddSingleton<JobKind>(kind);

    /// <summary>Registers a consumer of the log, with its handler.</summary>
    public static void AddConsumer(this IServiceCollection services, Consumer consumer) => services.AddSingleton(consumer);

    /// <summary>Registers a series of a module.</summary>
    public static void AddSeries(this IServiceCollection services, SeriesKind series) => services.AddSingleton(series);

    /// <summary>Registers what a module asks of a record type that another one has: further rules.</summary>
    public static void AddRules<T>(this IServiceCollection services, Rules<T> rules)
        where T : Record => services.AddSingleton(new RuleRegistration(typeof(T), rules));

    /// <summary>Registers a record type of a module, with its rules.</summary>
    public static void AddRecord<T>(this IServiceCollection services, Rules<T>? rules = null)
        where T : Record
    {
        services.AddSingleton(new RecordRegistration(typeof(T)));
        services.AddSingleton(new RuleRegistration(typeof(T), rules ?? new Rules<T>()));
    }
}
