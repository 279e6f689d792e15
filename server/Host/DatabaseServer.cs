using Holdfast.Engine.Storage;
using Holdfast.Host.LocalPostgres;
using Npgsql;

namespace Holdfast.Host;

/// <summary>The PostgreSQL that the product works on, with its schema up to date: the one that was given, or a local cluster of our own.</summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _probe;

    private DatabaseServer(string connectionString, LocalCluster? local)
    {
        ConnectionString = connectionString;
        Local = local;
        _probe = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 2, Timeout = 2, CommandTimeout = 2, ApplicationName = "holdfast_health" });
    }

    public string ConnectionString { get; }

    /// <summary>Null when a database was given.</summary>
    public LocalCluster? Local { get; }

    /// <summary>How many migrations the schema had when the product started.</summary>
    public long Migrations { get; private set; }

    /// <summary>Starts or reaches the database and migrates it.</summary>
    /// <exception cref="StartException">It cannot be used; the message says why.</exception>
    public static async Task<DatabaseServer> OpenAsync(Settings settings, DataFolder data, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancel)
    {
        var local = settings.Database is null
            ? new LocalCluster(data.Postgres, settings.PostgresPrograms, clock, loggers.CreateLogger<LocalCluster>())
            : null;
        var connectionString = local is null ? settings.Database! : await local.StartAsync(cancel);
        var server = new DatabaseServer(connectionString, local);
        try
        {
            if (local is null)
                await server.ReachAsync(clock, loggers.CreateLogger<DatabaseServer>(), cancel);
            await Migrator.MigrateAsync(connectionString, Program.Projects, cancel);
            server.Migrations = await server.CountMigrationsAsync(cancel);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync();
            throw e is MigrationException or NpgsqlException ? new StartException($"The database cannot be brought up to date: {e.Message}") : e;
        }
    }

    /// <summary>How many migrations the schema has now; asked over a new connection.</summary>
    public async Task<long> CountMigrationsAsync(CancellationToken cancel)
    {
        // One that was opened earlier goes on working where a new one is refused. The pool limits how many there are at once.
        _probe.Clear();
        await using var connection = await DbFaults.OpenAsync(_probe, cancel);
        await using var command = new NpgsqlCommand($"SET ROLE {DbRoles.Owner}; SELECT count(*) FROM engine.migrations", connection);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _probe.DisposeAsync();
        if (Local is not null)
            await Local.DisposeAsync();
    }

    /// <summary>Waits a while for a server that starts beside us; a refusal is final at once.</summary>
    private async Task ReachAsync(TimeProvider clock, ILogger logger, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        for (var told = false; ; told = true)
        {
            try
            {
                await using var connection = await DbFaults.OpenAsync(_probe, cancel);
                return;
            }
            catch (NpgsqlException e) when (e is not PostgresException { IsTransient: false } && clock.GetElapsedTime(began) < Patience)
            {
                if (!told)
                    logger.LogWarning("The database does not answer yet: {Reason}", e.Message);
                await Task.Delay(Pause, clock, cancel);
            }
            catch (NpgsqlException e)
            {
                throw new StartException($"The database given by --database or HOLDFAST_DATABASE cannot be used: {e.Message}");
            }
        }
    }
}
