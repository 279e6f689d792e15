using Npgsql;
using Xunit;

namespace Holdfast.Tests.Support;

/// <summary>A test class's own migrated database: <c>class XTests(TestDatabase database) : IClassFixture&lt;TestDatabase&gt;</c>.</summary>
public sealed class TestDatabase(TestCluster cluster) : IAsyncLifetime
{
    /// <summary>Where it stands, for a test that needs one more.</summary>
    internal TestCluster Cluster => cluster;

    /// <summary>Connects as the product's login.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Connects as the superuser, to look where the product's login may not.</summary>
    public string SuperuserConnectionString => cluster.SuperuserOf(ConnectionString);

    /// <summary>Runs one statement as the superuser, whom no policy binds.</summary>
    /// <returns>The first column of the first row, as text.</returns>
    public async Task<string?> AsSuperuserAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(SuperuserConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    public async ValueTask InitializeAsync() => ConnectionString = await cluster.CreateDatabaseAsync();

    public async ValueTask DisposeAsync() => await cluster.DropDatabaseAsync(ConnectionString);
}
