using System.Reflection;
using Holdfast.Engine.Storage;
using Holdfast.Host;
using Holdfast.Host.LocalPostgres;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace Holdfast.Tests.Support;

/// <summary>
/// The PostgreSQL of the suite: one throw-away cluster, started by the product's own code when the first test asks for a
/// database. <c>HOLDFAST_POSTGRES_BIN</c> runs it on another version. A class gets its database by <see cref="TestDatabase"/>.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string FolderPrefix = "holdfast-tests-";

    // Speed over safety: nobody needs the data after a power cut.
    private static readonly Dictionary<string, string> ServerSettings = new(StringComparer.Ordinal)
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["max_connections"] = "300",
    };

    /// <summary>The product's projects, and this one with the record types of the tests.</summary>
    internal static IReadOnlyList<Assembly> Projects { get; } = [.. Program.Projects, typeof(TestCluster).Assembly];

    private readonly Lazy<Task> _started;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId}");
    private LocalCluster? _cluster;
    private int _databases;

    public TestCluster() => _started = new Lazy<Task>(StartAsync);

    /// <summary>The folder of the programs that the suite runs on: the product's own setting.</summary>
    internal static string Programs { get; } = Settings.Read([], Environment.GetEnvironmentVariables(), Repository.Root).PostgresPrograms;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A migrated database of its own; returns the connection string of the product's login.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await _started.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await RunAsync($"CREATE DATABASE {name} TEMPLATE {ClusterBootstrap.Database} OWNER {ClusterBootstrap.Login}");
        return new NpgsqlConnectionStringBuilder(_cluster!.ForLogin()) { Database = name }.ConnectionString;
    }

    /// <summary>Drops a database, whoever is still connected.</summary>
    public Task DropDatabaseAsync(string connection) =>
        RunAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connection).Database} WITH (FORCE)");

    /// <summary>The superuser's connection string to the database of another one, to look where the product's login may not.</summary>
    public string SuperuserOf(string connection) => _cluster!.ForSuperuser(new NpgsqlConnectionStringBuilder(connection).Database!);

    public async ValueTask DisposeAsync()
    {
        if (_cluster is null)
            return;
        NpgsqlConnection.ClearAllPools();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        await SweepAsync();
        // The user that PostgreSQL runs as must get through.
        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        _cluster = new LocalCluster(Path.Combine(_folder, "postgres"), Programs, TimeProvider.System, NullLogger.Instance, ServerSettings);
        var address = await _cluster.StartAsync(CancellationToken.None);
        try
        {
            await Migrator.MigrateAsync(address, Projects);
        }
        catch (MigrationException fault)
        {
            // No test could begin, and each would say so.
            await DisposeAsync();
            await Console.Error.WriteLineAsync($"error: {fault.Message}");
            Environment.Exit(1);
        }

        NpgsqlConnection.ClearAllPools();
        await RunAsync($"ALTER DATABASE {ClusterBootstrap.Database} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true");
        await RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{ClusterBootstrap.Database}'");
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_cluster!.ForSuperuser());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Removes what runs that were killed have left behind.</summary>
    private static async Task SweepAsync()
    {
        foreach (var left in Directory.EnumerateDirectories(Path.GetTempPath(), $"{FolderPrefix}*"))
        {
            if (!int.TryParse(Path.GetFileName(left)[FolderPrefix.Length..], out var process) || Directory.Exists($"/proc/{process}"))
                continue;
            try
            {
                await Postmaster.EndOrphansAsync(new ClusterFolder(Path.Combine(left, "postgres")).Data, TimeProvider.System, CancellationToken.None);
                Directory.Delete(left, recursive: true);
            }
            catch (UnauthorizedAccessException)
            {
                // It is another user's.
            }
        }
    }
}
