using System.Diagnostics;
using Holdfast.Engine.Storage;
using Holdfast.Host.Web;
using Npgsql;

namespace Holdfast.Host.Backups;

/// <summary>
/// The database on a server of somebody else's: dumped and restored by PostgreSQL's own pg_dump and pg_restore. A dump is the
/// state of one moment; for any other moment that server's own backups are the means.
/// </summary>
internal static class DatabaseDump
{
    private const string Needs = "Log in as an administrator (a superuser, or a role with BYPASSRLS), who alone sees every workspace at once.";

    /// <summary>Dumps the database into the archive.</summary>
    /// <exception cref="StartException">It cannot be made; what was begun does not count.</exception>
    public static async Task<BackupManifest> MakeAsync(BackupArchive archive, string database, string programs, TimeProvider clock, CancellationToken cancel)
    {
        var version = await CheckAsync(database, cancel);
        var startedAt = clock.GetUtcNow();
        var name = BackupManifest.NameFor(startedAt);
        var folder = $"dumps/{name}";
        using var dump = Start("pg_dump", programs, database, ["--format=custom", "--compress=0", "--no-password"]);
        dump.StandardInput.Close();
        var errors = dump.StandardError.ReadToEndAsync(cancel);
        var packs = new List<BackupPack>();
        var pack = new byte[FilePacks.PackSize];
        try
        {
            for (int read; (read = await dump.StandardOutput.BaseStream.ReadAtLeastAsync(pack, pack.Length, throwOnEndOfStream: false, cancel)) > 0;)
            {
                packs.Add(new BackupPack($"{folder}/{packs.Count + 1:D6}", read));
                await archive.PutAsync(packs[^1].Name, pack.AsSpan(0, read), cancel);
            }

            await EndAsync(dump, "pg_dump", errors, cancel);
        }
        catch
        {
            dump.Kill(entireProcessTree: true);
            foreach (var item in await archive.ListAsync(folder, CancellationToken.None))
                await archive.DeleteAsync(item.Name, CancellationToken.None);
            throw;
        }

        var manifest = new BackupManifest
        {
            Name = name,
            Kind = "dump",
            Folder = folder,
            StartedAt = startedAt,
            FinishedAt = clock.GetUtcNow(),
            Product = Health.Version,
            Postgres = version,
            Packs = packs,
        };
        await manifest.WriteAsync(archive, cancel);
        return manifest;
    }

    /// <summary>Restores the newest dump that was begun by a time into a database without tables, and begins a new epoch there.</summary>
    /// <exception cref="StartException">It cannot be done; the database is as it was.</exception>
    public static async Task<BackupManifest> RestoreAsync(
        BackupArchive archive, DateTimeOffset? at, string? from, string database, string programs, CancellationToken cancel)
    {
        var all = (await BackupManifest.ListAsync(archive, cancel)).Where(backup => backup.Kind == "dump").ToArray();
        if (all.Length == 0)
            throw new StartException($"{archive.Where} holds no dump. A copy of a local cluster is restored without --database.");
        if (from is not null && all.All(backup => backup.Name != from))
            throw new StartException($"There is no dump {from} in {archive.Where}. There are {string.Join(", ", all.Select(backup => backup.Name))}.");
        var named = all.Where(backup => from is null || backup.Name == from).ToArray();
        var manifest = named.LastOrDefault(backup => at is null || backup.StartedAt <= at) ?? throw new StartException(
            $"{(from is null ? "The oldest dump" : $"Dump {from}")} in {archive.Where} is of {RestorePlan.Exactly(named[0].StartedAt)}, after {RestorePlan.Words(at!.Value)}. Name a later time by --at.");
        await CheckAsync(database, cancel);
        await using (var connection = new NpgsqlConnection(database + ";Pooling=false"))
        {
            await connection.OpenAsync(cancel);
            await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'engine')", connection);
            if (await command.ExecuteScalarAsync(cancel) is true)
                throw new StartException("The database that --database names holds a Holdfast already, and a restore replaces nothing. Name an empty one.");
        }

        try
        {
            await Migrator.PrepareAsync(database, cancel);
        }
        catch (MigrationException e)
        {
            throw new StartException(e.Message);
        }

        using var restore = Start("pg_restore", programs, database, ["--exit-on-error", "--single-transaction", "--no-password"]);
        var errors = restore.StandardError.ReadToEndAsync(cancel);
        try
        {
            // One that ends early says why; that its input is closed then does not.
            foreach (var pack in manifest.Packs)
                await restore.StandardInput.BaseStream.WriteAsync(await archive.GetAsync(pack.Name, cancel), cancel);
            restore.StandardInput.Close();
        }
        catch (IOException)
        {
            await EndAsync(restore, "pg_restore", errors, cancel);
        }
        catch
        {
            restore.Kill(entireProcessTree: true);
            throw;
        }

        await EndAsync(restore, "pg_restore", errors, cancel);
        await Restored.BeginAsync(archive, database, cancel);
        return manifest;
    }

    /// <returns>The server's major version.</returns>
    private static async Task<int> CheckAsync(string database, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user", connection);
        return await command.ExecuteScalarAsync(cancel) is true
            ? connection.PostgreSqlVersion.Major
            : throw new StartException($"The login that --database names does not see all that a backup needs. {Needs}");
    }

    private static Process Start(string program, string programs, string database, IEnumerable<string> words)
    {
        var address = new NpgsqlConnectionStringBuilder(database);
        var near = Path.Combine(programs, program);
        var start = new ProcessStartInfo(File.Exists(near) ? near : program, [.. words, "--dbname", address.Database!])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Set("PGHOST", address.Host);
        Set("PGPORT", $"{address.Port}");
        Set("PGUSER", address.Username);
        Set("PGPASSWORD", address.Password);
        Set("PGSSLROOTCERT", address.RootCertificate);
        Set("PGSSLCERT", address.SslCertificate);
        Set("PGSSLKEY", address.SslKey);
        Set("PGSSLMODE", address.SslMode switch { SslMode.VerifyCA => "verify-ca", SslMode.VerifyFull => "verify-full", var mode => mode.ToString().ToLowerInvariant() });
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new StartException($"There is no {program} in {programs} nor in the path. Install PostgreSQL's client programs, of the server's version or newer, or name their folder by --postgres-bin.");
        }

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                start.Environment[name] = value;
        }
    }

    private static async Task EndAsync(Process process, string program, Task<string> errors, CancellationToken cancel)
    {
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode == 0)
            return;
        // What PostgreSQL adds in lines of their own, DETAIL and CONTEXT, holds what stands in the records.
        var said = (await errors).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var own = string.Join(' ', said.Where(line => line.StartsWith($"{program}:", StringComparison.Ordinal)));
        throw new StartException($"{program} failed: {(own.Length > 0 ? own : $"it ended with {process.ExitCode}")}");
    }
}
