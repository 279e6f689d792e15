using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>One step of a transaction on one record.</summary>
public abstract record Operation(RecordType Type, Guid Record)
{
    /// <summary>The operation holds only while all of these do.</summary>
    public IReadOnlyList<Guard> Guards { get; init; } = [];
}

/// <summary>Makes a record. Fields that are not named take the default of the type.</summary>
public sealed record CreateOperation(RecordType Type, Guid Record, IReadOnlyList<(Field Field, object? Value)> Values) : Operation(Type, Record);

/// <summary>A step that changes one field of a record that there is.</summary>
public abstract record FieldOperation(RecordType Type, Guid Record, Field Field) : Operation(Type, Record);

/// <summary>Gives one field a value; null empties it.</summary>
/// <param name="Type">The record's type.</param>
/// <param name="Record">The record's id.</param>
/// <param name="Field">The field to set.</param>
/// <param name="Value">In the form that the field reads.</param>
public sealed record SetOperation(RecordType Type, Guid Record, Field Field, object? Value) : FieldOperation(Type, Record, Field);

/// <summary>Adds to a number. An empty one counts as 0. The order of several makes no difference.</summary>
public sealed record IncrementOperation(RecordType Type, Guid Record, Field Field, long By) : FieldOperation(Type, Record, Field);

/// <summary>Puts an item into a list. One that is there already stays where it is.</summary>
public sealed record ListInsertOperation(RecordType Type, Guid Record, Field Field, string Item, ListPlace Place) : FieldOperation(Type, Record, Field);

/// <summary>Takes an item out of a list, if it is there.</summary>
public sealed record ListRemoveOperation(RecordType Type, Guid Record, Field Field, string Item) : FieldOperation(Type, Record, Field);

/// <summary>Removes a record; a tombstone stays.</summary>
public sealed record DeleteOperation(RecordType Type, Guid Record) : Operation(Type, Record);

/// <summary>Makes a deleted record again as it was, under its id. Its secrets stay gone.</summary>
public sealed record RestoreOperation(RecordType Type, Guid Record) : Operation(Type, Record);

/// <summary>
/// Where a new item goes: before or after another one, or at an index from 0. Nothing given, an index beyond the end
/// and an item that is not there all mean the end, so that what others did meanwhile refuses nothing.
/// </summary>
public sealed record ListPlace(string? Before = null, string? After = null, int? Index = null)
{
    public static ListPlace End { get; } = new();

    internal int In(IReadOnlyList<string> items)
    {
        var anchor = Before ?? After;
        for (var i = 0; anchor is not null && i < items.Count; i++)
        {
            if (string.Equals(items[i], anchor, StringComparison.Ordinal))
                return Before is null ? i + 1 : i;
        }

        return Math.Min(Index ?? items.Count, items.Count);
    }
}

/// <summary>A statement on machine state that holds together with the transaction or not at all.</summary>
/// <param name="Statement">Must change exactly one row, or find it.</param>
/// <param name="Otherwise">The outcome where it does not.</param>
public sealed record Companion(Storage.Sql Statement, Failure Otherwise);
