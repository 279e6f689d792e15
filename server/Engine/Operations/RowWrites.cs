using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>The statements that bring the tables of a group's records up to date, in an order that the constraints allow.</summary>
internal static class RowWrites
{
    /// <remarks>
    /// What is referred to is written before what refers to it, and deleted after it. Deletes free what must be unique,
    /// so they come first where nothing refers to the type; where something does, its references come first, and a value
    /// that a delete frees is free for the next transaction. A type that refers to itself is inserted before it is
    /// updated, for a record may be moved under a new one; others are updated first, for what that frees.
    /// </remarks>
    internal static IEnumerable<Sql> Of(Guid workspace, IEnumerable<(RecordType Type, Record? Original, Record? Now)> changed, DateTimeOffset now)
    {
        var groups = changed.GroupBy(change => change.Type).OrderBy(group => group.Key.Rank).ToArray();
        var deletes = groups.Select(group => (Type: group.Key, Ids: group.Where(change => change.Now is null).Select(change => change.Original?.Id).OfType<Guid>().ToArray()))
            .Where(delete => delete.Ids.Length > 0).ToArray();
        foreach (var (type, ids) in deletes.Where(delete => !delete.Type.IsReferenced))
            yield return type.Sql.Delete(workspace, ids);
        foreach (var group in groups)
        {
            var type = group.Key;
            Record[] created = [.. group.Where(change => change.Original is null).Select(change => change.Now).OfType<Record>()];
            Record[] updated = [.. group.Where(change => change.Original is not null).Select(change => change.Now).OfType<Record>()];
            var refersToItself = type.References.Any(field => field.Target == type.Name);
            if (refersToItself && created.Length > 0)
                yield return type.Sql.Insert(workspace, created);
            if (updated.Length > 0)
                yield return type.Sql.Update(workspace, updated);
            if (!refersToItself && created.Length > 0)
                yield return type.Sql.Insert(workspace, created);
        }

        foreach (var (type, ids) in deletes.Where(delete => delete.Type.IsReferenced).Reverse())
            yield return type.Sql.Delete(workspace, ids);
        foreach (var sql in SecretWrites(workspace, groups.SelectMany(group => group), now))
            yield return sql;
    }

    private static IEnumerable<Sql> SecretWrites(Guid workspace, IEnumerable<(RecordType Type, Record? Original, Record? Now)> changed, DateTimeOffset now)
    {
        var touched = changed
            .SelectMany(change => change.Type.Secrets.Select(field => (
                Type: change.Type.Name,
                (change.Original ?? change.Now)?.Id,
                Field: field.Name,
                Before: change.Original is null ? null : (Secret?)field.Get(change.Original),
                After: change.Now is null ? null : (Secret?)field.Get(change.Now))))
            .Where(secret => !ReferenceEquals(secret.Before, secret.After)).ToArray();
        if (touched.Length == 0)
            yield break;
        yield return $"""
            DELETE FROM engine.secrets AS s
            USING unnest({touched.Select(t => t.Type).ToArray()}, {touched.Select(t => t.Id!.Value).ToArray()}, {touched.Select(t => t.Field).ToArray()}) AS t(type, id, field)
            WHERE s.workspace_id = {workspace} AND s.type = t.type AND s.record_id = t.id AND s.field = t.field
            """;
        var arriving = touched.Where(secret => secret.After?.Arriving is not null).ToArray();
        if (arriving.Length > 0)
        {
            yield return $"""
                INSERT INTO engine.secrets (workspace_id, type, record_id, field, value, set_at)
                SELECT {workspace}, type, id, field, value, {now}
                FROM unnest(
                  {arriving.Select(a => a.Type).ToArray()}, {arriving.Select(a => a.Id!.Value).ToArray()},
                  {arriving.Select(a => a.Field).ToArray()}, {arriving.Select(a => a.After!.Arriving!).ToArray()}
                ) AS row(type, id, field, value)
                """;
        }
    }
}
