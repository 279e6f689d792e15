using System.Text.Json;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Compaction;

/// <summary>
/// Erases from the log what fields with a shorter life (<see cref="FieldAttribute.PastDays"/>) held in the past: so many days after
/// another value took its place, or the record was deleted.
/// </summary>
internal sealed class FieldLives(Db db, LogStore log, RecordRegistry registry, WritePath writePath, TimeProvider clock)
{
    private const int Page = 200;

    /// <summary>The values of so many records are erased at once: the workspace waits as long.</summary>
    private const int Together = 100;

    internal async Task ForgetAsync(Guid workspace, CancellationToken cancel)
    {
        foreach (var days in registry.All.SelectMany(type => type.Fields).Select(field => field.PastDays).Where(days => days > 0).Distinct())
        {
            while (await StepAsync(workspace, days, cancel))
                cancel.ThrowIfCancellationRequested();
        }
    }

    /// <returns>Whether there may be more.</returns>
    private async Task<bool> StepAsync(Guid workspace, int days, CancellationToken cancel)
    {
        var seq = await db.In(workspace).FirstAsync<long?>($"SELECT seq FROM engine.field_lives WHERE workspace_id = {workspace} AND days = {days}", cancel) ?? 0;
        var before = clock.GetUtcNow() - TimeSpan.FromDays(days);
        var entries = (await log.AfterAsync(workspace, seq, Page, cancel)).TakeWhile(entry => entry.At < before).ToArray();
        if (entries.Length == 0)
            return false;
        var upTo = entries[^1].Seq;
        var fields = registry.All.ToDictionary(type => type, type => type.Fields.Where(field => field.PastDays == days).Select(field => field.Name).ToArray());
        var past = entries.SelectMany(entry => entry.Changes).Where(change => Holds(change.Before, fields[change.Type])).Select(change => (change.Type, change.Id)).Distinct();
        Sql note = $"""
            INSERT INTO engine.field_lives (workspace_id, days, seq) VALUES ({workspace}, {days}, {upTo})
            ON CONFLICT (workspace_id, days) DO UPDATE SET seq = excluded.seq
            """;
        Erasure[] erasures = [.. past.Select(record => new Erasure(record.Type, record.Id, fields[record.Type]) { UpTo = upTo })];
        if (erasures.Length == 0)
        {
            await db.In(workspace).ExecuteAsync(note);
            return true;
        }

        var parts = erasures.Chunk(Together).ToArray();
        foreach (var part in parts)
        {
            var outcome = await writePath.WriteAsync(workspace, new Transaction
            {
                Id = Guid.CreateVersion7(),
                Actor = Actor.Server("field lives"),
                Erasures = part,
                // Whoever is killed before the last one begins here again, and what is erased already stays so.
                Companions = part == parts[^1] ? [new Companion(note, WriteFailures.Changed.With("Another process was here first."))] : [],
            });
            if (!outcome.Succeeded)
                throw new InvalidOperationException($"What fields held in the past of workspace {workspace} was not erased: {outcome.Word} {outcome.Failure?.Detail}");
        }

        return true;
    }

    private static bool Holds(string values, string[] names)
    {
        if (names.Length == 0)
            return false;
        using var json = JsonDocument.Parse(values);
        return names.Any(name => json.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null);
    }
}
