using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>Operations that hold together or not at all.</summary>
public sealed record Transaction
{
    /// <summary>Never changes, however often the transaction is sent. Whoever repeats it gets the first outcome again.</summary>
    public required Guid Id { get; init; }

    public required Actor Actor { get; init; }

    public IReadOnlyList<Operation> Operations { get; init; } = [];

    /// <summary>The browser that sent it, with its number there; null for all other writers.</summary>
    public (Guid Browser, long Mutation)? Origin { get; init; }

    /// <summary>Under which number the tab speaks that sent it; a later tab of its browser has a higher one.</summary>
    public long Leader { get; init; }

    /// <summary>What was wrong with it already when it was read. Its outcome is this failure, and is stored like any other.</summary>
    public Failure? Refusal { get; init; }

    /// <summary>Whether a refusal is stored, as the answer to whoever repeats it. Not where it is composed anew when it is tried again: a job's, a merge.</summary>
    internal bool KeepsRefusal { get; init; } = true;

    /// <summary>Of which type the records are that keep one of its from being deleted, where the database refused that.</summary>
    internal RecordType? ReferredBy { get; init; }

    /// <summary>The log entry that led to it, where a reader of the log composed it.</summary>
    public long? Cause { get; init; }

    /// <summary>
    /// What it takes out of the log, once its operations are done. Only the server's commands erase. Such a transaction is
    /// written by itself, outside of any group.
    /// </summary>
    public IReadOnlyList<Erasure> Erasures { get; init; } = [];

    /// <summary>What it compacts in the log, which only the server does. Such a transaction is written by itself, outside of any group.</summary>
    public LogCompaction? Compaction { get; init; }

    /// <summary>Work that is asked for if it is applied: enqueued with it, by whoever acts, with its log entry as the cause.</summary>
    /// <exception cref="ArgumentException">A job that is shown stands for others as well.</exception>
    public IReadOnlyList<NewJob> Jobs
    {
        get;
        init => field = value.Any(job => job is { IsShown: true, OnceKey: not null })
            ? throw new ArgumentException("A job that is shown has a record of its own, and so no OnceKey.", nameof(value))
            : value;
    } = [];

    /// <summary>Statements on machine state that commit with it. Such a transaction is written by itself, outside of any group.</summary>
    public IReadOnlyList<Companion> Companions { get; init; } = [];
}

/// <summary>Composes the operations of the server's commands from typed records.</summary>
public static class Compose
{
    /// <summary>A create of <paramref name="record"/> with all its fields, under the given id.</summary>
    public static CreateOperation Create<T>(RecordRegistry registry, Guid id, T record)
        where T : Record
    {
        var type = registry.Of<T>();
        return new CreateOperation(type, id, [.. type.Fields.Select(field => (field, field.Get(record)))]);
    }

    /// <summary>A set of the field behind a property.</summary>
    public static SetOperation Set<T>(RecordRegistry registry, Guid id, string property, object? value)
        where T : Record
    {
        var type = registry.Of<T>();
        return new SetOperation(type, id, type.FieldOf(property), value);
    }
}
