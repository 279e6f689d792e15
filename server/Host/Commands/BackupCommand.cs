using Holdfast.Host.Backups;
using Holdfast.Host.Web;

namespace Holdfast.Host.Commands;

/// <summary><c>holdfast backup</c>: makes backups, lists them, tries the newest.</summary>
internal static class BackupCommand
{
    private const string Help = """
        usage: holdfast backup [--SETTING VALUE]...
               holdfast backup key|list|verify [--SETTING VALUE]...

                  makes a backup now, and takes away those that are older than --backup-keep
          key     makes the key in the file that --backup-key names, or shows the one that is there
          list    shows the backups, and what the last trial has shown
          verify  restores the newest one beside the data, checks every log in it, and takes it away again: a
                  copy or a dump, each into a cluster of its own.
                  Exit code 1 where something does not hold

          Runs beside the server or without it. The settings that matter are --backup, --backup-key, --backup-keep,
          HOLDFAST_BACKUP_LOGIN for a bucket, and --data or --database.

        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new(StringComparer.Ordinal) { [""] = [], ["key"] = [], ["list"] = [], ["verify"] = [] };

    public static Task<int> RunAsync(IReadOnlyList<string> arguments) => CommandRun.RunAsync(Help, arguments, async cancel =>
    {
        var given = CommandArguments.Read("backup", OptionsOf, arguments);
        var settings = given.ReadSettings();
        if (given.Verb == "key")
            return await KeyAsync(settings);
        using var loggers = HostLog.Create(settings with { LogLevel = settings.LogLevel < LogLevel.Warning ? LogLevel.Warning : settings.LogLevel });
        var backups = new BackupService(settings, loggers, TimeProvider.System);
        return given.Verb switch
        {
            "list" => await ListAsync(backups, cancel),
            "verify" => await VerifyAsync(backups, cancel),
            _ => await MakeAsync(settings, backups, cancel),
        };
    });

    private static async Task<int> MakeAsync(Settings settings, BackupService backups, CancellationToken cancel)
    {
        // What is wrong with the settings is said before anything is started.
        BackupStore.Open(settings);
        BackupKey.Read(settings.BackupKey);
        await using var database = await CommandDatabase.OpenAsync(settings, cancel);
        var made = database.Local is { } cluster ? await backups.CopyAsync(cluster, cancel) : await backups.DumpAsync(cancel);
        await Console.Out.WriteLineAsync($"backup {made.Name}: {Line(made)}");
        return 0;
    }

    private static async Task<int> KeyAsync(Settings settings)
    {
        var isNew = !File.Exists(settings.BackupKey);
        var key = isNew ? BackupKey.Create(settings.BackupKey) : BackupKey.Read(settings.BackupKey);
        await Console.Out.WriteLineAsync($"""
            {(isNew ? "A new key is" : "The key is")} in {settings.BackupKey}:

                {key.Text}

            Keep a copy of this line where neither this machine nor its backups can be lost with it: in a password
            manager, or on paper. Without it nobody can read the backups, and nobody can make another that fits.
            """);
        return 0;
    }

    private static async Task<int> ListAsync(BackupService backups, CancellationToken cancel)
    {
        var (all, trial, missing) = await backups.ListAsync(cancel);
        foreach (var backup in all)
            await Console.Out.WriteLineAsync($"{backup.Name}  {Line(backup)}");
        await Console.Out.WriteLineAsync(trial is null ? "never tried: 'backup verify' does" : Line(trial));
        await Terminal.WarnAsync(missing);
        return 0;
    }

    private static async Task<int> VerifyAsync(BackupService backups, CancellationToken cancel)
    {
        var missing = await backups.MissingAsync(cancel);
        await Terminal.WarnAsync(missing);
        var trial = await backups.TryAsync(cancel);
        foreach (var finding in trial.Findings)
            await Console.Out.WriteLineAsync(Terminal.Plain(finding));
        await Console.Out.WriteLineAsync(Line(trial));
        return trial.Findings.Count == 0 && missing.Count == 0 ? 0 : 1;
    }

    private static string Line(BackupManifest backup) =>
        $"{backup.Kind}, {backup.Bytes / 1e6:0.0} MB in {Wording.Count(backup.Packs.Count, "pack", "packs")}, took {(backup.FinishedAt - backup.StartedAt).TotalSeconds:0.0} s, {(backup.Wal is null ? $"restores to {RestorePlan.Words(backup.StartedAt)}" : $"restores to {RestorePlan.Exactly(backup.FinishedAt)} and later")}";

    private static string Line(TrialReport trial) => trial.RestoreSeconds == 0
        ? $"tried on {RestorePlan.Words(trial.TriedAt)}: backup {trial.Backup} DOES NOT RESTORE: {Terminal.Plain(trial.Findings[0])}"
        : $"tried on {RestorePlan.Words(trial.TriedAt)}: backup {trial.Backup} ({trial.Bytes / 1e6:0.0} MB) restored in {trial.RestoreSeconds:0.0} s to {RestorePlan.Words(trial.Until)}, {Wording.Age(trial.Age)} old; "
        + $"{Wording.Count(trial.Workspaces, "workspace", "workspaces")} with {Wording.Count(trial.Entries, "entry", "entries")} checked in {trial.VerifySeconds:0.0} s: "
        + (trial.Findings.Count == 0 ? "sound" : $"NOT SOUND, {Wording.Count(trial.Findings.Count, "finding", "findings")}");
}
