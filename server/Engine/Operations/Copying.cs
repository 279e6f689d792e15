using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>What a copy shall be.</summary>
/// <param name="Values">JSON object: the fields of the copy that get other values.</param>
/// <param name="With">JSON object: the types of what is copied along, where it refers to the record; each with the values that those copies get.</param>
/// <param name="Days">By how many days the dates in the copies lie later; those that are given stay as they are given.</param>
public sealed record CopyRequest(JsonElement Values, JsonElement With, int Days)
{
    /// <summary>
    /// The id of the transaction, of version 7: whoever sends it again gets the outcome of the first, and no second copy. A new one
    /// where null.
    /// </summary>
    public Guid? Transaction { get; init; }
}

/// <summary>What came of copying.</summary>
/// <param name="Transaction">The transaction's id.</param>
/// <param name="Record">The id of the copy.</param>
/// <param name="Outcome">The outcome.</param>
public sealed record Copied(Guid Transaction, Guid Record, Outcome Outcome);

/// <summary>
/// Makes a record like another one, and like what lies below it, as far as the person sees it: a project from a template, say.
/// These are ordinary operations of the person in one transaction. What must be unique is left empty, unless it is given.
/// </summary>
public sealed class Copying(RecordRegistry registry, WritePath writePath, AccessReader accesses, History history)
{
    /// <summary>What the log calls it.</summary>
    public const string Command = "CopyRecord";

    /// <summary>How many records one copy takes.</summary>
    public const int Most = 1000;

    /// <param name="workspace">Where.</param>
    /// <param name="person">Who copies; each record takes his permission.</param>
    /// <param name="type">The name of the record's type.</param>
    /// <param name="id">The record to be copied.</param>
    /// <param name="request">What the copy shall be.</param>
    /// <param name="cancel">Stops what comes before the writing.</param>
    public async Task<(Copied? Copied, Failure? Failure)> CopyAsync(Guid workspace, Actor person, string type, Guid id, CopyRequest request, CancellationToken cancel)
    {
        var transaction = request.Transaction ?? Guid.CreateVersion7();
        var (operations, failure) = await ComposeAsync(workspace, person, transaction, type, id, request, cancel);
        if (failure is not null)
            return (null, failure);
        var outcome = await writePath.WriteAsync(workspace, new Transaction { Id = transaction, Actor = person with { Via = Command }, Operations = operations });
        var copy = StableId.OfRecord(workspace, transaction, id);
        return await Repeated.IsOfAnotherAsync(history, workspace, outcome, change => change.Kind == "create" && change.Id == copy, cancel) is { } taken
            ? (null, taken)
            : (new Copied(transaction, copy, outcome), null);
    }

    private async Task<(IReadOnlyList<Operation> Operations, Failure? Failure)> ComposeAsync(
        Guid workspace, Actor person, Guid transaction, string name, Guid id, CopyRequest request, CancellationToken cancel)
    {
        await using var visit = await accesses.EnterAsync(workspace, person, cancel);
        if (visit is null)
            return ([], WriteFailures.NotHere());
        var (database, access) = visit;
        if (await Repeated.IsDecidedAsync(database, workspace, transaction, cancel))
            return ([], null);
        var below = new Referrers(database, registry, workspace, access);
        var type = registry.Find(name);
        if (type is null || (await below.FindAsync(type, [id], cancel)).SingleOrDefault() is not { } record)
            return ([], WriteFailures.NotFound.With("There is no such record, or you may not read it."));
        if (Read(type, request.Values, out var given) is { } wrong)
            return ([], wrong);

        var copies = new List<(RecordType Type, Record From, Dictionary<string, (Field Field, object? Value)> Given)> { (type, record, given) };
        var referrers = await below.FindAsync(type, [id], Most + 1, cancel);
        foreach (var along in request.With.ValueKind == JsonValueKind.Object ? request.With.EnumerateObject().ToArray() : [])
        {
            if (registry.Find(along.Name) is not { } other || !other.References.Any(field => field.Target == type.Name))
                return ([], FieldFailures.NotAllowed.With($"'{OperationReader.Shorten(along.Name)}' is no type of records that lie below a {type.Name}.", "with"));
            if (Read(other, along.Value, out given) is { } refused)
                return ([], refused);
            copies.AddRange(referrers.Where(referrer => referrer.Type == other).Select(referrer => (other, referrer.Record, given)));
        }

        if (copies.Count > Most)
            return ([], WriteFailures.TooManyBelow.With($"More than {Most} records would be copied. Copy fewer types along.", "with", ("max", Most)));
        copies = [.. copies.DistinctBy(copy => copy.From.Id)];
        var ids = copies.ToDictionary(copy => copy.From.Id, copy => StableId.OfRecord(workspace, transaction, copy.From.Id));
        return ([.. copies.Select(copy => Create(copy.Type, ids[copy.From.Id], copy.From, copy.Given))], null);

        Operation Create(RecordType of, Guid copy, Record from, Dictionary<string, (Field Field, object? Value)> changed)
        {
            var values = of.FieldsOf(from).Where(field => IsCopied(of, access, field) && !changed.ContainsKey(field.Name)).Select(field => (field, Moved(field.Get(from), ids, request.Days)));
            return new CreateOperation(of, copy, [.. values, .. changed.Values]);
        }
    }

    /// <summary>What the write path keeps, what must be unique, what nobody but browsers can open and what he does not see is not copied.</summary>
    private static bool IsCopied(RecordType type, Access access, Field field) =>
        field is { ReadOnly: false } and not (SecretField or SealedField or ReferenceField { Above: not null })
        && Reading.Sees(type, access, field) && !type.Uniques.Any(unique => unique.Fields.Contains(field));

    private static object? Moved(object? value, Dictionary<Guid, Guid> ids, int days) => value switch
    {
        Guid id => ids.GetValueOrDefault(id, id),
        DateOnly date => DateOnly.FromDayNumber(Math.Clamp(date.DayNumber + days, DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber)),
        _ => value,
    };

    private static Failure? Read(RecordType type, JsonElement json, out Dictionary<string, (Field Field, object? Value)> values)
    {
        values = new(StringComparer.Ordinal);
        foreach (var member in json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().ToArray() : [])
        {
            if (OperationReader.ReadField(type, member.Name, out var field) is { } unknown)
                return unknown;
            if (field!.TryRead(member.Value, out var value) is { } wrong)
                return wrong;
            values[member.Name] = (field, value);
        }

        return null;
    }
}
