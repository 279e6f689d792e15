using System.Reflection;
using Holdfast.Engine.Csv;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
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
        services.AddRecord<JobRun>();
        services.AddSingleton<RecordRegistry>();
        services.AddSingleton<TableCheck>();
        services.AddSingleton<Policy>();
        services.AddSingleton<AccessReader>();
        services.AddSingleton<LogStore>();
        services.AddSingleton<History>();
        services.AddSingleton<LogVerifier>();
        services.AddSingleton(provider => new WritePath(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<RecordRegistry>(), provider.GetRequiredService<Policy>(), provider.GetRequiredService<JobRegistry>(),
            provider.GetRequiredService<JobBell>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WritePath>>()));
        services.AddSingleton<Merging>();
        services.AddSingleton<Undoing>();
        services.AddSingleton<CsvImport>();
        services.AddSingleton<CsvExport>();
        services.AddSingleton<RecordReader>();
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
        services.AddSingleton(provider => new JobWorker(
            provider.GetRequiredService<JobStore>(), provider.GetRequiredService<JobRegistry>(), provider.GetRequiredService<Schedules>(), provider.GetRequiredService<JobBell>(),
            provider.GetRequiredService<WritePath>().WriteRunsOf(provider.GetRequiredService<RecordRegistry>()), provider, provider.GetRequiredService<JobSettings>(), provider.GetRequiredService<ILogger<JobWorker>>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<JobWorker>());
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

    /// <summary>Registers a record type of a module, with its rules.</summary>
    public static void AddRecord<T>(this IServiceCollection services, Rules<T>? rules = null)
        where T : Record
    {
        services.AddSingleton(new RecordRegistration(typeof(T)));
        services.AddSingleton(new RuleRegistration(typeof(T), rules ?? new Rules<T>()));
    }
}
