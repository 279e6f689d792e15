using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>What a group writes: as many statements for many workspaces as for one. Each row carries the workspace of its part.</summary>
internal static class GroupWrites
{
    internal static IEnumerable<Sql> Of(IReadOnlyList<GroupPart> parts, RecordRegistry registry, JobRegistry jobs, DateTimeOffset now)
    {
        foreach (var sql in RowWrites.Of(parts.SelectMany(part => part.Overlay.Changed().Select(change => new RowChange(part.Workspace, change.Type, change.Original, change.Now))), now))
            yield return sql;
        var tails = parts.Where(part => part.Entries.Count > 0).Select(part => (part.Workspace, part.HeadDigest, part.Entries)).ToArray();
        if (tails.Length > 0)
            yield return LogStore.Append(registry, tails);
        if (Moves(parts) is { } moves)
            yield return moves;
        foreach (var sql in Graves(parts, registry))
            yield return sql;
        if (Outcomes(parts, now) is { } outcomes)
            yield return outcomes;
        if (Browsers(parts) is { } browsers)
            yield return browsers;
        foreach (var sql in JobStore.Insert(jobs, [.. parts.SelectMany(part => part.Jobs)], now))
            yield return sql;
    }

    private static Sql? Moves(IReadOnlyList<GroupPart> parts)
    {
        var moves = parts.SelectMany(part => part.Entries.SelectMany(entry => entry.Changes.Where(change => change.MovesKeys).Select(change => (part.Workspace, entry.Seq, Change: change)))).ToArray();
        if (moves.Length == 0)
            return null;
        var rows = new SqlJson(JsonText.Text(json =>
        {
            json.WriteStartArray();
            foreach (var (workspace, seq, change) in moves)
            {
                json.WriteStartObject();
                json.WriteString("workspace_id", workspace);
                json.WriteString("type", change.Type.Name);
                json.WriteString("record_id", change.Id);
                json.WriteNumber("version", seq);
                json.WriteStartObject("keys");
                for (var i = 0; i < change.KeysBefore!.Count; i++)
                    RecordType.WriteId(json, change.Type.Keys[i].Name, change.KeysBefore[i]);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }));
        return $"""
            INSERT INTO engine.moves (workspace_id, type, record_id, version, keys)
            SELECT workspace_id, type, record_id, version, keys
            FROM jsonb_to_recordset({rows}) AS row(workspace_id uuid, type text, record_id uuid, version bigint, keys jsonb)
            """;
    }

    /// <summary>A tombstone for each record that is gone in the end; none for one that is there.</summary>
    private static IEnumerable<Sql> Graves(IReadOnlyList<GroupPart> parts, RecordRegistry registry)
    {
        var restored = parts.SelectMany(part => part.Overlay.Restored().Select(record => (part.Workspace, record.Type, record.Id))).ToArray();
        if (restored.Length > 0)
        {
            yield return $"""
                DELETE FROM engine.tombstones WHERE (workspace_id, type, record_id) IN (SELECT * FROM unnest(
                  {restored.Select(r => r.Workspace).ToArray()}, {restored.Select(r => r.Type.Name).ToArray()}, {restored.Select(r => r.Id).ToArray()}))
                """;
        }

        var graves = parts.SelectMany(part => part.Entries
            .SelectMany(entry => entry.Changes.Where(change => change.Kind == "delete").Select(change => (part.Workspace, Entry: entry, Change: change)))
            .Where(grave => part.Overlay.Kept(grave.Change.Type, grave.Change.Id) is null)
            .GroupBy(grave => (grave.Change.Type, grave.Change.Id)).Select(group => group.Last())).ToArray();
        if (graves.Length > 0)
        {
            yield return $"""
                INSERT INTO engine.tombstones (workspace_id, type, record_id, version, deleted_at, schema, before)
                SELECT workspace_id, type, id, version, at, {registry.Schema}, before::jsonb
                FROM unnest(
                  {graves.Select(g => g.Workspace).ToArray()}, {graves.Select(g => g.Change.Type.Name).ToArray()}, {graves.Select(g => g.Change.Id).ToArray()},
                  {graves.Select(g => g.Entry.Seq).ToArray()}, {graves.Select(g => g.Entry.At).ToArray()}, {graves.Select(g => g.Change.Before).ToArray()}
                ) AS row(workspace_id, type, id, version, at, before)
                """;
        }
    }

    private static Sql? Outcomes(IReadOnlyList<GroupPart> parts, DateTimeOffset now)
    {
        var rows = parts.SelectMany(part => part.Decided.Select(decided => (part.Workspace, decided.Transaction, decided.Outcome))).ToArray();
        if (rows.Length == 0)
            return null;
        return $"""
            INSERT INTO engine.outcomes (workspace_id, transaction_id, user_id, browser_id, mutation, outcome, seq, answer, at)
            SELECT workspace_id, id, user_id, browser_id, mutation, outcome, seq, answer::jsonb, {now}
            FROM unnest(
              {rows.Select(row => row.Workspace).ToArray()},
              {rows.Select(row => row.Transaction.Id).ToArray()},
              {rows.Select(row => row.Transaction.Actor.User).ToArray()},
              {rows.Select(row => row.Transaction.Origin?.Browser).ToArray()},
              {rows.Select(row => row.Transaction.Origin?.Mutation).ToArray()},
              {rows.Select(row => row.Outcome.Word).ToArray()},
              {rows.Select(row => row.Outcome.Seq).ToArray()},
              {rows.Select(row => row.Outcome.Stored).ToArray()}
            ) AS row(workspace_id, id, user_id, browser_id, mutation, outcome, seq, answer)
            """;
    }

    private static Sql? Browsers(IReadOnlyList<GroupPart> parts)
    {
        var moved = parts.SelectMany(part => part.Moved.Select(moved => (part.Workspace, moved.Browser, Last: moved.LastMutation))).ToArray();
        if (moved.Length == 0)
            return null;
        return $"""
            UPDATE engine.browsers AS b SET last_mutation = n.mutation
            FROM unnest({moved.Select(m => m.Workspace).ToArray()}, {moved.Select(m => m.Browser).ToArray()}, {moved.Select(m => m.Last).ToArray()}) AS n(workspace_id, browser_id, mutation)
            WHERE b.workspace_id = n.workspace_id AND b.browser_id = n.browser_id
            """;
    }
}
