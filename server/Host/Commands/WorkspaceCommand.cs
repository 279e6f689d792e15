using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Transfer;
using Holdfast.Host.Backups;
using Holdfast.Host.Exports;
using Holdfast.Host.Web;
using Holdfast.Platform.Http;
using Holdfast.Platform.Identity;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast workspace</c>: writes one workspace to a file, and takes one in.</summary>
internal static class WorkspaceCommand
{
    private const string Help = """
        usage: holdfast workspace export --workspace ID --file FILE [--SETTING VALUE]...
               holdfast workspace import --file FILE [--as-new] [--SETTING VALUE]...

          export  writes a workspace with its people, records, log and all else to a file. What is secret in it is
                  sealed with the key that --backup-key names; the rest can be read by whoever has the file
          import  takes it in, under the id that it had, or under a new one beside it by --as-new

          Runs beside the server or without it. The settings that matter are --backup-key, and --data or --database.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal)
    {
        ["export"] = ["--workspace", "--file"],
        ["import"] = ["--file", "--as-new?"],
    };

    public static Task<int> RunAsync(IReadOnlyList<string> arguments) => CommandRun.RunAsync(Help, arguments, async cancel =>
    {
        var given = CommandArguments.Read("workspace", OptionsOf, arguments);
        var file = Path.GetFullPath(given.Need("--file", "FILE"));
        if (given.Verb == "export")
            given.Need("--workspace", "ID");
        var workspace = given.Id("--workspace", "a workspace");
        var settings = given.ReadSettings();
        var envelope = BackupKey.Read(settings.BackupKey).ToEnvelope();
        try
        {
            await using var database = await CommandDatabase.OpenAsync(settings, cancel);
            var services = new ServiceCollection();
            services.AddLogging();
            Program.AddModules(services, database.ConnectionString, new SiteSettings { PublicAddress = new Uri("http://localhost") });
            await using var provider = services.BuildServiceProvider();
            return workspace is { } id
                ? await ExportAsync(provider, database.ConnectionString, id, file, envelope, cancel)
                : await ImportAsync(provider, database.ConnectionString, given["--as-new"] is not null, file, envelope, cancel);
        }
        catch (TransferException e)
        {
            // It repeats what the file says of itself, whoever wrote that.
            throw new StartException(LogText.Plain(e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{file} cannot be used: {e.Message} Name another by --file.");
        }
    });

    private static async Task<int> ExportAsync(IServiceProvider provider, string database, Guid workspace, string file, Envelope envelope, CancellationToken cancel)
    {
        var people = provider.GetRequiredService<People>();
        var head = await WorkspaceFile.WriteAsync(file, stream => WorkspaceExport.WriteAsync(
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
            $"workspace {report.Workspace} is here, with {report.Records} records and {report.Entries} entries, as it was on {RestorePlan.Words(report.Head.At)}; {report.People} people came with it");
        // Records of jobs that stayed where the file was made came along.
        await provider.GetRequiredService<JobDesk>().EnqueueAsync(Guid.Empty, Actor.Server("workspace import"), new NewJob(ForgetRuns.Kind, new ForgetRuns()) { OnceKey = "import" });
        var findings = 0;
        await provider.GetRequiredService<LogVerifier>().VerifyAsync(report.Workspace, finding =>
        {
            findings++;
            Console.Out.WriteLine(LogText.Plain($"{finding.Where}: {finding.What}"));
        }, cancel);
        await Console.Out.WriteLineAsync(findings == 0 ? "its log is sound" : $"its log is NOT SOUND, {findings} findings");
        return findings == 0 ? 0 : 1;
    }
}
