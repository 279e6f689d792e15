using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>What custom fields are in the workspace, and what that means for the records of a transaction.</summary>
internal sealed class CustomRules(RecordRegistry registry, Overlay overlay, Facts facts)
{
    /// <summary>How many fields of its own a workspace defines for one type. They are read with every write of a record of the type.</summary>
    private const int Most = 200;

    private readonly RecordType _definitions = registry.Of<CustomField>();
    private ILookup<string, Defined>? _known;

    private sealed record Defined(CustomField Definition, Field Field);

    /// <summary>A custom field as it is defined, another one as it is; null where nobody defined it.</summary>
    internal Field? Resolve(RecordType type, Field field) => field is CustomValueField custom
        ? DefinitionsOf(type).FirstOrDefault(defined => string.Equals(defined.Definition.Key, custom.Key, StringComparison.Ordinal))?.Field
        : field;

    /// <summary>To be called before a transaction, and where it changes what is defined.</summary>
    internal void Forget() => _known = null;

    internal static Failure Unknown(RecordType type, Field field)
    {
        var name = OperationReader.Shorten(field.Name);
        return FieldFailures.Unknown.With($"'{type.Name}' has no field '{name}'.", name);
    }

    /// <summary>What stands against a changed record.</summary>
    internal Failure? Check(RecordType type, Record? before, Record after)
    {
        if (after is CustomField definition)
            return CheckDefinition((CustomField?)before, definition);
        if (!type.TakesCustomFields)
            return null;
        foreach (var field in DefinitionsOf(type).Where(defined => defined.Definition is { Required: true, Retired: not true }).Select(defined => defined.Field))
        {
            var emptied = before is null || !field.IsEmpty(field.Get(before));
            if (emptied && field.IsEmpty(field.Get(after)))
                return FieldFailures.Required.With($"'{field.Name}' must not be empty.", field.Name);
        }

        return null;
    }

    private Failure? CheckDefinition(CustomField? before, CustomField after)
    {
        if (registry.Find(after.RecordType!) is not { TakesCustomFields: true } type)
            return CustomFieldFailures.NoCustomFields.With($"Records of the type '{after.RecordType}' take no custom fields.", "recordType");
        if (before is not null && before.RecordType != after.RecordType)
            return CustomFieldFailures.Fixed.With("Define a new field for the other type.", "recordType");
        if (before is not null && before.Key != after.Key)
            return CustomFieldFailures.Fixed.With("Define a new field under the other key, or change the label.", "key");
        if (overlay.AllOf(_definitions).Cast<CustomField>().Any(other => other.Id != after.Id && other.RecordType == after.RecordType && other.Key == after.Key))
            return CustomFieldFailures.KeyTaken.With($"'{after.RecordType}' has a custom field with the key '{after.Key}' already. Take another key.", "key");
        if (after.Kind == "choice" && after.Choices.Count == 0)
            return FieldFailures.Required.With("A choice needs words to choose from.", "choices");
        if (before is null && DefinitionsOf(type).Skip(Most).Any())
            return CustomFieldFailures.TooMany.With($"A workspace defines up to {Most} fields for one type. Delete one that nobody needs.", "recordType", ("max", Most));
        return before?.Kind != after.Kind && HasValues(type, after.Key!) && !IsRestored(before, after)
            ? CustomFieldFailures.HasValues.With($"Records hold values under '{after.Key}'. Take another key, or restore the field that was deleted.", "kind")
            : null;
    }

    /// <summary>A definition that comes back fits the values that stayed.</summary>
    private bool IsRestored(CustomField? before, CustomField after) =>
        before is null && overlay.Deleted(_definitions, after.Id) is CustomField deleted && deleted.Kind == after.Kind;

    /// <summary>Whether there were values before this transaction; its own were judged by the new definition.</summary>
    private bool HasValues(RecordType type, string key) =>
        overlay.KeptOf(type).Any(record => record.Custom.ContainsKey(key)) || facts.Ask(new HasCustomValues(type, key));

    private IEnumerable<Defined> DefinitionsOf(RecordType type)
    {
        // One that is not whole yet defines nothing; it is refused further on.
        _known ??= overlay.AllOf(_definitions).Cast<CustomField>().Where(definition => _definitions.CheckWhole(definition) is null)
            .Select(definition => new Defined(definition, definition.Field())).ToLookup(defined => defined.Definition.RecordType!, StringComparer.Ordinal);
        return _known[type.Name];
    }
}
