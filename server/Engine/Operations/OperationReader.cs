using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

internal static class OperationFailures
{
    internal static readonly FailureCode Unknown = new("operation.unknown", 422, "There is no such operation.");
    internal static readonly FailureCode Malformed = new("operation.malformed", 422, "An operation is not well formed.");
    internal static readonly FailureCode TypeUnknown = new("record.type_unknown", 422, "There is no such record type.");
    internal static readonly FailureCode Empty = new("transaction.empty", 422, "A transaction holds at least one operation.");
    internal static readonly FailureCode TooLarge = new("transaction.too_large", 422, "A transaction holds more operations than it may.");
    internal static readonly FailureCode SchemaUnknown = new("transaction.schema_unknown", 422, "The transaction was made under a schema that this server does not know.");
}

/// <summary>Reads operations from outside. What it does not know it refuses; it ignores nothing.</summary>
internal sealed class OperationReader(RecordRegistry registry)
{
    internal const int MaxOperations = 100;

    /// <summary>Every operation there is.</summary>
    internal static readonly string[] Names = ["create", "set", "delete"];

    private static readonly string[] CreateMembers = ["op", "type", "id", "values"];
    private static readonly string[] SetMembers = ["op", "type", "id", "field", "value", "guard"];
    private static readonly string[] DeleteMembers = ["op", "type", "id", "guard"];

    internal Failure? ReadAll(JsonElement json, out IReadOnlyList<Operation> operations)
    {
        operations = [];
        if (json.ValueKind != JsonValueKind.Array)
            return Malformed("operations", "a list of operations");
        var count = json.GetArrayLength();
        if (count == 0)
            return OperationFailures.Empty.With("The transaction has no operations.", "operations");
        if (count > MaxOperations)
            return OperationFailures.TooLarge.With($"A transaction takes at most {MaxOperations} operations and got {count}.", "operations", ("max", MaxOperations));
        var read = new List<Operation>(count);
        foreach (var item in json.EnumerateArray())
        {
            if (Read(item, out var operation) is { } failure)
                return failure;
            read.Add(operation!);
        }

        operations = read;
        return null;
    }

    private Failure? Read(JsonElement json, out Operation? operation)
    {
        operation = null;
        if (json.ValueKind != JsonValueKind.Object || !TryText(json, "op", out var op))
            return Malformed("op", "an object with the member 'op'");
        var members = op switch { "create" => CreateMembers, "set" => SetMembers, "delete" => DeleteMembers, _ => null };
        if (members is null)
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
        if (ReadGuard(json, out var version) is { } guardFailure)
            return guardFailure;
        switch (op)
        {
            case "create":
                return ReadCreate(json, type, id, out operation);
            case "set":
                return ReadSet(json, type, id, version, out operation);
            default:
                operation = new DeleteOperation(type, id, version);
                return null;
        }
    }

    private static Failure? ReadCreate(JsonElement json, RecordType type, Guid id, out Operation? operation)
    {
        operation = null;
        if (!json.TryGetProperty("values", out var values) || values.ValueKind != JsonValueKind.Object)
            return Malformed("values", "an object of fields and values");
        var read = new List<(Field, object?)>();
        foreach (var member in values.EnumerateObject())
        {
            if (ReadValue(type, member.Name, member.Value, out var field, out var value) is { } failure)
                return failure;
            read.Add((field!, value));
        }

        operation = new CreateOperation(type, id, read);
        return null;
    }

    private static Failure? ReadSet(JsonElement json, RecordType type, Guid id, long? version, out Operation? operation)
    {
        operation = null;
        if (!TryText(json, "field", out var name))
            return Malformed("field", "the name of a field");
        if (!json.TryGetProperty("value", out var valueJson))
            return Malformed("value", "a value, or null to empty the field");
        if (ReadValue(type, name, valueJson, out var field, out var value) is { } failure)
            return failure;
        operation = new SetOperation(type, id, field!, value, version);
        return null;
    }

    private static Failure? ReadValue(RecordType type, string name, JsonElement json, out Field? field, out object? value)
    {
        value = null;
        field = type.Find(name);
        if (field is null)
            return FieldFailures.Unknown.With($"'{type.Name}' has no field '{Shorten(name)}'.", Shorten(name));
        return field.ReadOnly
            ? FieldFailures.ReadOnly.With($"'{name}' is set by the server alone.", name)
            : field.TryRead(json, out value);
    }

    private static Failure? ReadGuard(JsonElement json, out long? version)
    {
        version = null;
        if (!json.TryGetProperty("guard", out var guard))
            return null;
        if (guard.ValueKind != JsonValueKind.Object
            || guard.EnumerateObject().Count() != 1
            || !guard.TryGetProperty("version", out var number)
            || number.ValueKind != JsonValueKind.Number
            || !number.TryGetInt64(out var value)
            || value < 1)
            return Malformed("guard", "{\"version\": n} with a whole number of at least 1");
        version = value;
        return null;
    }

    private static bool TryText(JsonElement json, string member, out string text)
    {
        text = "";
        if (!json.TryGetProperty(member, out var value) || value.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static Failure Malformed(string member, string expected) =>
        OperationFailures.Malformed.With($"'{member}' must be {expected}.", member);

    /// <summary>What a stranger sent is repeated to him, but not at any length.</summary>
    private static string Shorten(string text) => text.Length <= 60 ? text : $"{text[..(char.IsHighSurrogate(text[59]) ? 59 : 60)]}…";
}
