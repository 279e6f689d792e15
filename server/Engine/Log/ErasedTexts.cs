using System.Text.Json;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Log;

/// <summary>The texts that a transaction erases, by record and field: what jobs carry of them goes as well.</summary>
internal sealed class ErasedTexts
{
    private readonly Dictionary<Guid, Dictionary<string, HashSet<string>>> _records = [];

    /// <summary>Notes the texts of a value, and of all that is in it.</summary>
    internal void Add(Guid record, string field, JsonElement value)
    {
        if (TextsOf(value).ToArray() is not { Length: > 0 } texts)
            return;
        if (!_records.TryGetValue(record, out var fields))
            _records[record] = fields = new(StringComparer.Ordinal);
        if (!fields.TryGetValue(field, out var held))
            fields[field] = held = new(StringComparer.Ordinal);
        held.UnionWith(texts);
    }

    /// <summary>Takes them out of the jobs of the workspace; null where there are none.</summary>
    internal Sql? Statement()
    {
        if (_records.Count == 0)
            return null;
        return $"SELECT engine.erase_jobs({new SqlJson(JsonSerializer.Serialize(_records))})";
    }

    private static IEnumerable<string> TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(TextsOf),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => TextsOf(member.Value)),
        _ => [],
    };
}
