using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Queries;

/// <summary>
/// What concerns one person in a workspace, for himself: the records that he wrote or that name him, as far as he may read them today,
/// and which transactions were his. Read in short snapshots, each with the rights of its moment.
/// </summary>
public sealed class PersonRecords(RecordRegistry registry, AccessReader accesses)
{
    private const int Page = 500;

    // Entries of others are passed over, so a page of the log is larger.
    private const int Entries = 5000;

    /// <summary>Each record that he made, changed last, or is named in, as one line of JSON: <c>{"type":…,"id":…,"values":{…}}</c>.</summary>
    /// <param name="workspace">Where.</param>
    /// <param name="person">Whose; nothing comes where he is no member.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async IAsyncEnumerable<string> RecordsAsync(Guid workspace, Actor person, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var type in registry.All)
        {
            IReadOnlyList<Record> page = [];
            do
            {
                var lines = new List<string>();
                await using (var visit = await accesses.EnterAsync(workspace, person, cancel))
                {
                    if (visit is null || !Reading.AllowsSome(type, visit.Access))
                        break;
                    page = await ReadAsync(visit, workspace, type, page.Count == 0 ? Guid.Empty : page[^1].Id, cancel);
                    lines.AddRange(page.Select(record => JsonText.Text(json => type.Write(json, record, field => Reading.Sees(type, visit.Access, field)))));
                }

                foreach (var line in lines)
                    yield return line;
            }
            while (page.Count == Page);
        }
    }

    /// <summary>
    /// Each transaction of his as one line of JSON: when, through what, and which fields of which records it touched. Their values stand
    /// in the records, where he may read them.
    /// </summary>
    /// <param name="workspace">Where.</param>
    /// <param name="person">Whose; nothing comes where he is no member.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async IAsyncEnumerable<string> TransactionsAsync(Guid workspace, Actor person, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        long from = 0, head = long.MaxValue;
        while (from < head)
        {
            var lines = new List<string>();
            await using (var visit = await accesses.EnterAsync(workspace, person, cancel))
            {
                if (visit is null)
                    yield break;
                await using var reader = await visit.Database.ReadAsync(
                    [
                        $"SELECT coalesce(max(seq), 0) FROM engine.log WHERE workspace_id = {workspace}",
                        $"""
                        SELECT jsonb_build_object('seq', seq, 'at', at, 'via', via, 'isSystem', is_system, 'changes', (
                            SELECT coalesce(jsonb_agg(jsonb_build_object('type', change ->> 'type', 'id', change ->> 'id', 'kind', change ->> 'kind',
                              'fields', (SELECT coalesce(jsonb_agg(name), '[]') FROM jsonb_object_keys(change -> 'set') AS name)) ORDER BY place), '[]')
                            FROM jsonb_array_elements(changes) WITH ORDINALITY AS listed(change, place)))::text
                        FROM engine.log WHERE workspace_id = {workspace} AND seq > {from} AND seq <= {from + Entries} AND user_id = {person.User} ORDER BY seq
                        """,
                    ], cancel);
                await reader.ReadAsync(cancel);
                head = reader.GetInt64(0);
                await reader.NextResultAsync(cancel);
                while (await reader.ReadAsync(cancel))
                    lines.Add(reader.GetString(0));
            }

            foreach (var line in lines)
                yield return line;
            from += Entries;
        }
    }

    private static async Task<IReadOnlyList<Record>> ReadAsync(Visit visit, Guid workspace, RecordType type, Guid after, CancellationToken cancel)
    {
        var (database, access) = visit;
        Guid[] himself = [.. new[] { access.Actor.User, access.Member }.OfType<Guid>()];
        Sql concerns = Sql.Join("OR", "false",
        [
            $"created_by = {access.Actor.User}",
            $"updated_by = {access.Actor.User}",
            .. type.Fields.OfType<ReferenceField>().Where(field => Reading.Sees(type, access, field)).Select(field => (Sql)$"{new SqlName(field.Column)} = ANY({himself})"),
        ]);
        await using var reader = await database.ReadAsync(
            [type.Sql.SelectFrom(workspace, $"({Reading.Where(type, access)}) AND ({concerns}) AND id > {after} ORDER BY id LIMIT {Page}")], cancel);
        var records = new List<Record>();
        while (await reader.ReadAsync(cancel))
            records.Add(type.Sql.Read(reader));
        return records;
    }
}
