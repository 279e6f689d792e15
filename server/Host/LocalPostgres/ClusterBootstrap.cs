using System.Globalization;
using Npgsql;

namespace Holdfast.Host.LocalPostgres;

/// <summary>How a local cluster is made, and with which settings it runs.</summary>
internal static class ClusterBootstrap
{
    public const string Superuser = "postgres";
    public const string Login = "holdfast";
    public const string Database = "holdfast";

    /// <summary>The setting that names the folder of the socket.</summary>
    public const string SocketFolder = "unix_socket_directories";

    // The first version with a collation of its own that sorts alike on every machine.
    private const int BuiltinCollation = 17;

    /// <summary>Settings that PostgreSQL starts with; those in postgresql.conf give way to them.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ServerSettings(ClusterFolder files) => new Dictionary<string, string>
    {
        ["listen_addresses"] = "",
        ["port"] = ClusterFolder.Port.ToString(CultureInfo.InvariantCulture),
        [SocketFolder] = files.Socket,
        ["unix_socket_permissions"] = "0700",
        ["logging_collector"] = "on",
        ["log_directory"] = files.Log,
        ["log_filename"] = "postgresql-%a.log",
        ["log_truncate_on_rotation"] = "on",
        ["log_line_prefix"] = "%m [%p] ",
        // Details and statements can hold what people typed; the server's own log has the code and the constraint.
        ["log_error_verbosity"] = "terse",
        ["log_min_error_statement"] = "panic",
        // What a backup has not fetched is kept for it, but may not fill the disk.
        ["max_slot_wal_keep_size"] = "4GB",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
    };

    // Appended to postgresql.conf once, so that an operator can change them.
    private const string FirstSettings = """

        # Holdfast's choices for a small machine; change what you like.
        shared_buffers = 128MB
        max_connections = 100
        max_wal_size = 512MB
        wal_level = replica
        jit = off
        idle_in_transaction_session_timeout = 60s

        """;

    /// <summary>Makes the cluster if it is not there; refuses one of another version.</summary>
    public static async Task EnsureInitialisedAsync(ClusterFolder files, PostgresPrograms programs, PostgresUser user, CancellationToken cancel)
    {
        if (files.Exists)
        {
            var version = (await File.ReadAllTextAsync(Path.Combine(files.Data, "PG_VERSION"), cancel)).Trim();
            if (version != programs.MajorVersion.ToString(CultureInfo.InvariantCulture))
                throw new StartException($"The cluster in {files.Root} was made by PostgreSQL {version}, and {programs.Folder} is {programs.MajorVersion}. Name the programs of {version} by --postgres-bin, or choose another folder by --data.");
            if (!File.Exists(files.SuperuserPassword))
                throw new StartException($"{files.SuperuserPassword} is missing; the cluster beside it cannot be opened without. Put it back.");
            return;
        }

        if (Directory.Exists(files.Data))
            throw new StartException($"{files.Data} is there but holds no PostgreSQL cluster. Move it away, or choose another folder by --data.");
        if (Directory.Exists(files.Unfinished))
            Directory.Delete(files.Unfinished, recursive: true);
        ClusterFolder.Secret(files.SuperuserPassword, user);
        string[] locale = programs.MajorVersion >= BuiltinCollation
            ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            : ["--locale=C.UTF-8"];
        var answer = await Command.RunAsync(
            user.Words([
                programs.InitDb, "--pgdata", files.Unfinished, "--username", Superuser, "--pwfile", files.SuperuserPassword, "--encoding=UTF8",
                "--auth=scram-sha-256", "--data-checksums", "--no-instructions", .. locale
            ]),
            cancel);
        if (answer.ExitCode != 0)
            throw new StartException($"PostgreSQL cannot make a cluster in {files.Root}:{Environment.NewLine}{answer.Output}");
        await File.AppendAllTextAsync(Path.Combine(files.Unfinished, "postgresql.conf"), FirstSettings, cancel);
        Directory.Move(files.Unfinished, files.Data);
    }

    /// <summary>Makes the login and its database, and gives the login its password.</summary>
    public static async Task EnsureLoginAsync(string superuser, string password, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(superuser + ";Pooling=false");
        await connection.OpenAsync(cancel);
        if (!await ExistsAsync("SELECT 1 FROM pg_roles WHERE rolname = $1", Login))
            await RunAsync($"CREATE ROLE {Login}");
        // DDL takes no parameters; the password is made of hexadecimal digits.
        await RunAsync($"ALTER ROLE {Login} LOGIN CREATEROLE NOCREATEDB NOSUPERUSER NOINHERIT NOREPLICATION NOBYPASSRLS PASSWORD '{password}'");
        if (!await ExistsAsync("SELECT 1 FROM pg_database WHERE datname = $1", Database))
            await RunAsync($"CREATE DATABASE {Database} OWNER {Login}");
        await RunAsync($"REVOKE ALL ON DATABASE {Database} FROM PUBLIC");

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancel);
        }

        async Task<bool> ExistsAsync(string sql, string name)
        {
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name } } };
            return await command.ExecuteScalarAsync(cancel) is not null;
        }
    }
}
