using Holdfast.Engine.Storage;
using Holdfast.Host;
using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Engine;

public sealed class MigratorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Migrating_again_changes_nothing()
    {
        var before = await CountAsync();
        await Migrator.MigrateAsync(database.ConnectionString, Program.Projects);
        Assert.Equal(before, await CountAsync());
        Assert.Equal(TestCluster.Projects.Sum(project => Migrator.Read(project).Count), before);
    }

    [Fact]
    public async Task A_migration_that_was_changed_afterwards_is_named()
    {
        await RunAsync("UPDATE engine.migrations SET digest = 'other' WHERE project = 'Holdfast.Engine' AND number = 1");
        var refusal = await Assert.ThrowsAsync<MigrationException>(() => Migrator.MigrateAsync(database.ConnectionString, Program.Projects));
        Assert.Contains("0001_engine of Holdfast.Engine was changed", refusal.Message, StringComparison.Ordinal);
        await RunAsync($"UPDATE engine.migrations SET digest = '{Migrator.Read(Program.Projects[0])[0].Digest}' WHERE project = 'Holdfast.Engine' AND number = 1");
    }

    [Fact]
    public void Numbers_run_without_gap_in_every_project()
    {
        foreach (var project in Program.Projects)
            Assert.Equal(Enumerable.Range(1, Migrator.Read(project).Count), Migrator.Read(project).Select(migration => migration.Number));
    }

    private Task<long> CountAsync() => RunAsync("SELECT count(*) FROM engine.migrations");

    private async Task<long> RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database.SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }
}
