using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>
/// A group is the transactions that waited when a writer became free, of one workspace or of many, written in one
/// transaction of the database: one batch that locks their workspaces and reads what they name, the work in memory, one
/// batch that writes it all and commits. Each workspace is a part by itself, which sees its own rows and nothing of the
/// others; what the parts share are the statements and the commit. So the group holds whole or not at all, and
/// <see cref="WritePath"/> takes it apart when the database refuses it.
/// </summary>
internal sealed class WriteGroup(Db db, RecordRegistry registry, JobRegistry jobs, TimeProvider clock, IReadOnlyList<GroupPart> parts)
{
    /// <param name="waits">
    /// Whether to wait for a lock that someone else holds. A group of several workspaces never does: it leaves out those
    /// that are being written elsewhere, so that none waits for another, in a circle least of all.
    /// </param>
    /// <param name="cancel">Gives up.</param>
    internal async Task RunAsync(bool waits, CancellationToken cancel)
    {
        await using var database = await db.BeginWriteAsync([.. parts.Select(part => part.Workspace)], cancel);
        var locked = await DecideAsync(database, waits, cancel);
        if (locked.Any(part => part.Decided.Count > 0 || part.Moved.Any()))
            await WriteAsync(database, locked, cancel);
    }

    /// <summary>Decides and writes nothing: what would become of the transactions, one after the other.</summary>
    internal async Task JudgeAsync(CancellationToken cancel)
    {
        await using var database = await db.BeginWriteAsync([.. parts.Select(part => part.Workspace)], cancel);
        await DecideAsync(database, waits: true, cancel);
    }

    /// <returns>The parts whose lock it holds.</returns>
    private async Task<IReadOnlyList<GroupPart>> DecideAsync(DbTransaction database, bool waits, CancellationToken cancel)
    {
        await ReadAsync(database, new GroupReads(registry, parts).Named(waits), cancel);
        var locked = parts.Where(part => part.IsLocked).ToArray();
        var reads = new GroupReads(registry, locked);
        await ReadAsync(database, reads.Grants(), cancel);
        foreach (var companion in locked.SelectMany(part => part.Companions))
        {
            if ((await database.ExecuteAsync([companion.Statement], cancel))[0] != 1)
                throw new CompanionException(companion.Otherwise);
        }

        foreach (var part in locked)
            part.Decide();
        while (reads.Facts() is { Count: > 0 } facts)
        {
            await ReadAsync(database, facts, cancel);
            await ReadAsync(database, reads.Grants(), cancel);
            foreach (var part in locked)
                part.Decide();
        }

        return locked;
    }

    private static Task ReadAsync(DbTransaction database, ReadBatch reads, CancellationToken cancel) =>
        reads.Count == 0 ? Task.CompletedTask : database.ReadAsync(reads, cancel);

    private async Task WriteAsync(DbTransaction database, IReadOnlyList<GroupPart> written, CancellationToken cancel)
    {
        Sql[] writes = [.. GroupWrites.Of(written, registry, jobs, clock.GetUtcNow())];
        var erasures = written.SelectMany(part => part.Entries.SelectMany(entry => entry.Erasures).Select(erasure => (part.Workspace, erasure))).ToArray();
        var compactions = written.SelectMany(part => part.Decided).Where(decided => decided is { Transaction.Compaction: not null, Outcome.Kind: OutcomeKind.Applied })
            .Select(decided => decided.Transaction.Compaction!.Write(decided.Outcome.Seq!.Value)).ToArray();
        if (erasures.Length > 0)
        {
            // They take out of the log what was just written, too.
            await database.ExecuteAsync(writes, cancel);
            writes = [];
        }

        foreach (var (workspace, erasure) in erasures)
            await EraseAsync(database, workspace, erasure, cancel);
        await database.CommitAsync([.. writes, .. compactions], cancel);
    }

    private async Task EraseAsync(DbTransaction database, Guid workspace, Erasure erasure, CancellationToken cancel)
    {
        var known = await new LogEraser(database, registry, workspace, erasure).EraseAsync(cancel)
            ?? throw new CompanionException(WriteFailures.NotFound.With($"There never was a {erasure.Type.Name} {erasure.Id}.", "id"));
        if (erasure.Fields?.FirstOrDefault(field => !known.Contains(field)) is { } unknown)
            throw new CompanionException(FieldFailures.Unknown.With($"{erasure.Type.Name} has no field '{unknown}', and the log of {erasure.Id} names none.", unknown));
    }
}
