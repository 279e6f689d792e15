using Holdfast.Engine.Jobs;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Identity;

/// <summary>The job that makes the file of a person's data, and keeps it in the database for a day, in pieces.</summary>
internal sealed class DataExport(Db db, DataFile file, TimeProvider time) : IJobHandler<DataExport.Asked>, IJobHandler<DataExport.Forget>
{
    internal const string Kind = "identity.export";
    internal const string ForgetKind = "identity.forget_exports";

    /// <summary>How long a file can be fetched, and how long it counts towards how many one may have.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private const int PieceBytes = 1 << 20;

    /// <param name="Export">Which.</param>
    internal sealed record Asked(Guid Export);

    internal sealed record Forget;

    public async Task RunAsync(Job job, Asked payload, CancellationToken cancel)
    {
        var export = payload.Export;
        // Whoever was shut out meanwhile gets nothing made.
        if (await db.Instance.FirstAsync<Guid?>($"""
            UPDATE identity.exports e SET state = 'running', percent = 0
            WHERE id = {export} AND state IN ('waiting', 'running') AND NOT EXISTS (SELECT FROM identity.deletions d WHERE d.user_id = e.user_id) RETURNING user_id
            """, cancel) is not { } user)
            return;
        try
        {
            var name = Path.GetTempFileName();
            await using var made = new FileStream(name, FileMode.Open, FileAccess.ReadWrite);
            // It is there as long as it is open, and not one moment longer, however the process ends.
            File.Delete(name);
            await file.WriteAsync(user, made, percent => db.Instance.ExecuteAsync($"UPDATE identity.exports SET percent = {percent} WHERE id = {export} AND state = 'running'"), cancel);
            made.Position = 0;
            await db.Instance.ExecuteAsync($"DELETE FROM identity.export_pieces WHERE export_id = {export}");
            var piece = new byte[PieceBytes];
            for (var number = 0; await made.ReadAtLeastAsync(piece, PieceBytes, throwOnEndOfStream: false, cancel) is > 0 and var length; number++)
                await db.Instance.ExecuteAsync($"INSERT INTO identity.export_pieces (export_id, number, bytes) VALUES ({export}, {number}, {piece[..length]})");
            await db.Instance.ExecuteAsync($"UPDATE identity.exports SET state = 'done', percent = 100, bytes = {made.Length}, done_at = {time.GetUtcNow()} WHERE id = {export}");
        }
        catch (Exception) when (job.Attempt >= MaxAttempts && !cancel.IsCancellationRequested)
        {
            await db.Instance.ExecuteAsync($"UPDATE identity.exports SET state = 'failed' WHERE id = {export}");
            throw;
        }
    }

    /// <summary>How often it is tried.</summary>
    internal const int MaxAttempts = 3;

    public Task RunAsync(Job job, Forget payload, CancellationToken cancel) =>
        db.Instance.ExecuteAsync($"DELETE FROM identity.exports WHERE asked_at < {time.GetUtcNow() - Life}");
}
