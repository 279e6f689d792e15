using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Permissions;

public static class PermissionFailures
{
    public static readonly FailureCode Denied = new("permission.denied", 403, "Your role does not permit this.");
    public static readonly FailureCode GrantMoved = new("permission.grant_moved", 422, "What opens something to someone is made and deleted, but not moved to someone or something else.");
    public static readonly FailureCode ProofRequired = new("auth.proof_required", 401, "This takes the password once more.");
    public static readonly FailureCode OutOfReach = new("permission.out_of_reach", 403, "The record would be one that you may not read.");

    /// <summary>The answer to whoever makes somebody powerful without having proven the password lately.</summary>
    internal static Failure NotProven(string field) =>
        ProofRequired.With("Prove it by POST /api/session/proof, then send this anew under another id. A token cannot.", field);
}

/// <summary>What rules find beside the record that changes, each as the transaction will leave it.</summary>
/// <param name="Find">The record of a type and id; null where there is none, or no such type.</param>
/// <param name="Appears">Whether the record of a type and id, which is there, was not there before.</param>
/// <param name="CountLike">How many records hold the same values as the given one in some fields.</param>
internal sealed record Surroundings(Func<string, Guid, Record?> Find, Func<string, Guid, bool> Appears, Func<Record, IReadOnlyList<string>, int> CountLike);

/// <summary>One record before and after a transaction, and who changes it.</summary>
public sealed class Change<T>
    where T : Record
{
    private readonly RecordType _type;
    private readonly Surroundings _around;

    internal Change(RecordType type, Access access, T? before, T? after, IReadOnlyList<T> all, Surroundings around) =>
        (_type, Access, Before, After, All, _around) = (type, access, before, after, all, around);

    /// <summary>What the actor may do.</summary>
    public Access Access { get; }

    /// <summary>Null where the record is created.</summary>
    public T? Before { get; }

    /// <summary>Null where it is deleted.</summary>
    public T? After { get; }

    /// <summary>Every record of the type as it will be, where the type says <see cref="RecordAttribute.RulesSeeAll"/>; else empty.</summary>
    public IReadOnlyList<T> All { get; }

    /// <summary>The names of the fields that have another value now; none where the record is created or deleted.</summary>
    public IReadOnlyList<string> Fields => Before is null || After is null ? [] : [.. _type.Changed(Before, After).Select(changed => changed.Name)];

    /// <summary>What stands against where a choice goes, by the <see cref="StepAttribute"/>s of its property: null where it stays, or may go there.</summary>
    /// <param name="property">The choice.</param>
    /// <param name="code">Of the refusal, which names what may follow as <c>allowed</c>.</param>
    public Failure? CheckStep(string property, FailureCode code)
    {
        var field = _type.FieldOf(property);
        if (Before is null || After is null || field.Get(Before) is not string from || field.Get(After) is not string to || from == to || field.Steps[from].Contains(to))
            return null;
        var possible = string.Join(", ", field.Steps[from]);
        return code.With(possible.Length == 0 ? $"It stays {from}." : $"From {from} it goes to one of: {possible}.", field.Name, ("allowed", possible));
    }

    /// <summary>The record that this one refers to; null where there is none, or none is named.</summary>
    public TOther? Find<TOther>(Guid? id)
        where TOther : Record => (TOther?)Find(RecordType.NameOf(typeof(TOther)), id);

    /// <summary>The same where a field says of what type it is.</summary>
    public Record? Find(string? type, Guid? id) => type is not null && id is { } known ? _around.Find(type, known) : null;

    /// <summary>Whether the transaction makes or restores the record.</summary>
    internal bool Appears(string type, Guid id) => Find(type, id) is not null && _around.Appears(type, id);

    /// <summary>How many records hold the same values as <paramref name="like"/> in the properties named: what lies below this one, say. They take an index.</summary>
    public int CountLike<TOther>(TOther like, params string[] properties)
        where TOther : Record => _around.CountLike(like, properties);
}

/// <summary>Who may change records of a type, and how. The permission of the role comes first; rules narrow it.</summary>
public abstract class Rules
{
    internal abstract Failure? Check(RecordType type, Access access, Record? before, Record? after, IEnumerable<Record> all, Surroundings around);
}

/// <inheritdoc cref="Rules"/>
public class Rules<T> : Rules
    where T : Record
{
    /// <summary>What stands against the change, or null. Sees each changed record once a transaction.</summary>
    protected virtual Failure? Check(Change<T> change) => null;

    internal sealed override Failure? Check(RecordType type, Access access, Record? before, Record? after, IEnumerable<Record> all, Surroundings around) =>
        Check(new Change<T>(type, access, (T?)before, (T?)after, [.. all.Cast<T>()], around));
}
