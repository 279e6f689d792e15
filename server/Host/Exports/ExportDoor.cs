using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;

namespace Holdfast.Host.Exports;

/// <summary>A workspace in a file, for its owners. Each asking and each fetching stands in the workspace's log, with who it was.</summary>
internal sealed class ExportDoor(Settings settings, ExportFolder folder, AccessReader rights, WritePath writes, RecordRegistry registry, Db db, TimeProvider clock)
{
    private const string Fetched = "fetched";

    public static void Map(WebApplication app)
    {
        var exports = app.MapApi().MapGroup("/workspaces/{workspace:guid}");
        exports.MapPost("/exports", (Guid workspace, SignedIn who, ExportDoor door, CancellationToken cancel) => door.AskAsync(workspace, who, cancel)).RequireFresh();
        exports.MapGet("/exports/{export:guid}", (Guid workspace, Guid export, SignedIn who, ExportDoor door, CancellationToken cancel) => door.FetchAsync(workspace, export, who, cancel)).RequireFresh();
    }

    /// <summary>POST /api/workspaces/{workspace}/exports: asks for one. How far it is tells the record of its job.</summary>
    private async Task<IResult> AskAsync(Guid workspace, SignedIn who, CancellationToken cancel)
    {
        var (owner, refused) = await OwnerAsync(workspace, who, cancel);
        if (owner is null)
            return Problem.Of(refused!);
        if (!File.Exists(settings.BackupKey))
            return Problem.Of(ExportFailures.NoKey.With("Whoever runs the server makes one by 'bin/run backup key'."));
        // Two at once would delete each other's file, also where one of them is tried once more by the operator. A run that came with an export, whose job stayed where it was made, holds nobody up.
        var alone = JobWrites.AtMost(1, workspace, ExportWorkspace.Kind, ExportFailures.Running.With("Wait until it is done, or cancel it."));
        var job = new NewJob(ExportWorkspace.Kind, new ExportWorkspace.Asked()) { IsShown = true, GroupKey = ExportWorkspace.Kind };
        return await WriteAsync(workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = owner.Actor, Jobs = [job], Companions = [alone] }) is { } failure ? Problem.Of(failure) : TypedResults.Accepted((string?)null, new { id = job.Id });
    }

    /// <summary>GET /api/workspaces/{workspace}/exports/{export}: the file, for whoever asked for it and is an owner still.</summary>
    private async Task<IResult> FetchAsync(Guid workspace, Guid export, SignedIn who, CancellationToken cancel)
    {
        var (owner, refused) = await OwnerAsync(workspace, who, cancel);
        if (owner is null)
            return Problem.Of(refused!);
        var made = await db.In(workspace).FirstAsync<Made>(
            $"""
            SELECT w.name, r.created_at, coalesce(r.count, 0) AS times FROM jobs.runs r JOIN access.workspaces w ON w.workspace_id = r.workspace_id
            WHERE r.workspace_id = {workspace} AND r.id = {export} AND r.member = {owner.Member} AND r.kind = {ExportWorkspace.Kind} AND r.state = {JobRun.Done}
              AND r.created_at > {clock.GetUtcNow() - ExportFolder.Life}
            """, cancel);
        if (made is null || Open(folder.FileOf(workspace, export)) is not { } file)
            return Problem.Of(ExportFailures.Gone.With("An export can be fetched for a day, by whoever asked for it, until the next one. Export again."));

        // Nothing leaves before it is noted that it does.
        Operation[] note = [Compose.Set<JobRun>(registry, export, nameof(JobRun.Step), Fetched), Compose.Set<JobRun>(registry, export, nameof(JobRun.Count), made.Times + 1)];
        if (await WriteAsync(workspace, new Transaction { Id = Guid.CreateVersion7(), Actor = Actor.Server("FetchExport", who.User), Operations = note }) is { } failure)
        {
            await file.DisposeAsync();
            return Problem.Of(failure);
        }

        return TypedResults.Stream(file, "application/gzip", $"{Plain(made.Name)} {made.CreatedAt:yyyy-MM-dd}.holdfast");
    }

    private async Task<(Access? Owner, Failure? Refused)> OwnerAsync(Guid workspace, SignedIn who, CancellationToken cancel)
    {
        var (access, refused) = await who.InAsync(workspace, rights, cancel);
        return access is null || access.Role == Roles.Owner ? (access, refused) : (null, ExportFailures.OwnersOnly.With("Ask an owner of the workspace."));
    }

    private async Task<Failure?> WriteAsync(Guid workspace, Transaction transaction)
    {
        var outcome = await writes.WriteAsync(workspace, transaction);
        return outcome.Succeeded ? null : outcome.Failure ?? WriteFailures.Retry.With("Try again in a moment.", null, ("retryAfter", 1));
    }

    private static FileStream? Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // What no system minds in the name of a file.
    private static string Plain(string name) => string.Concat(name.Select(sign => char.IsLetterOrDigit(sign) || sign is ' ' or '-' or '_' ? sign : '-'));

    private sealed record Made
    {
        public string Name { get; init; } = "";

        public DateTime CreatedAt { get; init; }

        public long Times { get; init; }
    }
}
