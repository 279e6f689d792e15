using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>What a group did to one record: as the tables hold it, and as they shall.</summary>
internal sealed record RowChange(Guid Workspace, RecordType Type, Record? Original, Record? Now)
{
    internal Guid Id => (Original ?? Now)!.Id;
}

/// <summary>The statements that bring the tables of a group's records up to date, in an order that the constraints allow.</summary>
internal static class RowWrites
{
    /// <remarks>
    /// What is referred to is written before what refers to it, and deleted after it. Deletes free what must be unique,
    /// so they come first where nothing refers to the type; where something does, its references come first, and a value
    /// that a delete frees is free for the next transaction. A type that refers to itself is inserted before it is
    /// updated, for a record may be moved under a new one; others are updated first, for what that frees.
    /// </remarks>
    internal static IEnumerable<Sql> Of(IEnumerable<RowChange> changed, DateTimeOffset now)
    {
        var groups = changed.GroupBy(change => change.Type).OrderBy(group => group.Key.Rank).ToArray();
        var deletes = groups.Select(group => (Type: group.Key, Keys: group.Where(change => change.Now is null).Select(change => (change.Workspace, change.Id)).ToArray()))
            .Where(delete => delete.Keys.Length > 0).ToArray();
        foreach (var (type, keys) in deletes.Where(delete => !delete.Type.IsReferenced))
            yield return type.Sql.Delete(keys);
        foreach (var group in groups)
        {
            var type = group.Key;
            (Guid, Record)[] created = [.. group.Where(change => change.Original is null).Select(change => (change.Workspace, change.Now!))];
            (Guid, Record)[] updated = [.. group.Where(change => change is { Original: not null, Now: not null }).Select(change => (change.Workspace, change.Now!))];
            var refersToItself = type.References.Any(field => field.Target == type.Name);
            if (refersToItself && created.Length > 0)
                yield return type.Sql.Insert(created);
            if (updated.Length > 0)
                yield return type.Sql.Update(updated);
            if (!refersToItself && created.Length > 0)
                yield return type.Sql.Insert(created);
        }

        foreach (var (type, keys) in deletes.Where(delete => delete.Type.IsReferenced).Reverse())
            yield return type.Sql.Delete(keys);
        foreach (var sql in SecretWrites(groups.SelectMany(group => group), now))
            yield return sql;
    }

    private static IEnumerable<Sql> SecretWrites(IEnumerable<RowChange> changed, DateTimeOffset now)
    {
        var touched = changed
            .SelectMany(change => change.Type.Secrets.Select(field => (
                change.Workspace,
                Type: change.Type.Name,
                change.Id,
                Field: field.Name,
                Before: change.Original is null ? null : (Secret?)field.Get(change.Original),
                After: change.Now is null ? null : (Secret?)field.Get(change.Now))))
            .Where(secret => !ReferenceEquals(secret.Before, secret.After)).ToArray();
        if (touched.Length == 0)
            yield break;
        yield return $"""
            DELETE FROM engine.secrets WHERE (workspace_id, type, record_id, field) IN (SELECT * FROM unnest(
              {touched.Select(t => t.Workspace).ToArray()}, {touched.Select(t => t.Type).ToArray()}, {touched.Select(t => t.Id).ToArray()}, {touched.Select(t => t.Field).ToArray()}))
            """;
        var arriving = touched.Where(secret => secret.After?.Arriving is not null).ToArray();
        if (arriving.Length > 0)
        {
            yield return $"""
                INSERT INTO engine.secrets (workspace_id, type, record_id, field, value, set_at)
                SELECT workspace_id, type, id, field, value, {now}
                FROM unnest(
                  {arriving.Select(a => a.Workspace).ToArray()}, {arriving.Select(a => a.Type).ToArray()}, {arriving.Select(a => a.Id).ToArray()},
                  {arriving.Select(a => a.Field).ToArray()}, {arriving.Select(a => a.After!.Arriving!).ToArray()}
                ) AS row(workspace_id, type, id, field, value)
                """;
        }
    }
}
