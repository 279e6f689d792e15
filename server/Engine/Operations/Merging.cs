using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

public static class MergeFailures
{
    internal static readonly FailureCode Same = new("merge.same", 422, "A record is merged into another one.");
}

/// <summary>What rules ask about a merge.</summary>
public static class MergeRules
{
    /// <summary>
    /// Whether what refers to a record moves along with it: as that is merged into another one and so goes, or as a merge is undone and
    /// it comes back. It does not go by what whoever merges may do to it otherwise. That the same command changes the reference for
    /// another reason, such as a value that is taken over, is no such move.
    /// </summary>
    /// <param name="change">Of what refers.</param>
    /// <param name="type">Of the record.</param>
    /// <param name="from">The record to which it referred.</param>
    /// <param name="to">The one to which it refers now.</param>
    public static bool IsMoved<T>(this Change<T> change, string? type, Guid? from, Guid? to)
        where T : Record =>
        change.Access.Actor.Via is Merging.Command or Undoing.Command && type is not null && from is { } left && to is { } reached
        && (change.Find(type, left) is null || change.Appears(type, reached));
}

/// <summary>
/// Makes one of two records of a type: all that refers to the one is made to refer to the other, then the one is deleted. These are
/// ordinary operations of the person in one transaction, so rules, history and undoing need nothing of their own; only what all
/// lies below, the server alone knows.
/// </summary>
public sealed class Merging(RecordRegistry registry, WritePath writePath, AccessReader accesses, History history)
{
    /// <summary>What the log calls it.</summary>
    public const string Command = "MergeRecords";

    /// <summary>How many operations one merge may take.</summary>
    public const int Most = 5000;

    /// <summary>Someone may put something below a record between the reading and the writing.</summary>
    private const int Attempts = 3;

    /// <param name="workspace">Where.</param>
    /// <param name="person">Who merges; each operation takes his permissions.</param>
    /// <param name="type">The name of the type of both.</param>
    /// <param name="from">The record that goes.</param>
    /// <param name="into">The record that stays.</param>
    /// <param name="take">The fields whose values the one that stays takes over; of a list, the items that it lacks.</param>
    /// <param name="id">The id of the transaction: whoever sends it again gets the outcome of the first. A new one where null.</param>
    /// <param name="cancel">Stops what comes before the writing.</param>
    /// <returns>The transaction with its outcome; or why there is none.</returns>
    public async Task<(Transaction? Transaction, Outcome? Outcome, Failure? Failure)> MergeAsync(
        Guid workspace, Actor person, string type, Guid from, Guid into, IReadOnlyList<string> take, Guid? id, CancellationToken cancel)
    {
        var own = id ?? Guid.CreateVersion7();
        for (var attempt = 1; ; attempt++)
        {
            var (operations, failure) = await ComposeAsync(workspace, person, own, type, from, into, take, cancel);
            if (failure is not null)
                return (null, null, failure);
            var transaction = new Transaction { Id = own, Actor = person with { Via = Command }, Operations = operations, KeepsRefusal = false };
            var outcome = await writePath.WriteAsync(workspace, transaction);
            var isOvertaken = outcome.Failure?.Code == WriteFailures.Referenced || outcome.Failure?.Code == WriteFailures.Changed;
            if (isOvertaken && attempt < Attempts)
                continue;
            return await Repeated.IsOfAnotherAsync(history, workspace, outcome, change => change.Kind == "delete" && change.Id == from, cancel) is { } taken
                ? (null, null, taken)
                : (transaction, outcome, null);
        }
    }

    private async Task<(IReadOnlyList<Operation> Operations, Failure? Failure)> ComposeAsync(
        Guid workspace, Actor person, Guid transaction, string name, Guid from, Guid into, IReadOnlyList<string> take, CancellationToken cancel)
    {
        await using var visit = await accesses.EnterAsync(workspace, person, cancel);
        if (visit is null)
            return ([], WriteFailures.NotHere());
        var (database, access) = visit;
        if (await Repeated.IsDecidedAsync(database, workspace, transaction, cancel))
            return ([], null);
        var below = new Referrers(database, registry, workspace, access);
        var type = registry.Find(name);
        var both = type is null ? [] : await below.FindAsync(type, [from, into], cancel);
        if (both.SingleOrDefault(record => record.Id == from) is not { } gone || both.SingleOrDefault(record => record.Id == into) is not { } stays)
            return ([], WriteFailures.NotFound.With("There is no such record, or you may not read it."));
        if (from == into)
            return ([], MergeFailures.Same.With("Name another record to merge it into.", "into"));
        var operations = new List<Operation>();
        foreach (var asked in take)
        {
            if (type!.Find(asked) is not { ReadOnly: false } field || field is SecretField || !Reading.Sees(type, access, field))
                return ([], FieldFailures.Unknown.With($"'{type.Name}' has no field '{OperationReader.Shorten(asked)}' to take over.", "take"));
            operations.AddRange(Take(type, field, gone, stays));
        }

        var moving = await below.FindAsync(type!, [from], Most + 1, cancel);
        operations.AddRange(moving.Where(referrer => !referrer.Field.ReadOnly).Select(referrer => new SetOperation(referrer.Type, referrer.Record.Id, referrer.Field, into)));
        if (operations.Count > Most)
            return ([], WriteFailures.TooManyBelow.With($"More than {Most} records would move along. Move some of them first.", null, ("max", Most)));
        operations.Add(new DeleteOperation(type!, from) { Guards = [new VersionGuard(gone.Version)] });
        return (operations, null);
    }

    private static IEnumerable<Operation> Take(RecordType type, Field field, Record gone, Record stays) => field is TextListField
        ? ((IReadOnlyList<string>)field.Get(gone)!).Select(item => new ListInsertOperation(type, stays.Id, field, item, ListPlace.End))
        : [new SetOperation(type, stays.Id, field, field.Get(gone))];
}
