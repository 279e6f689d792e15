using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>
/// The four database roles. None is superuser or exempt from row security, and none but the owner owns a table.
/// The login of the connection string is a member of all four and takes one of them on every connection.
/// </summary>
public static class DbRoles
{
    /// <summary>Owns schemas and tables; migrates.</summary>
    public const string Owner = "holdfast_owner";

    /// <summary>Reads records, writes machine state.</summary>
    public const string App = "holdfast_app";

    /// <summary>Writes records and appends to the log; used by the write path alone.</summary>
    public const string Writer = "holdfast_writer";

    /// <summary>Sees across workspaces, and writes jobs, cursors of consumers and series there, by policies of its own.</summary>
    public const string System = "holdfast_system";

    internal static readonly string[] All = [Owner, App, Writer, System];

    internal static NpgsqlDataSource DataSource(string connectionString, string role, int maxPoolSize, string settings = "")
    {
        var options = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = role,
            MaxPoolSize = maxPoolSize,
            // A reset between uses would drop the role; nothing else outlives a transaction here.
            NoResetOnClose = true,
            Enlist = false,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 3,
            // Errors of PostgreSQL carry row values in their detail; those stay out of logs.
            IncludeErrorDetail = false,
        };
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        var start = $"SET ROLE {role}; SET idle_in_transaction_session_timeout = '30s'; {settings}";
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(start, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(start, connection);
                await command.ExecuteNonQueryAsync();
            });
        return builder.Build();
    }
}
