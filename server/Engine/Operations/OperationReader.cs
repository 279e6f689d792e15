using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

internal static class OperationFailures
{
    internal static readonly FailureCode Unknown = new("operation.unknown", 422, "There is no such operation.");
    internal static readonly FailureCode Malformed = new("operation.malformed", 422, "An operation is not well formed.");
    internal static readonly FailureCode TypeUnknown = new("record.type_unknown", 404, "There is no such record type, or you may not read it.");
    internal static readonly FailureCode Empty = new("transaction.empty", 422, "A transaction holds at least one operation.");
    internal static readonly FailureCode TooLarge = new("transaction.too_large", 422, "A transaction holds more operations than it may.");
    internal static readonly FailureCode TooOld = new("transaction.schema_too_old", 422, "The transaction was made under a schema that is too old to be brought up to date.");
    internal static readonly FailureCode SchemaUnknown = new("transaction.schema_unknown", 422, "The transaction was made under a schema that this server does not know.");
}

/// <summary>Reads operations from outside. What it does not know it refuses; it ignores nothing.</summary>
internal sealed class OperationReader(RecordRegistry registry)
{
    internal const int MaxOperations = 100;

    /// <summary>Each may read a whole table while nobody else writes.</summary>
    private const int MaxUniqueGuards = 10;

    /// <summary>Every operation there is, with its members.</summary>
    private static readonly OrderedDictionary<string, string[]> Known = new(StringComparer.Ordinal)
    {
        ["create"] = ["op", "type", "id", "values", "guard"],
        ["set"] = ["op", "type", "id", "field", "value", "guard"],
        ["increment"] = ["op", "type", "id", "field", "by", "guard"],
        ["listInsert"] = ["op", "type", "id", "field", "value", "at", "guard"],
        ["listRemove"] = ["op", "type", "id", "field", "value", "guard"],
        ["delete"] = ["op", "type", "id", "guard"],
        ["restore"] = ["op", "type", "id", "guard"],
    };

    private readonly OperationUpcaster _upcaster = new(registry);

    /// <summary>Every operation there is.</summary>
    internal static IEnumerable<string> Names => Known.Keys;

    /// <param name="json">An array: the list of operations.</param>
    /// <param name="schema">The schema under which they were made.</param>
    /// <param name="operations">In today's schema.</param>
    internal Failure? ReadAll(JsonElement json, long schema, out IReadOnlyList<Operation> operations)
    {
        operations = [];
        if (schema > registry.Schema)
            return OperationFailures.SchemaUnknown.With($"The schema here is {registry.Schema}.", "schema", ("supported", registry.Schema));
        if (schema < RecordRegistry.OldestSchema)
        {
            return OperationFailures.TooOld.With(
                $"The oldest schema taken here is {RecordRegistry.OldestSchema}. Export what is queued, reload, and enter it anew.",
                "schema", ("min", RecordRegistry.OldestSchema));
        }

        var count = json.GetArrayLength();
        if (count == 0)
            return OperationFailures.Empty.With("The transaction has no operations.", "operations");
        if (count > MaxOperations)
            return OperationFailures.TooLarge.With($"A transaction takes at most {MaxOperations} operations and got {count}.", "operations", ("max", MaxOperations));
        if (schema < registry.Schema)
            json = _upcaster.Upcast(json, (int)schema);
        var read = new List<Operation>(count);
        foreach (var item in json.EnumerateArray())
        {
            if (Read(item, out var operation) is { } failure)
                return failure.Of(read.Count, Named(item, "type"), Named(item, "id"));
            read.Add(operation!);
        }

        if (read.Sum(operation => operation.Guards.OfType<UniqueGuard>().Count()) > MaxUniqueGuards)
            return OperationFailures.TooLarge.With($"A transaction takes at most {MaxUniqueGuards} guards for what must be unique.", "operations", ("max", MaxUniqueGuards));
        operations = read;
        return null;
    }

    /// <summary>What the sender calls it, where that can be repeated to him.</summary>
    private static string? Named(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && TryText(json, member, out var text) ? Shorten(text) : null;

    private Failure? Read(JsonElement json, out Operation? operation)
    {
        operation = null;
        if (json.ValueKind != JsonValueKind.Object || !TryText(json, "op", out var op))
            return Malformed("op", "an object with the member 'op'");
        if (!Known.TryGetValue(op, out var members))
            return OperationFailures.Unknown.With($"'{Shorten(op)}' is not an operation. Known are {string.Join(", ", Names)}.", "op");
        foreach (var member in json.EnumerateObject())
        {
            if (!members.Contains(member.Name, StringComparer.Ordinal))
                return OperationFailures.Malformed.With($"'{op}' has no member '{Shorten(member.Name)}'. It takes {string.Join(", ", members)}.", Shorten(member.Name));
        }

        if (!TryText(json, "type", out var typeName))
            return Malformed("type", "the name of a record type");
        if (registry.Find(typeName) is not { } type)
            return OperationFailures.TypeUnknown.With($"There is no record type '{Shorten(typeName)}'.", "type");
        if (!json.TryGetProperty("id", out var idJson) || idJson.ValueKind != JsonValueKind.String || !idJson.TryGetGuid(out var id) || id.Version != 7)
            return Malformed("id", "a UUID of version 7");
        if (ReadStep(op, json, type, id, out operation) is { } failure)
            return failure;
        if (!json.TryGetProperty("guard", out var guardJson))
            return null;
        if (GuardReader.ReadAll(guardJson, type, existing: op is not ("create" or "restore"), out var guards) is { } guardFailure)
            return guardFailure;
        operation = operation! with { Guards = guards };
        return null;
    }

    private static Failure? ReadStep(string op, JsonElement json, RecordType type, Guid id, out Operation? operation)
    {
        operation = null;
        if (op == "create")
            return ReadCreate(json, type, id, out operation);
        if (op is "delete" or "restore")
        {
            operation = op == "delete" ? new DeleteOperation(type, id) : new RestoreOperation(type, id);
            return null;
        }

        if (!TryText(json, "field", out var name))
            return Malformed("field", "the name of a field");
        if (ReadField(type, name, out var field) is { } failure)
            return failure;
        return op switch
        {
            "set" => ReadSet(json, type, id, field!, out operation),
            "increment" => ReadIncrement(json, type, id, field!, out operation),
            _ => ReadListStep(op, json, type, id, field!, out operation),
        };
    }

    private static Failure? ReadCreate(JsonElement json, RecordType type, Guid id, out Operation? operation)
    {
        operation = null;
        if (!json.TryGetProperty("values", out var values) || values.ValueKind != JsonValueKind.Object)
            return Malformed("values", "an object of fields and values");
        var read = new List<(Field, object?)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in values.EnumerateObject())
        {
            if (!names.Add(member.Name))
                return OperationFailures.Malformed.With($"'{Shorten(member.Name)}' is named twice.", Shorten(member.Name));
            if (ReadField(type, member.Name, out var field) is { } failure)
                return failure;
            if (field!.TryRead(member.Value, out var value) is { } wrong)
                return wrong;
            read.Add((field, value));
        }

        operation = new CreateOperation(type, id, read);
        return null;
    }

    private static Failure? ReadSet(JsonElement json, RecordType type, Guid id, Field field, out Operation? operation)
    {
        operation = null;
        if (!json.TryGetProperty("value", out var valueJson))
            return Malformed("value", "a value, or null to empty the field");
        if (field.TryRead(valueJson, out var value) is { } failure)
            return failure;
        operation = new SetOperation(type, id, field, value);
        return null;
    }

    private static Failure? ReadIncrement(JsonElement json, RecordType type, Guid id, Field field, out Operation? operation)
    {
        operation = null;
        if (field is not (NumberField or CustomValueField))
            return FieldFailures.WrongKind.With($"'{field.Name}' is no number, so nothing adds to it.", field.Name, ("expected", "a whole number"));
        if (!json.TryGetProperty("by", out var byJson) || !NumberField.TryWhole(byJson, out var by))
            return Malformed("by", $"a whole number from {-NumberField.Exact} to {NumberField.Exact}");
        operation = new IncrementOperation(type, id, field, by);
        return null;
    }

    private static Failure? ReadListStep(string op, JsonElement json, RecordType type, Guid id, Field field, out Operation? operation)
    {
        operation = null;
        if (field is not (TextListField or CustomValueField))
            return FieldFailures.WrongKind.With($"'{field.Name}' is no list. Use set.", field.Name, ("expected", "a list of text"));
        if (!json.TryGetProperty("value", out var itemJson) || itemJson.ValueKind != JsonValueKind.String || !TextRules.TryText(itemJson, out var item))
            return Malformed("value", "an item of the list: a text");
        item = Nfc.Of(item);
        if (op == "listRemove")
        {
            operation = new ListRemoveOperation(type, id, field, item);
            return null;
        }

        if (field is TextListField list && list.TryReadItem(itemJson, out _) is { } failure)
            return failure;
        if (ReadPlace(json, out var place) is { } malformed)
            return malformed;
        operation = new ListInsertOperation(type, id, field, item, place);
        return null;
    }

    private static Failure? ReadPlace(JsonElement json, out ListPlace place)
    {
        const string Expected = "{\"before\": item}, {\"after\": item} or {\"index\": n}";
        place = ListPlace.End;
        if (!json.TryGetProperty("at", out var at))
            return null;
        if (at.ValueKind != JsonValueKind.Object || at.EnumerateObject().Count() != 1)
            return Malformed("at", Expected);
        if (TryText(at, "before", out var before))
            place = new ListPlace(Before: Nfc.Of(before));
        else if (TryText(at, "after", out var after))
            place = new ListPlace(After: Nfc.Of(after));
        else if (at.TryGetProperty("index", out var index) && NumberField.TryWhole(index, out var number) && number >= 0)
            place = new ListPlace(Index: (int)Math.Min(number, int.MaxValue));
        else
            return Malformed("at", Expected);
        return null;
    }

    /// <summary>The field of a name, where an operation may change it.</summary>
    internal static Failure? ReadField(RecordType type, string name, out Field? field)
    {
        field = type.Find(name);
        if (field is null)
            return FieldFailures.Unknown.With($"'{type.Name}' has no field '{Shorten(name)}'.", Shorten(name));
        return field.ReadOnly ? FieldFailures.ReadOnly.With($"'{name}' is set by the server alone.", name) : null;
    }

    internal static bool TryText(JsonElement json, string member, out string text)
    {
        text = "";
        return json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && TextRules.TryText(value, out text);
    }

    internal static Failure Malformed(string member, string expected) =>
        OperationFailures.Malformed.With($"'{member}' must be {expected}.", member);

    /// <summary>What a stranger sent is repeated to him, but not at any length.</summary>
    internal static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..(char.IsHighSurrogate(text[59]) ? 59 : 60)]}…";
}
