using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Host;
using Holdfast.Platform.Http;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Simulation.Pages;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// What one seed after the other is run with: a database of its own, two machines for nodes, and eyes that look past
/// everything. Belongs to one thread.
/// </summary>
internal sealed class Laboratory : IDisposable
{
    private static readonly ServiceProvider Services = NewServices();
    private readonly NpgsqlConnection _control;
    private IReadOnlyList<string>? _tables;

    /// <param name="database">The connection string of the product's login.</param>
    /// <param name="superuser">The superuser's, to the same database.</param>
    /// <param name="pages">The engine of the browser, where it is to be part of the run; disposed of with this.</param>
    public Laboratory(string database, string superuser, PageProcess? pages = null)
    {
        Pages = pages;
        _control = new NpgsqlConnection(superuser);
        _control.Open();
        Eyes = new Db(database);
        AccessReader = new AccessReader(Eyes, Registry, Policy);
        Wire = new DatabaseWire(_control);
        Machines = [new Machine("a", Wire, database), new Machine("b", Wire, database)];
    }

    /// <summary>Keeps what the database holds of a workspace, in place of what was kept of it before.</summary>
    public void Backup(Guid workspace)
    {
        if (_tables is null)
        {
            // As a dump lists them, whatever tables there will be.
            _tables = Look("""
                SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id'
                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
                """);
            Run($"CREATE SCHEMA backup; {string.Join(' ', _tables.Select((table, i) => $"CREATE TABLE backup.t{i} AS SELECT * FROM {table} WHERE false;"))}");
        }

        Run($"BEGIN ISOLATION LEVEL REPEATABLE READ; {string.Join(' ', _tables.Select((table, i) => $"DELETE FROM backup.t{i}; INSERT INTO backup.t{i} SELECT * FROM {table} WHERE workspace_id = '{workspace}';"))} COMMIT;");
    }

    /// <summary>Puts back what was kept of a workspace, with a new epoch as the tool that restores gives it.</summary>
    public void Restore(Guid workspace, bool newEpoch) => Run($"""
        BEGIN; SET LOCAL session_replication_role = replica;
        {string.Join('\n', _tables!.Select((table, i) => $"DELETE FROM {table} WHERE workspace_id = '{workspace}'; INSERT INTO {table} SELECT * FROM backup.t{i};"))}
        {(newEpoch ? $"UPDATE engine.workspaces SET epoch = gen_random_uuid() WHERE workspace_id = '{workspace}';" : "")} COMMIT;
        """);

    public static RecordRegistry Registry { get; } = Services.GetRequiredService<RecordRegistry>();

    public static Policy Policy { get; } = Services.GetRequiredService<Policy>();

    public PageProcess? Pages { get; }

    public DatabaseWire Wire { get; }

    public Db Eyes { get; }

    public AccessReader AccessReader { get; }

    public Machine[] Machines { get; }

    /// <summary>Runs a statement as the superuser.</summary>
    public void Run(string sql)
    {
        using var command = new NpgsqlCommand(sql, _control);
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of every row, as the superuser sees it.</summary>
    public IReadOnlyList<string> Look(string sql)
    {
        using var command = new NpgsqlCommand(sql, _control);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(reader.GetValue(0).ToString()!);
        return rows;
    }

    public void Dispose()
    {
        foreach (var machine in Machines)
            machine.Dispose();
        Wire.Dispose();
        Eyes.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _control.Dispose();
        Pages?.Dispose();
    }

    /// <summary>Where a node runs. What it lacks when it dies is gone; its way to the database serves the next.</summary>
    internal sealed class Machine(string name, DatabaseWire wire, string database) : IDisposable
    {
        public string Name => name;

        public DatabaseLine Line { get; } = wire.NewLine();

        public Db Db => field ??= new Db(database, Line);

        /// <summary>Its node is gone, and with it what was not committed.</summary>
        public void Fail() => wire.Cut(Line);

        public void Dispose()
        {
            Fail();
            Db.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static ServiceProvider NewServices()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        Program.AddModules(services, "Host=unused", new SiteSettings { PublicAddress = new Uri("http://localhost") });
        ReadingRecords.Add(services);
        return services.BuildServiceProvider();
    }
}
