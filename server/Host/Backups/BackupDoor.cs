using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Platform.Http;
using Holdfast.Platform.Operator;

namespace Holdfast.Host.Backups;

/// <summary>The backups of the instance, for whoever runs it.</summary>
internal static class BackupDoor
{
    private const int Newest = 10;
    private const int MostFindings = 5;

    public static void MapBackups(this WebApplication app)
    {
        var operators = OperatorModule.Group(app);
        operators.MapGet("/backups", StateAsync);
        operators.MapPost("/backups", (SignedIn who, Settings settings, JobDesk jobs) => AskAsync(BackupJobs.Make, who, settings, jobs));
        operators.MapPost("/backups/try", (SignedIn who, Settings settings, JobDesk jobs) => AskAsync(BackupJobs.Try, who, settings, jobs));
    }

    /// <summary>GET /api/operator/backups: where they go, the newest of them, and what the last trial has shown.</summary>
    private static async Task<IResult> StateAsync(Settings settings, IServiceProvider services, CancellationToken cancel)
    {
        if (settings.Backup is null)
            return TypedResults.Ok(new { place = (string?)null });
        // What cannot be written can often still be read.
        var trouble = new List<string>();
        if (services.GetService<BackupKeeper>()?.Trouble is { } stuck)
            trouble.Add(stuck);
        var (backups, trial) = ((IReadOnlyList<BackupManifest>)[], (TrialReport?)null);
        try
        {
            (backups, trial, var missing) = await services.GetRequiredService<BackupService>().ListRecentAsync(cancel);
            trouble.AddRange(missing);
        }
        catch (Exception e) when (e is StartException or IOException or HttpRequestException)
        {
            trouble.Add(e.Message);
        }

        return TypedResults.Ok(new
        {
            // What stands behind the ? of a bucket is how it is reached.
            place = settings.Backup.StartsWith("s3://", StringComparison.Ordinal) ? settings.Backup.Split('?')[0] : settings.Backup,
            keepDays = (int)settings.BackupKeep.TotalDays,
            trouble = trouble.Count == 0 ? null : string.Join(' ', trouble.Distinct()),
            backups = backups.Reverse().Take(Newest).Select(backup => new { backup.Name, backup.Kind, backup.StartedAt, backup.FinishedAt, backup.Bytes }),
            trial = trial is null ? null : new { trial.Backup, trial.TriedAt, trial.Until, age = trial.Age.TotalSeconds, trial.RestoreSeconds, trial.VerifySeconds, trial.Workspaces, trial.Entries, findings = trial.Findings.Count, found = trial.Findings.Take(MostFindings) },
        });
    }

    /// <summary>POST /api/operator/backups, …/backups/try: asks for what otherwise happens by the clock.</summary>
    private static async Task<IResult> AskAsync(string kind, SignedIn who, Settings settings, JobDesk jobs)
    {
        if (settings.Backup is null)
            return Problem.Of(BackupFailures.NoPlace.With("Start the server with --backup PLACE."));
        await jobs.EnqueueAsync(Guid.Empty, Actor.Server("operator"), new NewJob(kind, new BackupJobs.Asked()) { OnceKey = "asked" });
        return TypedResults.Accepted((string?)null);
    }
}
