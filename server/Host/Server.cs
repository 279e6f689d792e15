using System.Runtime.InteropServices;
using Holdfast.Engine.Records;
using Holdfast.Host.Backups;
using Holdfast.Host.Web;
using Holdfast.Platform.Identity;

namespace Holdfast.Host;

/// <summary>From start to stop: takes the data folder, brings up the database, listens, and lets go of all three in turn.</summary>
internal static class Server
{
    /// <summary>Returns when the product has been told to stop and has.</summary>
    /// <exception cref="StartException">It cannot start; nothing is left running.</exception>
    public static async Task RunAsync(Settings settings)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var loggers = HostLog.Create(settings);
        using var data = DataFolder.Claim(settings.Data);
        Listener.CheckFree(settings);
        if (IdentityModule.FindMissing() is { } missing)
            throw new StartException(missing);
        try
        {
            await using var database = await DatabaseServer.OpenAsync(settings, data, TimeProvider.System, loggers, stop.Token);
            await using var backups = BackupKeeper.Start(settings, database.Local, loggers, TimeProvider.System);
            await using var app = Program.Build(settings, database, loggers, addMore: services => services.AddSingleton(backups));
            var amiss = (await app.Services.GetRequiredService<TableCheck>().FindAsync(stop.Token)).Where(finding => finding.Breaks).ToArray();
            if (amiss.Length > 0)
                throw new StartException(string.Join('\n', amiss.AsEnumerable()));
            var first = await app.Services.GetRequiredService<FirstLink>().IssueAsync();
            await Listener.StartAsync(app, settings, stop.Token);
            data.Announce(settings.PublicAddress);
            await Console.Out.WriteLineAsync($"Holdfast is ready at {settings.PublicAddress.GetLeftPart(UriPartial.Authority)}  (Ctrl+C stops it)");
            if (first is not null)
                await Console.Out.WriteLineAsync($"Nobody runs this server yet. Whoever signs up by this link does: {first}");
            await app.WaitForShutdownAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before it was ready.
        }

        void Stop(PosixSignalContext signal)
        {
            // The process ends when everything is put away, not now.
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
