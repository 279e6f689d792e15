using Holdfast.Host.LocalPostgres;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Host.Backups;

/// <summary>Backup and restore of a database on a server of somebody else's, by that server's own tools.</summary>
public sealed class DumpTests
{
    // bin/setup --postgres debian brings it; the PostgreSQL that the product brings has no pg_dump.
    private const string Tools = "/usr/lib/postgresql/15/bin";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_given_by_address_is_dumped_and_restored_into_an_empty_one_with_a_new_epoch()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Tools, "pg_dump")), $"There is no pg_dump in {Tools}.");
        using var folder = new TemporaryFolder();
        await using var lab = new BackupLab();
        await using var given = new LocalCluster(folder["given"], Tools, TimeProvider.System, NullLogger.Instance);
        var login = await given.StartAsync(Cancel);
        var administrator = given.ForSuperuser(ClusterBootstrap.Database);
        string email;
        await using (var host = await HostProcess.StartReadyAsync(lab.NewMachine(), ["--database", login, .. lab.ForServer]))
        {
            var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            email = ada.Email;
            using var client = await SyncClient.ConnectAsync(ada);
            await client.CreateCustomerAsync("In the dump");
            await host.StopAsync();
        }

        Assert.Contains("does not see all that a backup needs. Log in as an administrator", await FailAsync(lab, login, "backup"), StringComparison.Ordinal);
        Assert.Contains("dump, ", await DoAsync(lab, administrator, "backup"), StringComparison.Ordinal);
        Assert.Contains("holds a Holdfast already, and a restore replaces nothing", await FailAsync(lab, administrator, "restore"), StringComparison.Ordinal);
        Assert.Contains(", after 2020-01-01 00:00:00 UTC. Name a later time by --at.", await FailAsync(lab, administrator, "restore", "--at", "2020-01-01"), StringComparison.Ordinal);
        Assert.Contains("There is no dump 2020 in ", await FailAsync(lab, administrator, "restore", "--from", "2020"), StringComparison.Ordinal);
        Assert.Contains("--at names 2999-01-01 00:00:00 UTC, which has not come yet.", await FailAsync(lab, administrator, exit: 2, "restore", "--at", "2999-01-01"), StringComparison.Ordinal);

        await RunAsync(administrator, "CREATE DATABASE second OWNER holdfast");
        var second = given.ForSuperuser("second");
        Assert.Contains("restored ", await DoAsync(lab, second, "restore"), StringComparison.Ordinal);
        Assert.NotEqual(await RunAsync(administrator, "SELECT epoch FROM engine.workspaces"), await RunAsync(second, "SELECT epoch FROM engine.workspaces"));
        Assert.Equal("0", await RunAsync(second, "SELECT count(*) FROM identity.sessions"));
        var asLogin = new NpgsqlConnectionStringBuilder(login) { Database = "second" }.ConnectionString;
        Assert.Contains("2 entries, 3 records, 0 deleted: sound", await DoAsync(lab, asLogin, "log", "verify"), StringComparison.Ordinal);
        await using var restored = await HostProcess.StartReadyAsync(lab.NewMachine(), "--database", asLogin);
        using var again = await BackupLab.SignInAsync(restored, email);

        // A server's own restore cannot know of epochs; this makes good for it.
        var before = await RunAsync(second, "SELECT epoch FROM engine.workspaces");
        Assert.Contains("a new epoch has begun", await DoAsync(lab, asLogin, "restore", "epoch"), StringComparison.Ordinal);
        Assert.NotEqual(before, await RunAsync(second, "SELECT epoch FROM engine.workspaces"));
    }

    [Fact]
    public async Task The_newest_dump_is_tried_in_a_cluster_of_its_own_and_what_is_wrong_in_it_is_found()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Tools, "pg_dump")), $"There is no pg_dump in {Tools}.");
        using var folder = new TemporaryFolder();
        await using var lab = new BackupLab();
        await using var given = new LocalCluster(folder["given"], Tools, TimeProvider.System, NullLogger.Instance);
        var login = await given.StartAsync(Cancel);
        var administrator = given.ForSuperuser(ClusterBootstrap.Database);
        await using (var host = await HostProcess.StartReadyAsync(lab.NewMachine(), ["--database", login, .. lab.ForServer]))
        {
            using var ada = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
            using var client = await SyncClient.ConnectAsync(ada);
            await client.CreateCustomerAsync("In the dump");
            await host.StopAsync();
        }

        await DoAsync(lab, administrator, "backup");
        var databases = await RunAsync(administrator, "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database");
        var epoch = await RunAsync(administrator, "SELECT epoch FROM engine.workspaces");
        var data = folder["data"];
        var said = await DoAsync(lab, administrator, "backup", "verify", "--data", data);
        Assert.Contains("1 workspace with 2 entries checked in ", said, StringComparison.Ordinal);
        Assert.Contains(": sound", said, StringComparison.Ordinal);
        Assert.Contains("sound", await DoAsync(lab, administrator, "backup", "list"), StringComparison.Ordinal);
        // Nothing of it is left, and nothing of it was done to the server that the dump is of.
        Assert.False(Directory.Exists(Path.Combine(data, "restore.trial")));
        Assert.Equal(databases, await RunAsync(administrator, "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database"));
        Assert.Equal(epoch, await RunAsync(administrator, "SELECT epoch FROM engine.workspaces"));

        await RunAsync(administrator, "UPDATE engine.log SET via = 'elsewhere' WHERE seq = 2");
        await DoAsync(lab, administrator, "backup");
        Assert.Contains("NOT SOUND", await FailAsync(lab, administrator, "backup", "verify", "--data", data), StringComparison.Ordinal);
    }

    private static async Task<string> DoAsync(BackupLab lab, string database, params string[] words)
    {
        var (exit, output) = await HostCommand.RunAsync([.. words, .. Settings(lab, words, database)]);
        Assert.True(exit == 0, output);
        return output;
    }

    private static Task<string> FailAsync(BackupLab lab, string database, params string[] words) => FailAsync(lab, database, exit: 1, words);

    private static async Task<string> FailAsync(BackupLab lab, string database, int exit, params string[] words)
    {
        var (ended, output) = await HostCommand.RunAsync([.. words, .. Settings(lab, words, database)]);
        Assert.Equal(exit, ended);
        return output;
    }

    private static string[] Settings(BackupLab lab, string[] words, string database) => ["--database", database, "--postgres-bin", Tools, .. words[0] == "log" ? [] : lab.ForServer];

    private static async Task<string?> RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancel))?.ToString();
    }
}
