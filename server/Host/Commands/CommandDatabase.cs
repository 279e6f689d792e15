using Holdfast.Host.LocalPostgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Host.Commands;

/// <summary>
/// The database for a command that runs beside the server or without it: the one that was given, that of the running
/// server, or the local cluster, started for as long as the command takes. Never migrates.
/// </summary>
internal sealed class CommandDatabase : IAsyncDisposable
{
    private readonly DataFolder? _data;
    private readonly LocalCluster? _cluster;

    private CommandDatabase(string connectionString, LocalCluster? local = null, DataFolder? data = null, LocalCluster? cluster = null) =>
        (ConnectionString, Local, _data, _cluster) = (connectionString, local, data, cluster);

    public string ConnectionString { get; }

    /// <summary>The local cluster, whoever started it; null when a database was given.</summary>
    public LocalCluster? Local { get; }

    /// <exception cref="StartException">There is none, or it cannot be used.</exception>
    public static async Task<CommandDatabase> OpenAsync(Settings settings, CancellationToken cancel)
    {
        if (settings.Database is { } given)
            return new CommandDatabase(given);
        var folder = DataFolder.PostgresIn(settings.Data);
        if (!new ClusterFolder(folder).Exists)
            throw new StartException($"There is no database in {settings.Data}. Name the data folder by --data, or the database by --database.");
        var cluster = new LocalCluster(folder, settings.PostgresPrograms, TimeProvider.System, NullLogger.Instance);
        try
        {
            var data = DataFolder.Claim(settings.Data);
            try
            {
                return new CommandDatabase(await cluster.StartAsync(cancel), cluster, data, cluster);
            }
            catch
            {
                data.Dispose();
                throw;
            }
        }
        catch (StartException e) when (e.ExitCode == StartException.AlreadyRunning)
        {
            return new CommandDatabase(ForRunning(cluster, folder), cluster);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _data?.Dispose();
    }

    private static string ForRunning(LocalCluster cluster, string folder)
    {
        try
        {
            return cluster.ForLogin();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The password of the database in {folder} cannot be read: {e.Message} Run the command as the user who runs the server.");
        }
    }
}
