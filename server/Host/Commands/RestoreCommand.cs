using System.Globalization;
using Holdfast.Host.Backups;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast restore</c>: brings a backup back.</summary>
internal static class RestoreCommand
{
    private const string Help = """
        usage: holdfast restore [--at TIME] [--from BACKUP] [--SETTING VALUE]...
               holdfast restore epoch [--SETTING VALUE]...

                  restores into the data folder, which must hold no database yet, or into the empty database that
                  --database names; the newest there is, or as it was at a time such as 2026-05-01T12:30:00Z.
                  A time that the backup does not reach is refused, and the one that it reaches is named
          epoch   tells browsers that the database was put back by other means than this command. Stop the server first

          The settings that matter are --backup, --backup-key, HOLDFAST_BACKUP_LOGIN for a bucket, and --data or --database.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal) { [""] = ["--at", "--from"], ["epoch"] = [] };

    public static Task<int> RunAsync(IReadOnlyList<string> arguments) => CommandRun.RunAsync(Help, arguments, async cancel =>
    {
        var given = CommandArguments.Read("restore", OptionsOf, arguments);
        var settings = given.ReadSettings();
        if (given.Verb == "epoch")
            return await EpochAsync(settings, cancel);
        var at = Time(given["--at"]);
        var archive = await BackupArchive.OpenAsync(settings, create: false, cancel);
        await Terminal.WarnAsync(await new BackupMemory(settings, TimeProvider.System).CheckAsync(archive, cancel));
        if (settings.Database is { } database)
        {
            // A dump is the state of before it, so of a time to come there is none.
            if (at > TimeProvider.System.GetUtcNow())
                throw CommandArguments.Refuse($"--at names {RestorePlan.Words(at.Value)}, which has not come yet. Leave --at away to restore the newest dump.");
            var dump = await DatabaseDump.RestoreAsync(archive, at, given["--from"], database, settings.PostgresPrograms, cancel);
            await Console.Out.WriteLineAsync($"restored {dump.Name} into the database, as it was at {RestorePlan.Words(dump.StartedAt)}");
            return 0;
        }

        var plan = await RestorePlan.MakeAsync(archive, at, given["--from"], cancel);
        using var data = DataFolder.Claim(settings.Data);
        var report = await ClusterRestore.RunAsync(archive, plan, settings, data, TimeProvider.System, cancel);
        await Console.Out.WriteLineAsync(
            $"restored {report.Base.Name} into {settings.Data} ({report.Bytes / 1e6:0.0} MB in {report.Took.TotalSeconds:0.0} s), with what was committed until {RestorePlan.Words(report.Until)}. Everyone signs in anew.");
        return 0;
    });

    private static async Task<int> EpochAsync(Settings settings, CancellationToken cancel)
    {
        await using var database = await CommandDatabase.OpenAsync(settings, cancel);
        await Restored.BeginAsync(null, database.ConnectionString, cancel);
        await Console.Out.WriteLineAsync("a new epoch has begun. Everyone signs in anew.");
        return 0;
    }

    private static DateTimeOffset? Time(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
        : throw CommandArguments.Refuse($"--at takes a time such as 2026-05-01T12:30:00Z, not '{text}'.");
}
