using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>A condition that an operation carries. Where it does not hold, the transaction is a conflict.</summary>
public abstract record Guard;

/// <summary>The record is still as it was at this version.</summary>
public sealed record VersionGuard(long Version) : Guard;

/// <summary>The field holds this value before the operation.</summary>
public sealed record FieldGuard(Field Field, object? Expected) : Guard;

/// <summary>After the operation no other record holds these values. Where one of them is empty, the guard holds.</summary>
public sealed record UniqueGuard(IReadOnlyList<Field> Fields) : Guard;

/// <summary>Whether guards hold.</summary>
internal static class GuardChecks
{
    /// <summary>Tests what must hold before the operation.</summary>
    /// <param name="operation">With the guards.</param>
    /// <param name="record">Before the operation.</param>
    /// <param name="head">The newest sequence number.</param>
    internal static Failure? CheckBefore(Operation operation, Record record, long head)
    {
        foreach (var guard in operation.Guards)
        {
            switch (guard)
            {
                case VersionGuard { Version: var version } when version > head:
                    return WriteFailures.FromFuture.With($"The guard names version {version}, but the newest is {head}.", "guard", ("head", head));
                case VersionGuard { Version: var version } when version != record.Version:
                    return WriteFailures.Changed.With(
                        $"The guard names version {version}, but the record has {record.Version}.", "guard", ("version", record.Version));
                case FieldGuard { Field: var field, Expected: var expected } when !field.Same(field.Get(record), expected):
                    return WriteFailures.Changed.With($"'{field.Name}' no longer holds what the guard expects.", field.Name, ("version", record.Version));
            }
        }

        return null;
    }

    /// <summary>Tests what must hold after the operation.</summary>
    internal static Failure? CheckAfter(Operation operation, Record record, Overlay overlay, Facts facts)
    {
        foreach (var guard in operation.Guards.OfType<UniqueGuard>())
        {
            if (guard.Fields.All(field => !field.IsEmpty(field.Get(record))) && IsTaken(operation.Type, record, guard.Fields, overlay, facts))
                return WriteFailures.NotUnique.With("Another record holds this already.", guard.Fields[0].Name);
        }

        return null;
    }

    private static bool IsTaken(RecordType type, Record record, IReadOnlyList<Field> fields, Overlay overlay, Facts facts) =>
        overlay.AllOf(type).Any(other => other.Id != record.Id && fields.All(field => field.Same(field.Get(other), field.Get(record))))
        || facts.Ask(new SameValues(type, record, fields)).Any(id => !overlay.Knows(type, id));
}
