using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Holdfast.Host;
using Holdfast.Host.LocalPostgres;
using Holdfast.Platform.Identity;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Host;

public sealed class HostTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Second_start_on_a_folder_names_the_first_and_a_stop_frees_it()
    {
        using var folder = new TemporaryFolder();
        await using var first = await HostProcess.StartReadyAsync(folder);

        await using var second = HostProcess.Start(folder);
        await second.ExitAsync();
        Assert.Equal(3, second.ExitCode);
        Assert.Contains($"already running on {folder["data"]} at http://localhost:{first.Port} (process ", second.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["data/holdfast.lock"]));

        var server = Postmaster(folder);
        Assert.InRange(await first.StopAsync(), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(0, first.ExitCode);
        Assert.False(Directory.Exists($"/proc/{server}"));
        await using var third = await HostProcess.StartReadyAsync(folder);
    }

    [Fact]
    [Trait("asvs", "11.4.2")]
    public async Task A_library_that_hashes_passwords_wrongly_keeps_the_server_from_starting()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(Sodium.Start());
        var library = File.ReadLines("/proc/self/maps").First(line => line.Contains("libsodium", StringComparison.Ordinal)).Split(' ')[^1];
        await File.WriteAllBytesAsync(folder["libsodium.so.23"], Altered(await File.ReadAllBytesAsync(library, Cancel)), Cancel);
        await using var host = HostProcess.StartBehind(["env", $"LD_LIBRARY_PATH={folder.Inner}"], folder);
        await host.ExitAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.NotEqual(0, host.ExitCode);
        Assert.Contains("libsodium computes Argon2id wrongly on this machine.", host.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data/postgres"]));

        // Another number to begin with in BLAKE2b, of which Argon2id is made.
        static byte[] Altered(byte[] bytes)
        {
            byte[] first = [0x08, 0xc9, 0xbc, 0xf3, 0x67, 0xe6, 0x09, 0x6a];
            var times = 0;
            for (int at = 0, next; (next = bytes.AsSpan(at).IndexOf(first)) >= 0; at += next + 1, times++)
                bytes[at + next] ^= 1;
            Assert.NotEqual(0, times);
            return bytes;
        }
    }

    [Fact]
    public async Task Killed_host_leaves_the_server_to_the_next_start()
    {
        using var folder = new TemporaryFolder();
        await using var first = await HostProcess.StartReadyAsync(folder);
        var orphan = Postmaster(folder);
        await first.KillAsync();

        await using var second = await HostProcess.StartReadyAsync(folder);
        Assert.Equal(orphan, Postmaster(folder));

        Posix.Signal(orphan, Posix.Kill);
        await Eventually.HoldsAsync("the adopted server is back after its death", () => second.Output.Contains("PostgreSQL is back", StringComparison.Ordinal));
        orphan = Postmaster(folder);
        await second.KillAsync();

        await using var other = new LocalCluster(
            folder["data/postgres"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance, new Dictionary<string, string> { ["work_mem"] = "5MB" });
        await other.StartAsync(Cancel);
        Assert.NotEqual(orphan, other.ProcessId);
    }

    [Fact]
    public async Task Killed_server_is_noticed_and_the_product_works_again()
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartReadyAsync(folder);
        var killed = Postmaster(folder);
        Posix.Signal(killed, Posix.Kill);
        await Eventually.HoldsAsync("the death is noticed", () => host.Output.Contains($"PostgreSQL (process {killed}) ended unexpectedly", StringComparison.Ordinal));
        await Eventually.HoldsAsync("the product is ready again", async () => (await host.Http.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode);
        Assert.NotEqual(killed, Postmaster(folder));
    }

    [Fact]
    public async Task Server_that_lost_its_socket_is_started_again()
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartReadyAsync(folder);
        var unreachable = Postmaster(folder);
        File.Delete(new ClusterFolder(folder["data/postgres"]).SocketFile);
        await Eventually.HoldsAsync("the server is back", () => host.Output.Contains("PostgreSQL is back", StringComparison.Ordinal));
        await Eventually.HoldsAsync("the product is ready again", async () => (await host.Http.GetAsync("/health/ready", Cancel)).IsSuccessStatusCode);
        Assert.Contains($"of PostgreSQL (process {unreachable}) is gone", host.Output, StringComparison.Ordinal);
        Assert.NotEqual(unreachable, Postmaster(folder));
    }

    [Fact]
    public async Task Start_ends_the_server_of_a_cluster_that_was_moved_away_after_a_crash()
    {
        using var folder = new TemporaryFolder();
        await using var first = await HostProcess.StartReadyAsync(folder);
        var stray = Postmaster(folder);
        await first.KillAsync();
        Directory.Move(folder["data/postgres"], folder["data/away"]);
        Assert.NotNull(Posix.Look($"/proc/{stray}/cwd"));

        await using var second = await HostProcess.StartReadyAsync(folder);
        Assert.Null(Posix.Look($"/proc/{stray}/cwd"));
        Assert.True(File.Exists(new ClusterFolder(folder["data/postgres"]).SocketFile));
        await second.StopAsync();
        Directory.Delete(folder["data/postgres"], recursive: true);
        Directory.Move(folder["data/away"], folder["data/postgres"]);
        await using var third = await HostProcess.StartReadyAsync(folder);
    }

    [Fact]
    public async Task Ready_is_only_who_gets_a_new_connection()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = new LocalCluster(folder["given"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance);
        await using var host = await HostProcess.StartReadyAsync(folder, "--database", await cluster.StartAsync(Cancel));
        Assert.Equal(["database ok", "migrations ok"], Dependencies(await ReadAsync(host, "/health/ready", HttpStatusCode.OK)));

        await AllowConnectionsAsync(false);
        Assert.Equal(["database unavailable", "migrations unknown"], Dependencies(await ReadAsync(host, "/health/ready", HttpStatusCode.ServiceUnavailable)));
        await AllowConnectionsAsync(true);
        Assert.Equal(["database ok", "migrations ok"], Dependencies(await ReadAsync(host, "/health/ready", HttpStatusCode.OK)));

        async Task AllowConnectionsAsync(bool allow)
        {
            await using var source = NpgsqlDataSource.Create(cluster.ForSuperuser());
            await using var command = source.CreateCommand($"ALTER DATABASE {ClusterBootstrap.Database} ALLOW_CONNECTIONS {allow}");
            await command.ExecuteNonQueryAsync(Cancel);
        }
    }

    [Fact]
    public async Task Without_its_database_the_process_lives_says_so_and_answers_without_details()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = new LocalCluster(folder["given"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance);
        var connection = await cluster.StartAsync(Cancel);
        await using var host = await HostProcess.StartReadyAsync(folder, "--database", connection, "--log-format", "json");
        Assert.False(Directory.Exists(folder["data/postgres"]));

        var ready = await ReadAsync(host, "/health/ready", HttpStatusCode.OK);
        Assert.Equal("ok", ready.GetProperty("status").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", ready.GetProperty("version").GetString());
        Assert.Equal(["database ok", "migrations ok"], Dependencies(ready));
        Assert.InRange(ready.GetProperty("dependencies")[0].GetProperty("latencyMs").GetDouble(), 0.01, 2000);

        using var ann = new TestBrowser(host.Http.BaseAddress!);
        await ann.OpenFormAsync("/api/sign-in");
        await cluster.StopAsync();
        Assert.Equal(["database unavailable", "migrations unknown"], Dependencies(await ReadAsync(host, "/health/ready", HttpStatusCode.ServiceUnavailable)));
        Assert.Equal("ok", (await ReadAsync(host, "/health/live", HttpStatusCode.OK)).GetProperty("status").GetString());

        var failed = (await ann.PostAsync("/api/sign-in", new { email = "ann@example.org", password = "topsecret" }))
            .Refuses(HttpStatusCode.ServiceUnavailable, "server.no_database");
        Assert.Equal(TimeSpan.FromSeconds(5), failed.Message.Headers.RetryAfter?.Delta);
        var problem = failed.Json;
        Assert.DoesNotContain("Npgsql", problem.ToString(), StringComparison.Ordinal);
        var trace = problem.GetProperty("traceId").GetString()!;
        await Eventually.HoldsAsync("the log tells more under the trace id", () => host.Output.Split('\n').Any(line =>
            line.StartsWith('{') && line.Contains(trace, StringComparison.Ordinal) && line.Contains("NpgsqlException", StringComparison.Ordinal)));
        Assert.DoesNotContain("ann@example.org", host.Output, StringComparison.Ordinal);

        await using var again = new LocalCluster(folder["given"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance);
        await again.StartAsync(Cancel);
        Assert.Equal("ok", (await ReadAsync(host, "/health/ready", HttpStatusCode.OK)).GetProperty("status").GetString());
    }

    [Fact]
    [Trait("asvs", "16.5.1")]
    [Trait("asvs", "13.4.2")]
    public async Task Error_of_the_server_tells_no_details_and_is_as_guarded_as_any_answer()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = new LocalCluster(folder["given"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance);
        var connection = await cluster.StartAsync(Cancel);
        await using var host = await HostProcess.StartReadyAsync(folder, "--database", connection);
        await using (var source = NpgsqlDataSource.Create(connection))
        await using (var command = source.CreateCommand("SET ROLE holdfast_owner; DROP SCHEMA identity CASCADE"))
            await command.ExecuteNonQueryAsync(Cancel);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        request.Headers.Add("Cookie", $"__Host-sid={new string('A', 43)}");
        using var answer = await host.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Contains("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("Npgsql", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_waits_for_a_database_that_starts_after_it()
    {
        using var folder = new TemporaryFolder();
        await using var early = new LocalCluster(folder["given"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance);
        var connection = await early.StartAsync(Cancel);
        await early.StopAsync();

        await using var host = HostProcess.Start(folder, "--database", connection);
        await Eventually.HoldsAsync("it waits", () => host.Output.Contains("does not answer yet", StringComparison.Ordinal));
        await using var late = new LocalCluster(folder["given"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance);
        await late.StartAsync(Cancel);
        await host.ReadyAsync();
    }

    [Fact]
    public async Task Start_that_cannot_succeed_says_why_and_leaves_nothing_running()
    {
        using var folder = new TemporaryFolder();
        await RefusedAsync(2, "--port 'x' is not allowed", "--port", "x");
        await File.WriteAllTextAsync(folder["data"], "", Cancel);
        await RefusedAsync(1, "data is a file. Name a folder by --data");
        File.Delete(folder["data"]);

        await using var cluster = new LocalCluster(folder["given"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance);
        var login = new NpgsqlConnectionStringBuilder(await cluster.StartAsync(Cancel));
        login.Password = "topsecret";
        await RefusedAsync(1, "password authentication failed", "--database", login.ConnectionString);

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await RefusedAsync(1, $"Cannot listen on port {port}", "--port", $"{port}");
        // Said before a database is waited for.
        await RefusedAsync(1, $"Cannot listen on port {port}", "--port", $"{port}", "--database", login.ConnectionString);
        await RefusedAsync(1, "Cannot listen on 192.0.2.1, which is no address of this machine. Choose another by --bind.", "--bind", "192.0.2.1");
        var (unknown, said) = await HostCommand.RunAsync("serve", "--port", "0");
        Assert.Equal(2, unknown);
        Assert.Contains("'serve' is no command. There are log, backup, restore, workspace, operator, user.", said, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["data/postgres/data/postmaster.pid"]));

        async Task RefusedAsync(int code, string says, params string[] arguments)
        {
            await using var host = HostProcess.Start(folder, arguments);
            await host.ExitAsync();
            Assert.Equal(code, host.ExitCode);
            Assert.Contains(says, host.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("topsecret", host.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", host.Output, StringComparison.Ordinal);
        }
    }

    private static int Postmaster(TemporaryFolder folder) =>
        int.Parse(File.ReadLines(folder["data/postgres/data/postmaster.pid"]).First());

    private static async Task<JsonElement> ReadAsync(HostProcess host, string path, HttpStatusCode expected)
    {
        using var answer = await host.Http.GetAsync(path, Cancel);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return json.RootElement.Clone();
    }

    private static IEnumerable<string> Dependencies(JsonElement ready) =>
        ready.GetProperty("dependencies").EnumerateArray().Select(d => $"{d.GetProperty("name").GetString()} {d.GetProperty("status").GetString()}");
}
