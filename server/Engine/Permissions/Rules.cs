using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

public static class PermissionFailures
{
    public static readonly FailureCode Denied = new("permission.denied", 403, "Your role does not permit this.");
    public static readonly FailureCode GrantMoved = new("permission.grant_moved", 422, "What opens something to someone is made and deleted, but not moved to someone or something else.");
    public static readonly FailureCode OutOfReach = new("permission.out_of_reach", 403, "The record would be one that you may not read.");
}

/// <summary>One record before and after a transaction, and who changes it.</summary>
/// <param name="Access">What the actor may do.</param>
/// <param name="Before">Null where the record is created.</param>
/// <param name="After">Null where it is deleted.</param>
/// <param name="All">Every record of the type as it will be, where the type says <see cref="RecordAttribute.RulesSeeAll"/>; else empty.</param>
/// <param name="Chain">Finds what the record refers to, as it will be.</param>
public sealed record Change<T>(Access Access, T? Before, T? After, IReadOnlyList<T> All, Func<Type, Guid, Record?> Chain)
    where T : Record
{
    /// <summary>The record that this one refers to; null where there is none, or none is named.</summary>
    public TOther? Find<TOther>(Guid? id)
        where TOther : Record => id is { } known ? (TOther?)Chain(typeof(TOther), known) : null;
}

/// <summary>Who may change records of a type, and how. The permission of the role comes first; rules narrow it.</summary>
public abstract class Rules
{
    internal abstract Failure? Check(Access access, Record? before, Record? after, IEnumerable<Record> all, Func<Type, Guid, Record?> chain);
}

/// <inheritdoc cref="Rules"/>
public class Rules<T> : Rules
    where T : Record
{
    /// <summary>What stands against the change, or null. Sees each changed record once a transaction.</summary>
    protected virtual Failure? Check(Change<T> change) => null;

    internal sealed override Failure? Check(Access access, Record? before, Record? after, IEnumerable<Record> all, Func<Type, Guid, Record?> chain) =>
        Check(new Change<T>(access, (T?)before, (T?)after, [.. all.Cast<T>()], chain));
}
