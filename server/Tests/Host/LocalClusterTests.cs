using Holdfast.Tests.Support;
using Npgsql;
using Xunit;

namespace Holdfast.Tests.Host;

public sealed class LocalClusterTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Login_owns_its_database_and_is_no_superuser()
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(
            "SELECT rolsuper, rolcreaterole, rolinherit, rolbypassrls, rolcreatedb, pg_get_userbyid(datdba) FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()",
            connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal([false, true, false, false, false, "holdfast"], Enumerable.Range(0, 6).Select(reader.GetValue));
    }
}
