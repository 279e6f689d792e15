using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Records;

/// <summary>What fields of its own a workspace has defined.</summary>
internal static class CustomFields
{
    /// <summary>Those of one type; none where the type takes none.</summary>
    internal static async Task<IReadOnlyList<CustomField>> ReadAsync(DbTransaction database, RecordRegistry registry, Guid workspace, RecordType type, CancellationToken cancel)
    {
        if (!type.TakesCustomFields)
            return [];
        var definitions = registry.Of<CustomField>();
        var found = new List<CustomField>();
        await using var reader = await database.ReadAsync([definitions.Sql.SelectWhere(workspace, $"record_type = {type.Name}")], cancel);
        while (await reader.ReadAsync(cancel))
            found.Add((CustomField)definitions.Sql.Read(reader));
        return found;
    }

    /// <summary>Those that are in use, in their order.</summary>
    internal static async Task<IReadOnlyList<CustomField>> InUseAsync(DbTransaction database, RecordRegistry registry, Guid workspace, RecordType type, CancellationToken cancel) =>
    [
        .. (await ReadAsync(database, registry, workspace, type, cancel)).Where(definition => definition.Retired != true)
            .OrderBy(definition => definition.Order is null).ThenBy(definition => definition.Order, StringComparer.Ordinal).ThenBy(definition => definition.Key, StringComparer.Ordinal),
    ];
}
