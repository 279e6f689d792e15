using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>One step of a transaction on one record.</summary>
public abstract record Operation(RecordType Type, Guid Record);

/// <summary>Makes a record. Fields that are not named take the default of the type.</summary>
public sealed record CreateOperation(RecordType Type, Guid Record, IReadOnlyList<(Field Field, object? Value)> Values) : Operation(Type, Record);

/// <summary>Gives one field a value; null empties it.</summary>
/// <param name="Type">The record's type.</param>
/// <param name="Record">The record's id.</param>
/// <param name="Field">The field to set.</param>
/// <param name="Value">In the form that the field reads.</param>
/// <param name="Version">A guard: the operation holds only while the record has this version.</param>
public sealed record SetOperation(RecordType Type, Guid Record, Field Field, object? Value, long? Version = null) : Operation(Type, Record);

/// <summary>Removes a record; a tombstone stays.</summary>
public sealed record DeleteOperation(RecordType Type, Guid Record, long? Version = null) : Operation(Type, Record);

/// <summary>A statement on machine state that holds together with the transaction or not at all.</summary>
/// <param name="Statement">Must change exactly one row.</param>
/// <param name="Otherwise">The outcome where it does not.</param>
public sealed record Companion(Storage.Sql Statement, Failure Otherwise);
