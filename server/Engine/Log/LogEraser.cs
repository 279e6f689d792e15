using System.Text.Json;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>Carries out one <see cref="Erasure"/>, in the database transaction that appends the entry which tells of it.</summary>
/// <param name="database">That transaction.</param>
/// <param name="registry">The record types.</param>
/// <param name="workspace">Whose log.</param>
/// <param name="erasure">What goes.</param>
/// <param name="texts">Takes the texts that go.</param>
internal sealed class LogEraser(DbTransaction database, RecordRegistry registry, Guid workspace, Erasure erasure, ErasedTexts texts)
{
    private const int Page = 100;

    private readonly LogSealer _sealer = new(workspace);
    private readonly HashSet<string> _known = new(erasure.Type.Fields.Select(field => field.Name), StringComparer.Ordinal);

    /// <summary>The fields of which a newer entry has the last value.</summary>
    private readonly HashSet<string> _later = new(StringComparer.Ordinal);
    private bool _deleted;

    /// <returns>The fields of the type, and those that the log knows of the record besides; null where there never was such a record.</returns>
    internal async Task<IReadOnlySet<string>?> EraseAsync(CancellationToken cancel)
    {
        var heads = await ReadAsync<ChainHead>(RecordChain.SelectHeads(workspace, erasure.Type, [erasure.Id]), cancel);
        if (heads.Count == 0)
            return null;
        while (heads.Count > 0)
        {
            var rows = await ReadAsync<RecordChain.Row>(RecordChain.Select(workspace, erasure.Type, heads, Page), cancel);
            var changes = rows.ToDictionary(row => row.Seq, row => row.ToVersion(registry).Change);
            var seqs = changes.Keys.ToArray();
            var entries = await ReadAsync<StoredEntry>(
                $"SELECT {StoredEntry.SealedColumns} FROM engine.log WHERE workspace_id = {workspace} AND seq = ANY({seqs}) ORDER BY seq DESC", cancel);
            var gone = entries.Where(entry => !(entry.Seq > erasure.UpTo)).SelectMany(entry => Choose(entry, changes[entry.Seq]).Select(value => (entry.Seq, value))).ToArray();
            if (gone.Length > 0)
                await database.ExecuteAsync([Erase(gone)], cancel);
            heads = entries.Count > 0 && changes[entries[^1].Seq].Previous is > 0 and var previous
                ? [new ChainHead { Id = erasure.Id, Version = previous }]
                : [];
        }

        await database.ExecuteAsync([$"SELECT engine.erase_answers({erasure.Type.Name}, {erasure.Id}, {erasure.Fields?.ToArray()}, {erasure.UpTo})"], cancel);
        return _known;
    }

    /// <summary>The values of an entry that shall go; all newer entries have been asked before.</summary>
    private List<SealedValue> Choose(StoredEntry entry, RecordChange change)
    {
        _deleted |= change.Kind == "delete";
        using var changes = JsonDocument.Parse(entry.Changes);
        using var set = JsonDocument.Parse(change.Set);
        var names = set.RootElement.EnumerateObject().Select(field => field.Name).ToArray();
        var last = _deleted ? [] : names.Where(name => !_later.Contains(name)).ToArray();
        var gone = new List<SealedValue>();
        foreach (var value in _sealer.Values(entry))
        {
            var holder = changes.RootElement[value.Change];
            if (value.IsErased || holder.GetProperty("id").GetGuid() != erasure.Id || !holder.GetProperty("type").ValueEquals(erasure.Type.Name))
                continue;
            _known.Add(value.Field);
            // A field that was renamed since bears another name in the change; it counts as the last where any field of the change does.
            var isLast = value.Side == "set" && (names.Contains(value.Field) ? last.Contains(value.Field) : last.Length > 0);
            if (isLast || erasure.Fields?.Contains(value.Field) == false)
                continue;
            gone.Add(value);
            texts.Add(erasure.Id, value.Field, holder.GetProperty(value.Side).GetProperty(value.Field));
        }

        _later.UnionWith(names);
        return gone;
    }

    private Sql Erase(IEnumerable<(long Seq, SealedValue Value)> gone)
    {
        var values = new SqlJson(JsonText.Text(json =>
        {
            json.WriteStartArray();
            foreach (var (seq, value) in gone)
            {
                json.WriteStartObject();
                json.WriteNumber("seq", seq);
                json.WriteNumber("change", value.Change);
                json.WriteString("side", value.Side);
                json.WriteString("field", value.Field);
                json.WriteNumber("slot", value.Slot);
                if (value.Digest is not null)
                    json.WriteBase64String("digest", value.Digest);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }));
        return $"SELECT engine.erase({erasure.Type.Name}, {erasure.Id}, {values})";
    }

    private async Task<List<T>> ReadAsync<T>(Sql sql, CancellationToken cancel)
    {
        await using var reader = await database.ReadAsync([sql], cancel);
        return await DbAccess.ReadAllAsync<T>(reader, cancel);
    }
}
