using Holdfast.Apps.Solo.Bids;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Holdfast.Host;
using Holdfast.Host.Web;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Engine.Reading;
using Holdfast.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Platform;

/// <summary>The product itself on a free loopback port and a database of its own: <c>class XTests(TestServer server) : IClassFixture&lt;TestServer&gt;</c>.</summary>
public sealed class TestServer(TestCluster cluster) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-server-").FullName;
    private readonly List<IAsyncDisposable> _running = [];
    private DataFolder _data = null!;
    private string _connectionString = "";

    internal TestClock Clock { get; } = new();

    /// <summary>Modules that only one test needs.</summary>
    internal Action<IServiceCollection>? AddMore { get; init; }

    /// <summary>What is typed at its start beyond what every test needs.</summary>
    internal string[] Arguments { get; init; } = [];

    /// <summary>Where the operator's key is looked for; there is none at first.</summary>
    internal string BackupKey => Path.Combine(_data.Path, "backup.key");

    /// <summary>The mail that the product has sent.</summary>
    internal TestMail Mail => new(Path.Combine(_folder, "mail"));

    /// <summary>What the product's own code has logged.</summary>
    internal TestLog Log { get; } = new();

    internal RecordRegistry Registry => Get<RecordRegistry>();

    internal WritePath WritePath => Get<WritePath>();

    /// <summary>Its database, as a command is told it.</summary>
    internal string ConnectionString => _connectionString;

    /// <summary>The same as its superuser, whom nothing is forbidden.</summary>
    internal string SuperuserConnectionString => cluster.SuperuserOf(_connectionString);

    /// <summary>What every request meets, as mapped.</summary>
    internal IReadOnlyList<Endpoint> Endpoints => _running.OfType<WebApplication>().First().Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Where it listens; also the public address.</summary>
    public Uri Address { get; private set; } = null!;

    internal T Get<T>()
        where T : class => _running.OfType<WebApplication>().First().Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "index.html"), "<!doctype html>");
        _data = DataFolder.Claim(Path.Combine(_folder, "data"));
        _connectionString = await cluster.CreateDatabaseAsync();
        Address = await StartAsync(Arguments);
    }

    /// <summary>One more process of the same product, but in this one. Returns where it listens.</summary>
    public async Task<Uri> StartAsync(params string[] arguments)
    {
        var settings = Settings.Read(
            ["--port", "0", "--data", _data.Path, "--database", _connectionString, "--browser", _folder, .. Given("--mail", Path.Combine(_folder, "mail")), .. Given("--sign-up", "open"), .. Given("--verify", "later"), .. Given("--form-time", "0"), .. Given("--requests", "100000"), .. arguments],
            new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root);
        var database = await DatabaseServer.OpenAsync(settings, _data, Clock, Log.Loggers, CancellationToken.None);
        _running.Add(database);
        var app = Holdfast.Host.Program.Build(settings, database, Log.Loggers, Clock, services =>
        {
            ReadingRecords.Add(services);
            TestRecords.Add(services);
            BidModule.Add(services);
            AddMore?.Invoke(services);
        });
        _running.Add(app);
        await Listener.StartAsync(app, settings, CancellationToken.None);
        return new Uri($"http://localhost:{settings.Port}");

        string[] Given(string flag, string value) => arguments.Contains(flag) ? [] : [flag, value];
    }

    /// <summary>A browser that nobody has used before, with a client address of its own.</summary>
    internal TestBrowser NewBrowser(Uri? address = null) => new(address ?? Address);

    /// <summary>Somebody who has signed up and runs the server.</summary>
    internal async Task<TestBrowser> NewOperatorAsync()
    {
        var browser = await NewBrowser().SignUpAsync();
        Assert.True(await Get<Operators>().AddAsync(browser.Email, TestContext.Current.CancellationToken));
        return browser;
    }

    /// <summary>The first column of every row, as the database's superuser sees it.</summary>
    internal async Task<IReadOnlyList<string?>> LookAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string?>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetValue(0).ToString());
        return rows;
    }

    /// <summary>Waits until all consumers have read the log of a workspace: what they have not read stays there.</summary>
    internal Task ReadAsync(Guid workspace) => Eventually.HoldsAsync("the consumers have read it", async () => (await LookAsync(
        $"SELECT bool_and(seq = (SELECT max(seq) FROM engine.log WHERE workspace_id = '{workspace}')) FROM engine.consumers WHERE workspace_id = '{workspace}'"))[0] == "True");

    public async ValueTask DisposeAsync()
    {
        foreach (var running in Enumerable.Reverse(_running))
        {
            if (running is WebApplication app)
                await app.StopAsync();
            await running.DisposeAsync();
        }

        _data.Dispose();
        await cluster.DropDatabaseAsync(_connectionString);
        Directory.Delete(_folder, recursive: true);
    }
}
