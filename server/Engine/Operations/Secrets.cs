using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>Reads the values of secret fields, which is an action of its own: it needs a permission and leaves a trail.</summary>
public sealed class Secrets(Db db, RecordRegistry registry, AccessReader rights, TimeProvider clock)
{
    /// <param name="workspace">Whose record.</param>
    /// <param name="actor">Who asks. Must be able to read the record, and needs the permission <c>&lt;type&gt;.reveal</c>.</param>
    /// <param name="type">The record's type.</param>
    /// <param name="id">The record.</param>
    /// <param name="field">The name of a secret field.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The value, null where none is set; or why not.</returns>
    public async Task<(Failure? Failure, string? Value)> RevealAsync(
        Guid workspace, Actor actor, string type, Guid id, string field, CancellationToken cancel = default)
    {
        if (await rights.ReadAsync(workspace, actor, cancel) is not { } access)
            return (WriteFailures.NotHere(), null);
        if (registry.Find(type) is not { } known)
            return (OperationFailures.TypeUnknown.With($"There is no record type '{OperationReader.Shorten(type)}'.", "type"), null);
        if (known.Secrets.FirstOrDefault(secret => secret.Name == field) is not { } asked || !Reading.Sees(known, access, asked))
            return (FieldFailures.Unknown.With($"'{type}' has no secret '{OperationReader.Shorten(field)}'.", "field"), null);
        if (!access.Can(known.Permission("reveal")))
            return (PermissionFailures.Denied.With($"Your role lacks the permission {known.Permission("reveal")}.", null, ("permission", known.Permission("reveal"))), null);

        // One statement, which asks again who may read the record: no value comes out without its line in the trail.
        Sql readable = $"workspace_id = {workspace} AND id = {id} AND ({Reading.Where(known, access)})";
        var found = await db.In(workspace).FirstAsync<Found>(
            $"""
            WITH trail AS (
              INSERT INTO engine.reveals (workspace_id, id, type, record_id, field, is_system, via, user_id, session_id, at)
              SELECT {workspace}, {Guid.CreateVersion7()}, {type}, {id}, {field}, {actor.IsSystem}, {actor.Via}, {actor.User}, {actor.Session}, {clock.GetUtcNow()}
              FROM {known.Table} WHERE {readable} RETURNING 1)
            SELECT s.value FROM trail
            LEFT JOIN engine.secrets s ON s.workspace_id = {workspace} AND s.type = {type} AND s.record_id = {id} AND s.field = {field}
            """, cancel);
        return found is null ? (WriteFailures.NotFound.With($"There is no {type} {id}.", "id"), null) : (null, found.Value);
    }

    private sealed record Found
    {
        public string? Value { get; init; }
    }
}
