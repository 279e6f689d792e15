using Holdfast.Bench.Sockets;
using Npgsql;

namespace Holdfast.Bench.Servers;

/// <summary>Starts the product on a data folder that is made for one case and thrown away after it.</summary>
/// <param name="more">Settings beside those that every case has.</param>
internal sealed class Product(params string[] more) : IDisposable
{
    // Not the folder for temporary files: that may lie in memory, where the fsync of a commit costs nothing.
    private readonly string _data = $"/var/tmp/holdfast-bench-{Environment.ProcessId}";

    /// <summary>A folder for the mail that it sends.</summary>
    internal string MailFolder => Path.Combine(_data, "mail");

    /// <summary>Where the processes of its PostgreSQL work.</summary>
    internal string ClusterFolder => Path.Combine(_data, "postgres/data");

    /// <summary>The connection string of its PostgreSQL's superuser.</summary>
    internal string Superuser => SuperuserOf("holdfast");

    /// <summary>Makes a database of its own in that PostgreSQL, which commits as durably.</summary>
    /// <returns>The connection string of its superuser.</returns>
    internal async Task<string> CreateDatabaseAsync(string name, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(Superuser);
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync(cancel);
        return SuperuserOf(name);
    }


    /// <summary>The folder of this clone.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>Starts the built program.</summary>
    internal Task<Server> StartAsync(CancellationToken cancel) => StartAsync([], cancel);

    /// <summary>The same with settings of this start alone, before all others.</summary>
    internal Task<Server> StartAsync(IReadOnlyList<string> instead, CancellationToken cancel) =>
        Server.StartAsync(["dotnet", Path.Combine(Root, "server/Host/bin/Release/net10.0/holdfast.dll"), .. Settings(instead)], cancel);

    /// <summary>Starts a further process of it on the same database, which is to run already.</summary>
    internal Task<Server> StartAnotherAsync(CancellationToken cancel) => StartAsync(["--data", Path.Combine(_data, "another"), "--database", Superuser], cancel);

    /// <summary>The words that run a command of it on its data folder.</summary>
    internal string[] Command(string command, params string[] arguments) => Command(_data, command, arguments);

    /// <summary>The same on another data folder.</summary>
    internal static string[] Command(string data, string command, params string[] arguments) =>
        ["dotnet", Path.Combine(Root, "server/Host/bin/Release/net10.0/holdfast.dll"), command, .. arguments, "--data", data];

    /// <summary>Starts it for a person who signs up and subscribes to all customers.</summary>
    internal async Task<Contender> ContendAsync(CancellationToken cancel)
    {
        var server = await StartAsync(cancel);
        var person = await Person.SignUpAsync(server.Address, cancel);
        return new Contender("holdfast", server, person.Customers, async (number, stop) => await CustomerWriter.OpenAsync(person, stop, number));
    }

    /// <summary>Starts it as a person does.</summary>
    internal Task<Server> StartByCommandAsync(CancellationToken cancel) =>
        Server.StartAsync([Path.Combine(Root, "bin/run"), .. Settings([])], cancel);

    public void Dispose()
    {
        if (Directory.Exists(_data))
            Directory.Delete(_data, recursive: true);
    }

    private string SuperuserOf(string database) =>
        $"Host={_data}/postgres/run;Username=postgres;Password={File.ReadAllText(Path.Combine(_data, "postgres/superuser.password")).Trim()};Database={database}";

    /// <summary>Of a setting that is given more than once the first counts.</summary>
    private IEnumerable<string> Settings(IReadOnlyList<string> instead)
    {
        string[] usual = ["--port", "0", "--data", _data, "--log-level", "warning", "--sockets-per-person", "100000", "--requests", "1000000", "--sign-up", "open", "--verify", "later", "--form-time", "0"];
        string[] all = [.. instead, .. more, .. usual];
        return all.Chunk(2).DistinctBy(setting => setting[0]).SelectMany(setting => setting);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
                return folder.FullName;
        }

        throw new BenchException($"No Holdfast.slnx lies above {AppContext.BaseDirectory}. Start by bin/bench.");
    }
}
