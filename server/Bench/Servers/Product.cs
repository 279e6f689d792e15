namespace Holdfast.Bench.Servers;

/// <summary>Starts the product on a data folder that is made for one case and thrown away after it.</summary>
internal sealed class Product : IDisposable
{
    private static readonly string Root = FindRoot();

    // Not the folder for temporary files: that may lie in memory, where the fsync of a commit costs nothing.
    private readonly string _data = $"/var/tmp/holdfast-bench-{Environment.ProcessId}";

    /// <summary>Where the processes of its PostgreSQL work.</summary>
    internal string ClusterFolder => Path.Combine(_data, "postgres/data");

    /// <summary>The connection string of its PostgreSQL's superuser.</summary>
    internal string Superuser =>
        $"Host={_data}/postgres/run;Username=postgres;Password={File.ReadAllText(Path.Combine(_data, "postgres/superuser.password")).Trim()};Database=holdfast";

    /// <summary>Starts the built program.</summary>
    internal Task<Server> StartAsync(CancellationToken cancel) =>
        Server.StartAsync(["dotnet", Path.Combine(Root, "server/Host/bin/Release/net10.0/holdfast.dll"), .. Settings], cancel);

    /// <summary>Starts it as a person does.</summary>
    internal Task<Server> StartByCommandAsync(CancellationToken cancel) =>
        Server.StartAsync([Path.Combine(Root, "bin/run"), .. Settings], cancel);

    public void Dispose()
    {
        if (Directory.Exists(_data))
            Directory.Delete(_data, recursive: true);
    }

    private string[] Settings => ["--port", "0", "--data", _data, "--log-level", "warning"];

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
