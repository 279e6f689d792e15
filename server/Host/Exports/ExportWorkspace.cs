using Holdfast.Engine;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Transfer;
using Holdfast.Host.Backups;
using Holdfast.Host.Web;
using Holdfast.Platform.Identity;

namespace Holdfast.Host.Exports;

/// <summary>The job that writes the file of a workspace for one of its owners. It shows how far it is.</summary>
internal sealed class ExportWorkspace(
    Settings settings, DatabaseServer database, ExportFolder folder, RecordRegistry registry, AccessReader rights, People people) : IJobHandler<ExportWorkspace.Asked>
{
    internal const string Kind = "workspace.export";
    private const string Queue = "exports";

    internal sealed record Asked;

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<ExportFolder>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ExportFolder>());
        services.AddSingleton<ExportDoor>();
        services.AddSingleton<ExportWorkspace>();
        services.AddSingleton(new JobQueue(Queue) { Concurrency = 2, ConcurrencyPerKey = 1 });
        services.AddJob(new JobKind<Asked>(Kind, provider => provider.GetRequiredService<ExportWorkspace>()) { Queue = Queue, MaxAttempts = 3 });
    }

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        // He may have been made something else since he asked.
        if (await rights.ReadAsync(job.Workspace, job.Actor, cancel) is not { Role: Roles.Owner } owner)
            throw new JobFailedException("Whoever asked for it is no owner any more.");
        try
        {
            var envelope = BackupKey.Read(settings.BackupKey).ToEnvelope();
            await WorkspaceFile.WriteAsync(folder.Prepare(job.Workspace, job.Id), replace: true, stream => WorkspaceExport.WriteAsync(
                database.ConnectionString, registry, job.Workspace, stream, Health.Version, envelope, users => people.FindAsync(users, cancel), cancel, owner,
                (percent, step, count) => job.Say(percent, step, count)));
        }
        catch (StartException e)
        {
            throw new JobFailedException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobFailedException(e.Message, e) { Failure = ExportFailures.NotWritten.With("Whoever runs the server makes room, and tries it again.") };
        }

        folder.KeepOnly(job.Workspace, job.Id);
    }
}
