using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Operations;

/// <summary>A record that refers to another one.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Record">As the tables hold it.</param>
/// <param name="Field">By which it refers.</param>
/// <param name="IsPart">Whether it makes no sense without the other: its reference is required, or it is about the other.</param>
internal sealed record Referrer(RecordType Type, Record Record, ReferenceField Field, bool IsPart);

/// <summary>Finds what lies below records, as far as someone may read it.</summary>
internal sealed class Referrers(DbTransaction database, RecordRegistry registry, Guid workspace, Access access)
{
    /// <param name="type">Of the records above.</param>
    /// <param name="ids">The records above.</param>
    /// <param name="most">How many of each kind are read.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async Task<IReadOnlyList<Referrer>> FindAsync(RecordType type, Guid[] ids, int most, CancellationToken cancel)
    {
        var found = new List<Referrer>();
        foreach (var below in registry.All)
        {
            foreach (var field in below.References.Where(field => field.Target == type.Name))
                await ReadAsync(below, field, $"{new SqlName(field.Column)} = ANY({ids})", field.Required);
            foreach (var (field, named) in below.Loose)
                await ReadAsync(below, field, $"{new SqlName(field.Column)} = ANY({ids}) AND {new SqlName(named.Column)} = {type.Name}", isPart: true);
        }

        return found;

        async Task ReadAsync(RecordType below, ReferenceField field, Sql where, bool isPart)
        {
            var records = await FindAsync(below, $"({where}) AND ({Reading.Where(below, access)}) LIMIT {most}", cancel);
            found.AddRange(records.Select(record => new Referrer(below, record, field, isPart)));
        }
    }

    /// <summary>Those of some records that there are, and that he may read.</summary>
    internal Task<IReadOnlyList<Record>> FindAsync(RecordType type, Guid[] ids, CancellationToken cancel) =>
        FindAsync(type, $"id = ANY({ids}) AND ({Reading.Where(type, access)})", cancel);

    private async Task<IReadOnlyList<Record>> FindAsync(RecordType type, Sql conditionAndMore, CancellationToken cancel)
    {
        var records = new List<Record>();
        await using var reader = await database.ReadAsync([type.Sql.SelectFrom(workspace, conditionAndMore)], cancel);
        while (await reader.ReadAsync(cancel))
            records.Add(type.Sql.Read(reader));
        return records;
    }
}
