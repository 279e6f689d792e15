using System.Reflection;
using Holdfast.Apps.Solo;
using Holdfast.Engine;
using Holdfast.Engine.Compaction;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Sync;
using Holdfast.Host.Backups;
using Holdfast.Host.Commands;
using Holdfast.Host.Contract;
using Holdfast.Host.Exports;
using Holdfast.Host.Web;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Platform.Security;

namespace Holdfast.Host;

/// <summary>The product: what it is made of, and how it starts and stops.</summary>
internal static class Program
{
    /// <summary>The projects whose migrations make the schema, in the order of the arrows.</summary>
    public static IReadOnlyList<Assembly> Projects { get; } = [EngineModule.Project, PlatformModule.Project, SoloModule.Project];

    public static async Task<int> Main(string[] args)
    {
        try
        {
            if (args is ["contract"])
                ContractCommand.Run(Installation.Find());
            else if (args is [{ Length: > 0 } name, .. var rest] && name[0] != '-')
                return await CommandTable.Find(name).RunAsync(rest);
            else if (args.Contains("--help") || args.Contains("-h"))
                await Console.Out.WriteAsync(CommandTable.Usage + Settings.Help);
            else if (args is ["--version"])
                await Console.Out.WriteLineAsync(Health.Version);
            else
                await Server.RunAsync(Settings.Read(args, Environment.GetEnvironmentVariables(), Installation.Find()));
            return 0;
        }
        catch (StartException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return e.ExitCode;
        }
    }

    /// <summary>What the product is made of.</summary>
    public static void AddModules(IServiceCollection services, string connectionString, SiteSettings site)
    {
        EngineModule.Add(services, connectionString);
        PlatformModule.Add(services, site);
        SoloModule.Add(services);
    }

    /// <summary>The product without a web server, on a database that is up to date: for what is done beside serving.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="site">How the site is reached, for what makes links or counts.</param>
    public static ServiceProvider Compose(string connectionString, SiteSettings? site = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        AddModules(services, connectionString, site ?? new SiteSettings { PublicAddress = new Uri("http://localhost") });
        return services.BuildServiceProvider();
    }

    /// <summary>Puts the product together on a database that is up to date.</summary>
    /// <param name="settings">Where it listens, and what it is called.</param>
    /// <param name="database">The database.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="clock">The time; the system's where none is given.</param>
    /// <param name="addMore">Modules beyond the product's own.</param>
    public static WebApplication Build(
        Settings settings, DatabaseServer database, ILoggerFactory loggers, TimeProvider? clock = null, Action<IServiceCollection>? addMore = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        // Settings.cs is the one table of settings.
        builder.Configuration.Sources.Clear();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(new SyncSettings { SocketsPerPerson = settings.SocketsPerPerson });
        builder.Services.AddSingleton(settings.Sessions);
        builder.Services.AddSingleton(TokenKeyFile.Take(settings.TokenKey));
        builder.Services.AddSingleton(new CompactionSettings { KeepEntries = settings.KeepLog });
        builder.Services.AddSingleton(new JobSettings { Drain = settings.Drain });
        builder.Services.AddSingleton(new SecuritySettings(settings.KeepEvents));
        builder.Services.AddSingleton(settings.Deletion);
        builder.Services.AddSingleton(settings.Mail);
        builder.Services.AddSingleton(settings.SignUps);
        AddModules(builder.Services, database.ConnectionString, new SiteSettings { PublicAddress = settings.PublicAddress, ResetLink = settings.ResetLink, FormTime = settings.FormTime, Requests = SiteSettings.OfRequests(settings.Requests), Redis = settings.Redis });
        builder.Services.AddSingleton(settings);
        BackupJobs.Add(builder.Services, settings);
        ExportWorkspace.Add(builder.Services);
        addMore?.Invoke(builder.Services);
        builder.Services.AddCors();
        builder.Services.AddResponseCompression(compression => compression.EnableForHttps = true);
        Listener.Configure(builder, settings);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseMiddleware<ServerErrors>();
        app.UsePlainAddresses();
        app.UseOneLength();
        app.UseKnownMethods();
        app.UseKnownHosts(settings);
        app.UseAllowedOrigins(settings);
        app.MapHealth();
        PlatformModule.Map(app);
        SoloModule.Map(app);
        app.MapBackups();
        ExportDoor.Map(app);
        app.UseBrowserApp(settings);
        return app;
    }
}
