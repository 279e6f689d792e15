using System.Reflection;
using Holdfast.Engine.Csv;
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
        services.AddSingleton<RecordRegistry>();
        services.AddSingleton<TableCheck>();
        services.AddSingleton<Policy>();
        services.AddSingleton<AccessReader>();
        services.AddSingleton<LogStore>();
        services.AddSingleton<History>();
        services.AddSingleton<LogVerifier>();
        services.AddSingleton<WritePath>();
        services.AddSingleton<Merging>();
        services.AddSingleton<Undoing>();
        services.AddSingleton<CsvImport>();
        services.AddSingleton<CsvExport>();
        services.AddHostedService<OutcomePruner>();
        services.AddSingleton<RecordReader>();
        services.AddSingleton<SyncDesk>();
        services.AddSingleton<Secrets>();
        services.AddSingleton<SyncHub>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SyncHub>());
    }

    /// <summary>Registers a record type of a module, with its rules.</summary>
    public static void AddRecord<T>(this IServiceCollection services, Rules<T>? rules = null)
        where T : Record
    {
        services.AddSingleton(new RecordRegistration(typeof(T)));
        services.AddSingleton(new RuleRegistration(typeof(T), rules ?? new Rules<T>()));
    }
}
