using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>What came of removing records.</summary>
/// <param name="Transaction">The transaction that removes; null where there was nothing left to remove.</param>
/// <param name="Outcome">Its outcome.</param>
/// <param name="Left">Those of the records that stay, for something else refers to them.</param>
public sealed record Removed(Transaction? Transaction, Outcome? Outcome, IReadOnlyList<Guid> Left);

/// <summary>
/// Deletes records together with all below them that makes no sense without them: the contacts of a customer, the comments on it.
/// What anything else refers to stays. These are ordinary operations of the person in one transaction, so it can be undone.
/// </summary>
public sealed class Removing(RecordRegistry registry, WritePath writePath, AccessReader accesses)
{
    /// <summary>How many records one removal may take.</summary>
    public const int Most = 5000;

    /// <param name="workspace">Where.</param>
    /// <param name="person">Who removes, and by which command.</param>
    /// <param name="records">What shall go. What is gone already does not matter.</param>
    /// <param name="cancel">Stops what comes before the writing.</param>
    public async Task<(Removed? Removed, Failure? Failure)> RemoveAsync(Guid workspace, Actor person, IReadOnlyList<(string Type, Guid Id)> records, CancellationToken cancel)
    {
        Dictionary<Guid, RecordType> going;
        IReadOnlyList<Guid> left;
        await using (var visit = await accesses.EnterAsync(workspace, person, cancel))
        {
            if (visit is null)
                return (null, WriteFailures.NotHere());
            (going, left) = await FindAsync(new Referrers(visit.Database, registry, workspace, visit.Access), records, cancel);
        }

        if (going.Count > Most)
            return (null, WriteFailures.TooManyBelow.With($"More than {Most} records would go along. Delete some of them first.", null, ("max", Most)));
        if (going.Count == 0)
            return (new Removed(null, null, left), null);
        var transaction = new Transaction { Id = Guid.CreateVersion7(), Actor = person, Operations = [.. going.Select(record => new DeleteOperation(record.Value, record.Key))] };
        return (new Removed(transaction, await writePath.WriteAsync(workspace, transaction), left), null);
    }

    /// <summary>All that goes, and those of the records that stay.</summary>
    private async Task<(Dictionary<Guid, RecordType> Going, IReadOnlyList<Guid> Left)> FindAsync(Referrers below, IReadOnlyList<(string Type, Guid Id)> records, CancellationToken cancel)
    {
        var going = new Dictionary<Guid, RecordType>();
        var arrows = new List<(Guid From, Guid To)>();
        var next = new List<(RecordType Type, Guid Id)>();
        foreach (var named in records.GroupBy(record => registry.Find(record.Type), record => record.Id))
        {
            if (named.Key is { } type)
                next.AddRange((await below.FindAsync(type, [.. named], cancel)).Select(record => (type, record.Id)));
        }

        while (next.Count > 0 && going.Count <= Most)
        {
            var added = next.Where(record => going.TryAdd(record.Id, record.Type)).ToArray();
            next = [];
            foreach (var group in added.GroupBy(record => record.Type, record => record.Id))
            {
                var referrers = await below.FindAsync(group.Key, [.. group], Most + 1, cancel);
                arrows.AddRange(referrers.Select(referrer => (referrer.Record.Id, (Guid)referrer.Field.Get(referrer.Record)!)));
                next.AddRange(referrers.Where(referrer => referrer.IsPart).Select(referrer => (referrer.Type, referrer.Record.Id)));
            }
        }

        var asked = going.Keys.Intersect(records.Select(record => record.Id)).ToArray();
        // What stays keeps what it refers to, and so on.
        while (arrows.FirstOrDefault(arrow => !going.ContainsKey(arrow.From) && going.ContainsKey(arrow.To)) is { To: var kept } && kept != Guid.Empty)
            going.Remove(kept);
        return (going, [.. asked.Where(id => !going.ContainsKey(id))]);
    }
}
