using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Transfer;
using Holdfast.Host.Backups;
using Holdfast.Host.Exports;
using Holdfast.Host.Web;
using Holdfast.Platform.Identity;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast workspace</c>: writes one workspace to a file, and takes one in.</summary>
internal static class WorkspaceCommand
{
    private const string Help = """
        usage: holdfast workspace list [--SETTING VALUE]...
               holdfast workspace export --workspace ID --file FILE [--force] [--SETTING VALUE]...
               holdfast workspace import --file FILE [--as-new] [--SETTING VALUE]...

          list    shows the workspaces: the id of each, its name, and how many people are in it
          export  writes a workspace with its people, records, log and all else to a file. What is secret in it is
                  sealed with the key that --backup-key names; the rest can be read by whoever has the file.
                  A file that is there already is replaced by --force alone
          import  takes it in, under the id that it had, or under a new one beside it by --as-new

          Runs beside the server or without it. The settings that matter are --backup-key, and --data or --database.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal)
    {
        ["list"] = [],
        ["export"] = ["--workspace", "--file", "--force?"],
        ["import"] = ["--file", "--as-new?"],
    };

    public static Task<int> RunAsync(IReadOnlyList<string> arguments) => CommandRun.RunAsync(Help, arguments, async cancel =>
    {
        var given = CommandArguments.Read("workspace", OptionsOf, arguments);
        var settings = given.ReadSettings();
        var (file, workspace, force) = (given.Verb == "list" ? "" : FileFor(given), WorkspaceFor(given), given["--force"] is not null);
        var envelope = given.Verb == "list" ? null : BackupKey.Read(settings.BackupKey, isTheirs: given.Verb == "import").ToEnvelope();
        try
        {
            await using var database = await CommandDatabase.OpenAsync(settings, cancel);
            await using var provider = Program.Compose(database.ConnectionString);
            return given.Verb switch
            {
                "list" => await ListAsync(provider.GetRequiredService<Db>(), cancel),
                "export" => await ExportAsync(provider, database.ConnectionString, workspace, file, force, envelope!, cancel),
                _ => await ImportAsync(provider, database.ConnectionString, given["--as-new"] is not null, file, envelope!, cancel),
            };
        }
        catch (TransferException e)
        {
            // It repeats what the file says of itself, whoever wrote that.
            throw new StartException(Terminal.Plain(e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{file} cannot be used: {e.Message} Name another by --file.");
        }
    });

    /// <summary>The workspace that is exported.</summary>
    private static Guid WorkspaceFor(CommandArguments given) => given.Verb != "export" ? Guid.Empty
        : given.Id("--workspace", "a workspace") ?? throw CommandArguments.Refuse("'workspace export' needs --workspace ID. 'workspace list' shows the ids.");

    /// <summary>The file that is read or written; what is wrong with it is said before anything is started.</summary>
    private static string FileFor(CommandArguments given)
    {
        var file = Path.GetFullPath(given.Need("--file", "FILE"));
        if (Directory.Exists(file))
            throw CommandArguments.Refuse($"--file names {file}, which is a folder. Name a file in it.");
        if (given.Verb == "export" && given["--force"] is null && File.Exists(file))
            throw CommandArguments.Refuse($"{file} is there already. Name another by --file, or replace it by --force.");
        if (given.Verb == "import" && !File.Exists(file))
            throw CommandArguments.Refuse($"There is no file {file}. Name one that 'workspace export' wrote by --file.");
        return file;
    }

    private sealed record Listed(string Name, long People);

    private static async Task<int> ListAsync(Db db, CancellationToken cancel)
    {
        var all = await db.System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.workspaces ORDER BY workspace_id", cancel);
        foreach (var id in all)
        {
            var one = await db.In(id).FirstAsync<Listed>(
                $"SELECT name, (SELECT count(*) FROM access.members WHERE workspace_id = {id}) AS people FROM access.workspaces WHERE workspace_id = {id}", cancel);
            await Console.Out.WriteLineAsync(Terminal.Plain($"{id}  {one?.Name} ({Wording.Count(one?.People ?? 0, "person", "people")})"));
        }

        if (all.Count == 0)
            await Console.Error.WriteLineAsync("There is no workspace in this database.");
        return 0;
    }

    private static async Task<int> ExportAsync(IServiceProvider provider, string database, Guid workspace, string file, bool force, Envelope envelope, CancellationToken cancel)
    {
        var people = provider.GetRequiredService<People>();
        var head = await WorkspaceFile.WriteAsync(file, force, stream => WorkspaceExport.WriteAsync(
            database, provider.GetRequiredService<RecordRegistry>(), workspace, stream, Health.Version, envelope, users => people.FindAsync(users, cancel), cancel));
        await Console.Out.WriteLineAsync($"workspace {workspace} is in {file}, up to entry {head.Seq}{(head.Digest is null ? "" : $" with the digest {head.Digest}")}");
        return 0;
    }

    private static async Task<int> ImportAsync(IServiceProvider provider, string database, bool asNew, string file, Envelope envelope, CancellationToken cancel)
    {
        var people = provider.GetRequiredService<People>();
        await using var stream = File.OpenRead(file);
        var report = await WorkspaceImport.ReadAsync(
            database, provider.GetRequiredService<RecordRegistry>(), stream, asNew, envelope, new TransferPeople(persons => people.MatchAsync(persons, cancel), People.Add), cancel);
        await Console.Out.WriteLineAsync(
            $"workspace {report.Workspace} is here, with {Wording.Count(report.Records, "record", "records")} and {Wording.Count(report.Entries, "entry", "entries")}, as it was on {RestorePlan.Words(report.Head.At)}; {Wording.Count(report.People, "person", "people")} came with it");
        // Records of jobs that stayed where the file was made came along.
        await provider.GetRequiredService<JobDesk>().EnqueueAsync(Guid.Empty, Actor.Server("workspace import"), new NewJob(ForgetRuns.Kind, new ForgetRuns()) { OnceKey = "import" });
        var findings = 0;
        await provider.GetRequiredService<LogVerifier>().VerifyAsync(report.Workspace, finding =>
        {
            findings++;
            Console.Out.WriteLine(Terminal.Plain($"{finding.Where}: {finding.What}"));
        }, cancel);
        await Console.Out.WriteLineAsync(findings == 0 ? "its log is sound" : $"its log is NOT SOUND, {Wording.Count(findings, "finding", "findings")}");
        return findings == 0 ? 0 : 1;
    }
}
