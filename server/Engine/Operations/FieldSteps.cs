using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>What each operation does to the field that it names.</summary>
internal static class FieldSteps
{
    /// <param name="record">Is changed.</param>
    /// <param name="operation">What to do.</param>
    /// <param name="field">The field that the operation names, of its true kind where it is a custom one.</param>
    /// <returns>What stands against it, or null.</returns>
    internal static Failure? Apply(Record record, FieldOperation operation, Field field)
    {
        switch (operation, field)
        {
            case (SetOperation set, _):
                return Set(record, set.Field, field, set.Value);
            case (IncrementOperation increment, NumberField number):
                return Increment(record, number, increment.By);
            case (ListInsertOperation insert, TextListField list):
                return Insert(record, list, insert);
            case (ListRemoveOperation remove, TextListField list):
                list.Set(record, Items(record, list).Where(item => !string.Equals(item, remove.Item, StringComparison.Ordinal)).ToArray());
                return null;
            case (IncrementOperation, _):
                return FieldFailures.WrongKind.With($"'{field.Name}' is no number, so nothing adds to it.", field.Name, ("expected", "a whole number"));
            default:
                return FieldFailures.WrongKind.With($"'{field.Name}' is no list. Use set.", field.Name, ("expected", "a list of text"));
        }
    }

    /// <summary>Gives a value to a field; that of a custom field was read as JSON of any kind and is judged now.</summary>
    internal static Failure? Set(Record record, Field named, Field field, object? value)
    {
        if (!ReferenceEquals(named, field) && field.TryRead(JsonText.Parse((string?)value ?? "null"), out value) is { } failure)
            return failure;
        field.Set(record, value);
        return null;
    }

    private static Failure? Increment(Record record, NumberField field, long by)
    {
        var sum = (Int128)((long?)field.Get(record) ?? 0) + by;
        if (field.CheckRange(sum) is { } failure)
            return failure;
        field.Set(record, (long)sum);
        return null;
    }

    private static Failure? Insert(Record record, TextListField field, ListInsertOperation insert)
    {
        if (field.TryReadItem(JsonSerializer.SerializeToElement(insert.Item), out var item) is { } failure)
            return failure;
        var items = Items(record, field);
        if (items.Contains(item, StringComparer.Ordinal))
            return null;
        if (field.CheckCount(items.Count + 1) is { } tooMany)
            return tooMany;
        var place = insert.Place.In(items);
        field.Set(record, (string[])[.. items.Take(place), item, .. items.Skip(place)]);
        return null;
    }

    private static IReadOnlyList<string> Items(Record record, TextListField field) => (IReadOnlyList<string>)field.Get(record)!;
}
