using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Holdfast.Engine.Storage;

/// <summary>A migration that cannot be applied; the message names the file and the way out.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Applies the numbered SQL files embedded in the given projects, forward only: project by project, and inside
/// a project by number. An advisory lock keeps two starting servers apart.
/// </summary>
public static partial class Migrator
{
    private const long LockKey = 0x486F6C6466617374;

    internal sealed record Migration(string Project, int Number, string Name, string Text)
    {
        public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
    }

    /// <param name="connectionString">The login; it must own the database and may create roles, or an administrator has created them.</param>
    /// <param name="projects">In the order of the arrows: the engine first.</param>
    /// <param name="cancel">Stops between two files.</param>
    public static async Task MigrateAsync(string connectionString, IEnumerable<Assembly> projects, CancellationToken cancel = default)
    {
        await using var source = Source(connectionString);
        await using var connection = await DbFaults.OpenAsync(source, cancel);
        await RequireVersionAsync(connection);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({LockKey})");
        await CreateRolesAsync(connection);
        await ExecuteAsync(connection, $"SET ROLE {DbRoles.Owner}");
        await ExecuteAsync(connection, """
            CREATE SCHEMA IF NOT EXISTS engine;
            CREATE TABLE IF NOT EXISTS engine.migrations (
              project text NOT NULL, number int NOT NULL, name text NOT NULL, digest text NOT NULL,
              applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (project, number));
            """);
        foreach (var migration in projects.SelectMany(Read))
        {
            cancel.ThrowIfCancellationRequested();
            await ApplyAsync(connection, migration);
        }
    }

    /// <summary>Makes the roles that own and use the tables, for a database whose tables come from elsewhere.</summary>
    /// <exception cref="MigrationException">The login may not.</exception>
    public static async Task PrepareAsync(string connectionString, CancellationToken cancel = default)
    {
        await using var source = Source(connectionString);
        await using var connection = await DbFaults.OpenAsync(source, cancel);
        await RequireVersionAsync(connection);
        await CreateRolesAsync(connection);
    }

    internal static IReadOnlyList<Migration> Read(Assembly project)
    {
        var name = project.GetName().Name ?? "";
        var found = new List<Migration>();
        foreach (var resource in project.GetManifestResourceNames())
        {
            if (FileName().Match(resource) is not { Success: true } match)
                continue;
            using var reader = new StreamReader(project.GetManifestResourceStream(resource)!);
            found.Add(new Migration(name, int.Parse(match.Groups["number"].Value), match.Groups["name"].Value, reader.ReadToEnd()));
        }

        if (found.GroupBy(m => m.Number).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new MigrationException($"{name} has two migrations with the number {twice.Key}: {string.Join(", ", twice.Select(m => m.Name))}.");
        return [.. found.OrderBy(m => m.Number)];
    }

    private static NpgsqlDataSource Source(string connectionString) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false });

    private static async Task RequireVersionAsync(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < 15)
            throw new MigrationException($"PostgreSQL {connection.PostgreSqlVersion} is too old. Holdfast needs 15 or newer.");
        await using var command = new NpgsqlCommand("SHOW server_encoding", connection);
        if (await command.ExecuteScalarAsync() is not "UTF8")
            throw new MigrationException("The database's encoding is not UTF8. Create it with ENCODING 'UTF8'.");
    }

    private static async Task CreateRolesAsync(NpgsqlConnection connection)
    {
        try
        {
            foreach (var role in DbRoles.All)
            {
                await ExecuteAsync(connection, $"""
                    DO $$ BEGIN
                      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} NOLOGIN; END IF;
                      IF NOT EXISTS (
                        SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
                        WHERE r.rolname = '{role}' AND m.member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
                          AND (to_jsonb(m) ->> 'set_option') IS DISTINCT FROM 'false')
                      THEN EXECUTE format('GRANT {role} TO %I', current_user); END IF;
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                    END $$
                    """);
            }

            await ExecuteAsync(connection, $"""
                DO $$ BEGIN
                  IF NOT has_database_privilege('{DbRoles.Owner}', current_database(), 'CREATE')
                  THEN EXECUTE format('GRANT CREATE ON DATABASE %I TO {DbRoles.Owner}', current_database()); END IF;
                END $$
                """);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MigrationException(
                "The database login may not create the roles that Holdfast needs. As an administrator run once: "
                + string.Concat(DbRoles.All.Select(role => $"CREATE ROLE {role} NOLOGIN; GRANT {role} TO <login>; "))
                + $"GRANT CREATE ON DATABASE <database> TO {DbRoles.Owner};", e);
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration)
    {
        await using (var known = new NpgsqlCommand("SELECT digest FROM engine.migrations WHERE project = $1 AND number = $2", connection)
        {
            Parameters = { new() { Value = migration.Project }, new() { Value = migration.Number } },
        })
        {
            switch (await known.ExecuteScalarAsync())
            {
                case string digest when digest == migration.Digest:
                    return;
                case string:
                    throw new MigrationException(
                        $"Migration {migration.Number:0000}_{migration.Name} of {migration.Project} was changed after it was applied. "
                        + "Restore the file and put the change into a new one.");
            }
        }

        try
        {
            await using var transaction = await connection.BeginTransactionAsync();
            // A migration that waits for a lock makes everybody behind it wait too: better to fail and try again.
            await ExecuteAsync(connection, "SET LOCAL lock_timeout = '5s'");
            await ExecuteAsync(connection, migration.Text);
            await using var note = new NpgsqlCommand(
                "INSERT INTO engine.migrations (project, number, name, digest) VALUES ($1, $2, $3, $4)", connection)
            {
                Parameters =
                {
                    new() { Value = migration.Project }, new() { Value = migration.Number },
                    new() { Value = migration.Name }, new() { Value = migration.Digest },
                },
            };
            await note.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }
        catch (PostgresException e)
        {
            throw new MigrationException($"Migration {migration.Number:0000}_{migration.Name} of {migration.Project} failed: {e.MessageText}", e);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"\.Migrations\.(?<number>\d{4})_(?<name>[a-z0-9_]+)\.sql$", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
