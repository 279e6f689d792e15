using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>Reads the member <c>guard</c> of an operation: one guard, or a list of them.</summary>
internal static class GuardReader
{
    private const int Most = 10;
    private const string Expected = "{\"version\": n}, {\"field\": name, \"equals\": value}, {\"unique\": [field, …]}, or a list of at most 10 of these";

    /// <param name="json">The member.</param>
    /// <param name="type">The operation's record type.</param>
    /// <param name="existing">Whether there is a record before the operation, of which a guard can say something.</param>
    /// <param name="guards">What was read.</param>
    internal static Failure? ReadAll(JsonElement json, RecordType type, bool existing, out IReadOnlyList<Guard> guards)
    {
        guards = [];
        var items = json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().ToArray() : [json];
        if (items.Length is 0 or > Most)
            return OperationReader.Malformed("guard", Expected);
        var read = new List<Guard>(items.Length);
        foreach (var item in items)
        {
            if (Read(item, type, out var guard) is { } failure)
                return failure;
            if (!existing && guard is not UniqueGuard)
                return OperationReader.Malformed("guard", "{\"unique\": [field, …]}, for there is no record yet of which another guard could say something");
            read.Add(guard!);
        }

        guards = read;
        return null;
    }

    private static Failure? Read(JsonElement json, RecordType type, out Guard? guard)
    {
        guard = null;
        if (json.ValueKind != JsonValueKind.Object)
            return OperationReader.Malformed("guard", Expected);
        var members = json.EnumerateObject().Select(member => member.Name).ToArray();
        switch (members)
        {
            case ["version"] when NumberField.TryWhole(json.GetProperty("version"), out var version) && version >= 1:
                guard = new VersionGuard(version);
                return null;
            case ["field", "equals"] or ["equals", "field"] when OperationReader.TryText(json, "field", out var name):
                return ReadField(json, type, name, out guard);
            case ["unique"] when json.GetProperty("unique") is { ValueKind: JsonValueKind.Array } names && names.GetArrayLength() is > 0 and <= Most:
                return ReadUnique(names, type, out guard);
            default:
                return OperationReader.Malformed("guard", Expected);
        }
    }

    private static Failure? ReadField(JsonElement json, RecordType type, string name, out Guard? guard)
    {
        guard = null;
        if (Find(type, name, out var field) is { } failure)
            return failure;
        if (field!.TryRead(json.GetProperty("equals"), out var expected) is { } wrong)
            return wrong;
        guard = new FieldGuard(field, expected);
        return null;
    }

    private static Failure? ReadUnique(JsonElement names, RecordType type, out Guard? guard)
    {
        guard = null;
        var fields = new List<Field>();
        foreach (var item in names.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !TextRules.TryText(item, out var name))
                return OperationReader.Malformed("guard", Expected);
            if (Find(type, name, out var field) is { } failure)
                return failure;
            if (field is CustomValueField)
                return FieldFailures.Opaque.With($"'{name}' is a custom field, of which nothing is unique.", name);
            fields.Add(field!);
        }

        // Each guard looks through the table while others wait to write: so only where an index leads to the answer.
        if (!type.Uniques.Concat(type.Indexes.Where(index => !index.AcrossWorkspaces)).Any(index => index.Fields.All(fields.Contains)))
        {
            var allowed = type.Uniques.Concat(type.Indexes.Where(index => !index.AcrossWorkspaces)).Select(index => string.Join(" and ", index.Fields.Select(named => $"'{named.Name}'"))).ToArray();
            return FieldFailures.NotIndexed.With(
                allowed.Length == 0 ? $"No fields of '{type.Name}' are kept in an index." : $"Name at least {string.Join(", or ", allowed)}.", fields[0].Name, ("type", type.Name));
        }

        guard = new UniqueGuard(fields);
        return null;
    }

    private static Failure? Find(RecordType type, string name, out Field? field)
    {
        field = type.Find(name);
        if (field is null)
            return FieldFailures.Unknown.With($"'{type.Name}' has no field '{OperationReader.Shorten(name)}'.", OperationReader.Shorten(name));
        return field.Opaque ? FieldFailures.Opaque.With($"A guard cannot look inside '{name}'. Use a guard on the version.", name) : null;
    }
}
