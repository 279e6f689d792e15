using Holdfast.Host;
using Holdfast.Host.Backups;
using Holdfast.Host.LocalPostgres;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>Machines that can be lost, and a place for backups that stays.</summary>
internal sealed class BackupLab : IAsyncDisposable
{
    private readonly TemporaryFolder _place = new();
    private readonly List<TemporaryFolder> _machines = [];

    public BackupLab()
    {
        Key = _place["operator.key"];
        BackupKey.Create(Key);
    }

    /// <summary>The archive.</summary>
    public string Place => _place["archive"];

    /// <summary>The file of the key.</summary>
    public string Key { get; }

    /// <summary>A new machine: nothing but a folder.</summary>
    public TemporaryFolder NewMachine()
    {
        var machine = new TemporaryFolder();
        _machines.Add(machine);
        return machine;
    }

    /// <summary>What every command and the server need to know.</summary>
    public string[] Settings(TemporaryFolder machine) => [.. ForServer, "--data", machine["data"], "--postgres-bin", TestCluster.Programs];

    /// <summary>The same without what <see cref="HostProcess"/> says itself.</summary>
    public string[] ForServer => ["--backup", Place, "--backup-key", Key];

    public Task<HostProcess> ServeAsync(TemporaryFolder machine) => HostProcess.StartReadyAsync(machine, ForServer);

    /// <summary>Runs a command on a machine; <paramref name="words"/> come before the settings.</summary>
    public Task<(int Exit, string Output)> RunAsync(TemporaryFolder machine, params string[] words) => HostCommand.RunAsync([.. words, .. Settings(machine)]);

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<string> DoAsync(TemporaryFolder machine, params string[] words)
    {
        var (exit, output) = await RunAsync(machine, words);
        Assert.True(exit == 0, output);
        return output;
    }

    /// <summary>The archive, opened beside whoever writes to it.</summary>
    public Task<BackupArchive> OpenAsync() => BackupArchive.OpenAsync(
        Holdfast.Host.Settings.Read(ForServer, new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root), create: false, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<BackupManifest>> BackupsAsync() => Directory.Exists(Place) ? await BackupManifest.ListAsync(await OpenAsync(), TestContext.Current.CancellationToken) : [];

    /// <summary>Waits for the copy that the server makes by itself.</summary>
    public Task FirstCopyAsync() => Eventually.HoldsAsync("there is a first backup", async () => File.Exists(Path.Combine(Place, "holdfast-backup.json")) && (await BackupsAsync()).Count > 0, seconds: 60);

    /// <summary>Waits until all that has been committed is in the archive.</summary>
    public static async Task ArrivedAsync(TemporaryFolder machine)
    {
        var now = await AskAsync(machine, "SELECT pg_current_wal_flush_lsn()::text");
        await Eventually.HoldsAsync("the log is in the archive", async () =>
            await AskAsync(machine, $"SELECT coalesce(bool_or(restart_lsn >= '{now}'), false)::text FROM pg_replication_slots WHERE slot_name LIKE 'holdfast%'") == "true");
    }

    /// <summary>Asks the machine's cluster as its superuser.</summary>
    public static async Task<string?> AskAsync(TemporaryFolder machine, string sql)
    {
        await using var connection = new NpgsqlConnection(Superuser(machine));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))?.ToString();
    }

    /// <summary>The superuser's connection string to the product's database.</summary>
    public static string Superuser(TemporaryFolder machine) =>
        new LocalCluster(machine["data/postgres"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance).ForSuperuser(ClusterBootstrap.Database) + ";Pooling=false";

    /// <summary>The process id of the machine's PostgreSQL.</summary>
    public static int Postmaster(TemporaryFolder machine) => int.Parse(File.ReadLines(machine["data/postgres/data/postmaster.pid"]).First());

    /// <summary>Ends server and PostgreSQL at once, without a word, as when the power fails.</summary>
    public static async Task LoseAsync(TemporaryFolder machine, HostProcess host)
    {
        await host.KillAsync();
        await KillPostgresAsync(machine);
    }

    public static async Task KillPostgresAsync(TemporaryFolder machine)
    {
        Posix.Signal(Postmaster(machine), Posix.Kill);
        await Holdfast.Host.LocalPostgres.Postmaster.EndOrphansAsync(machine["data/postgres/data"], TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Signs in on a machine.</summary>
    public static async Task<TestBrowser> SignInAsync(HostProcess host, string email)
    {
        var browser = new TestBrowser(host.Http.BaseAddress!);
        (await browser.PostAsync("/api/sign-in", new { email, password = TestBrowser.Password })).Is(System.Net.HttpStatusCode.OK);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var machine in _machines)
        {
            await Holdfast.Host.LocalPostgres.Postmaster.EndOrphansAsync(machine["data/postgres/data"], TimeProvider.System, CancellationToken.None);
            await Holdfast.Host.LocalPostgres.Postmaster.EndOrphansAsync(machine["data/restore.unfinished/postgres/data"], TimeProvider.System, CancellationToken.None);
            machine.Dispose();
        }

        _place.Dispose();
    }
}
