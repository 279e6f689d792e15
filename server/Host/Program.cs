using System.Reflection;
using System.Runtime.InteropServices;
using Holdfast.Apps.Solo;
using Holdfast.Engine;
using Holdfast.Host.Contract;
using Holdfast.Host.Web;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;

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
            if (args is ["--help"] or ["--version"])
            {
                await Console.Out.WriteLineAsync(args is ["--help"] ? Settings.Help : Health.Version);
                return 0;
            }

            if (args is ["contract"])
            {
                ContractCommand.Run(Installation.Find());
                return 0;
            }

            await RunAsync(Settings.Read(args, Environment.GetEnvironmentVariables(), Installation.Find()));
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

    /// <summary>Puts the product together on a database that is up to date.</summary>
    public static WebApplication Build(Settings settings, DatabaseServer database, ILoggerFactory loggers, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        // Settings.cs is the one table of settings.
        builder.Configuration.Sources.Clear();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton(database);
        AddModules(builder.Services, database.ConnectionString, new SiteSettings { PublicAddress = settings.PublicAddress });
        builder.Services.AddResponseCompression(compression => compression.EnableForHttps = true);
        Listener.Configure(builder, settings);

        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseMiddleware<ServerErrors>();
        app.UseKnownHosts(settings);
        app.MapHealth();
        PlatformModule.Map(app);
        app.UseBrowserApp(settings);
        return app;
    }

    private static async Task RunAsync(Settings settings)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var loggers = HostLog.Create(settings);
        using var data = DataFolder.Claim(settings.Data);
        if (IdentityModule.FindMissing() is { } missing)
            throw new StartException(missing);
        try
        {
            await using var database = await DatabaseServer.OpenAsync(settings, data, TimeProvider.System, loggers, stop.Token);
            await using var app = Build(settings, database, loggers);
            await Listener.StartAsync(app, settings, stop.Token);
            data.Announce(settings.PublicAddress);
            await Console.Out.WriteLineAsync($"Holdfast is ready at {settings.PublicAddress.GetLeftPart(UriPartial.Authority)}  (Ctrl+C stops it)");
            await app.WaitForShutdownAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before it was ready.
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
