using System.Diagnostics;
using Holdfast.Host;
using Holdfast.Host.LocalPostgres;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Host;

public sealed class LocalClusterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Login_owns_its_database_is_no_superuser_and_has_a_password_that_its_owner_alone_reads()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = New(folder);
        var connection = await cluster.StartAsync(Cancel);
        Assert.Equal(
            "holdfast false true false false false",
            await ScalarAsync(connection, "SELECT concat_ws(' ', pg_get_userbyid(datdba), rolsuper::text, rolcreaterole::text, rolinherit::text, rolbypassrls::text, rolcreatedb::text) FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"));
        Assert.Equal("UTF8 on on", await ScalarAsync(connection, "SELECT concat_ws(' ', current_setting('server_encoding'), current_setting('data_checksums'), current_setting('fsync'))"));
        Assert.Equal("", await ScalarAsync(connection, "SELECT current_setting('listen_addresses')"));
        Assert.Equal("ScramSHA256", new NpgsqlConnectionStringBuilder(connection).RequireAuth);
        Assert.Equal("B a ä", await ScalarAsync(connection, "SELECT string_agg(x, ' ' ORDER BY x) FROM unnest(ARRAY['ä', 'a', 'B']) x"));

        var files = new ClusterFolder(folder["postgres"]);
        foreach (var file in new[] { files.SuperuserPassword, files.LoginPassword })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.NotEqual(await File.ReadAllTextAsync(files.SuperuserPassword, Cancel), await File.ReadAllTextAsync(files.LoginPassword, Cancel));
    }

    [Fact]
    public async Task Stop_ends_the_server_cleanly_and_the_next_start_finds_the_data()
    {
        using var folder = new TemporaryFolder();
        int process;
        await using (var first = New(folder))
        {
            await ScalarAsync(await first.StartAsync(Cancel), "CREATE SCHEMA own; CREATE TABLE own.kept (x int); INSERT INTO own.kept VALUES (42)");
            process = first.ProcessId!.Value;
            await first.StopAsync();
            Assert.Equal(ClusterState.Stopped, first.State);
        }

        Assert.False(IsAlive(process));
        Assert.False(File.Exists(folder["postgres/data/postmaster.pid"]));
        await using var second = New(folder);
        Assert.Equal(42, await ScalarAsync(await second.StartAsync(Cancel), "SELECT x FROM own.kept"));
    }

    [Fact]
    public async Task Killed_server_comes_back_again_and_again_with_its_data_and_without_its_backends()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = New(folder);
        var connection = await cluster.StartAsync(Cancel);
        await ScalarAsync(connection, "CREATE SCHEMA own; CREATE TABLE own.kept (x int)");
        for (var round = 1; round <= 3; round++)
        {
            await ScalarAsync(connection, $"INSERT INTO own.kept VALUES ({round})");
            await using var busy = new NpgsqlConnection(connection + ";Pooling=false");
            await busy.OpenAsync(Cancel);
            // A backend in a query does not see that its postmaster is gone.
            await using var query = new NpgsqlCommand("SELECT count(*) FROM generate_series(1, 100000000000)", busy) { CommandTimeout = 0 };
            var running = query.ExecuteScalarAsync(Cancel);
            var killed = cluster.ProcessId!.Value;
            Posix.Signal(killed, Posix.Kill);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => running);
            await Eventually.HoldsAsync("the server is back", () => cluster.State == ClusterState.Running && cluster.ProcessId != killed);
            Assert.Equal((long)round, await ScalarAsync(connection, "SELECT count(*) FROM own.kept"));
        }
    }

    [Fact]
    public async Task Lock_files_that_name_a_stranger_do_not_keep_it_from_starting()
    {
        using var folder = new TemporaryFolder();
        await using (var first = New(folder))
            await first.StartAsync(Cancel);
        await File.WriteAllTextAsync(folder["postgres/data/postmaster.pid"], $"{Environment.ProcessId}\n", Cancel);
        var socket = new ClusterFolder(folder["postgres"]).Socket;
        await File.WriteAllTextAsync(Path.Combine(socket, $".s.PGSQL.{ClusterFolder.Port}.lock"), $"{Environment.ProcessId}\n", Cancel);
        await using var second = New(folder);
        await second.StartAsync(Cancel);
        Assert.Equal(ClusterState.Running, second.State);
    }

    [Fact]
    public async Task Interrupted_making_of_a_cluster_is_begun_anew()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["postgres/data.unfinished/base"]);
        await File.WriteAllTextAsync(folder["postgres/data.unfinished/PG_VERSION"], "18", Cancel);
        await using var cluster = New(folder);
        await cluster.StartAsync(Cancel);
        Assert.False(Directory.Exists(folder["postgres/data.unfinished"]));
    }

    [Theory]
    [InlineData("with space, comma; 'quotes\" and $dollar `tick`")]
    [InlineData("ünïcode ☃")]
    [InlineData("a-very-long-name-that-leaves-no-room-for-a-socket-in-the-hundred-and-seven-bytes-that-the-system-has-for-its-path")]
    public async Task Any_folder_name_will_do(string name)
    {
        using var folder = new TemporaryFolder(name);
        await using var cluster = New(folder);
        Assert.Equal(1, await ScalarAsync(await cluster.StartAsync(Cancel), "SELECT 1"));
        var socket = new ClusterFolder(folder["postgres"]).Socket;
        Assert.False(socket.StartsWith(folder.Inner, StringComparison.Ordinal));
        await cluster.StopAsync();
        Assert.False(Directory.Exists(socket));
    }

    [Fact]
    public async Task What_cannot_be_started_says_why_and_what_to_do()
    {
        using var folder = new TemporaryFolder();
        await RefusedAsync(new LocalCluster(folder["postgres"], folder["nothing"], TimeProvider.System, NullLogger.Instance), "There is no PostgreSQL in", "bin/setup");

        await File.WriteAllTextAsync(folder["file"], "", Cancel);
        await RefusedAsync(new LocalCluster(folder["file/postgres"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance), "cannot be used", "--data");

        Directory.CreateDirectory(folder["strange/data"]);
        await RefusedAsync(new LocalCluster(folder["strange"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance), "holds no PostgreSQL cluster", "--data");

        await using (var first = New(folder))
            await first.StartAsync(Cancel);
        var conf = folder["postgres/data/postgresql.conf"];
        var good = await File.ReadAllTextAsync(conf, Cancel);
        await File.WriteAllTextAsync(conf, good + "\nno_such_setting = 1\n", Cancel);
        await RefusedAsync(New(folder), "does not start", "no_such_setting");
        await File.WriteAllTextAsync(conf, good, Cancel);

        var password = folder["postgres/superuser.password"];
        var secret = await File.ReadAllTextAsync(password, Cancel);
        await File.WriteAllTextAsync(password, "wrong", Cancel);
        await RefusedAsync(New(folder), "does not hold the password", "superuser.password");
        File.Delete(password);
        await RefusedAsync(New(folder), "superuser.password is missing", "Put it back");
        await File.WriteAllTextAsync(password, secret, Cancel);

        await File.WriteAllTextAsync(folder["postgres/data/PG_VERSION"], "9\n", Cancel);
        await RefusedAsync(New(folder), "was made by PostgreSQL 9", "--postgres-bin");
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("postgres/log")]
    public async Task A_link_in_place_of_a_folder_is_refused_and_leads_nobody_anywhere(string link)
    {
        using var folder = new TemporaryFolder();
        if (link != "postgres")
        {
            await using var first = New(folder);
            await first.StartAsync(Cancel);
            await first.StopAsync();
            Directory.Delete(folder[link], recursive: true);
        }

        const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute;
        Directory.CreateDirectory(folder["elsewhere"], open);
        Directory.CreateSymbolicLink(folder[link], folder["elsewhere"]);
        await RefusedAsync(New(folder), $"{link} is not a folder");
        Assert.Equal(Posix.EffectiveUser(), Posix.Look(folder["elsewhere"])!.User);
        Assert.Equal(open, File.GetUnixFileMode(folder["elsewhere"]));
    }

    [Fact]
    public async Task The_folder_of_a_stranger_under_tmp_is_not_used_for_the_socket()
    {
        Assert.SkipUnless(Posix.IsRoot, "Only root can make a folder that belongs to someone else.");
        using var folder = new TemporaryFolder(new string('x', 100));
        var socket = new ClusterFolder(folder["postgres"]).Socket;
        Assert.StartsWith("/tmp/holdfast-", socket, StringComparison.Ordinal);
        Directory.CreateDirectory(socket);
        try
        {
            using (var made = Posix.OpenFolder(socket)!)
                Posix.ChangeOwner(made, new Posix.Account(12345, 12345));
            await RefusedAsync(New(folder), $"{socket} belongs to user 12345", "--data");
            Assert.Equal(12345u, Posix.Look(socket)!.User);
        }
        finally
        {
            Directory.Delete(socket);
        }
    }

    private static async Task RefusedAsync(LocalCluster cluster, params string[] says)
    {
        await using (cluster)
        {
            var refusal = await Assert.ThrowsAsync<StartException>(() => cluster.StartAsync(Cancel));
            foreach (var words in says)
                Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(ClusterState.Stopped, cluster.State);
        }
    }

    private static LocalCluster New(TemporaryFolder folder, Dictionary<string, string>? settings = null) =>
        new(folder["postgres"], TestCluster.Programs, TimeProvider.System, NullLogger.Instance, settings);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
