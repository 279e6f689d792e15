using Holdfast.Engine.Storage;

namespace Holdfast.Host.Backups;

/// <summary>What has to be done to a database that was put back, by whatever means, before anyone works with it.</summary>
internal static class Restored
{
    /// <summary>
    /// Begins a new epoch of every workspace, for what browsers have read of the log need not be what it says now; and ends all
    /// sessions, for one that was ended since must not come back. Whoever was erased since is shut out by the next start of the server,
    /// before it listens, and erased anew.
    /// </summary>
    /// <param name="archive">Where it came from, and who was erased since; null where nobody can tell.</param>
    /// <param name="connectionString">The product's login, or an administrator.</param>
    /// <param name="cancel">Stops between two workspaces.</param>
    public static async Task BeginAsync(BackupArchive? archive, string connectionString, CancellationToken cancel)
    {
        await using var provider = Program.Compose(connectionString);
        var db = provider.GetRequiredService<Db>();
        foreach (var workspace in await db.System.QueryAsync<Guid>($"SELECT workspace_id FROM engine.workspaces", cancel))
            await db.In(workspace).ExecuteAsync($"UPDATE engine.workspaces SET epoch = {Guid.CreateVersion7()} WHERE workspace_id = {workspace}");
        await db.Instance.ExecuteAsync($"DELETE FROM identity.sessions");
        if (archive is not null)
            await Terminal.WarnAsync(await Erased.AgreeAsync(archive, db, cancel) is { } foreign ? [foreign] : []);
    }
}
