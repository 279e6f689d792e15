using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>Keeps what others refer to, and says what does and how often. The foreign keys say the same, but not how often.</summary>
internal sealed class References(RecordRegistry registry, Overlay overlay, Facts facts)
{
    /// <summary>How many are counted; beyond it there are more.</summary>
    internal const int Most = 10_000;

    /// <summary>
    /// What stands against the deletions of the running transaction, and which record it keeps. Of types and fields that the actor
    /// does not see nothing is said: those the tables refuse.
    /// </summary>
    internal (Failure Failure, RecordType Type, Guid Id)? CheckLeft(Access access)
    {
        foreach (var gone in overlay.Staged().Where(staged => staged.After is null && staged.Type.IsReferenced).GroupBy(staged => staged.Type, staged => staged.Id).ToArray())
        {
            HashSet<Guid> ids = [.. gone];
            var left = registry.All.Where(type => Reading.AllowsAll(type, access))
                .SelectMany(type => type.References.Where(field => field.Target == gone.Key.Name && Reading.Sees(type, access, field)).SelectMany(field => Left(type, field, ids)).Select(to => (By: type, To: to))).ToArray();
            if (left.Length == 0)
                continue;
            var counts = left.Where(reference => reference.To == left[0].To).CountBy(reference => reference.By.Name).OrderByDescending(by => by.Value).ToArray();
            var failure = WriteFailures.Referenced.With(
                $"{string.Join(" and ", counts.Select(by => $"{by.Value} {by.Key}"))} refer to it. Delete them first, or let them refer to another.",
                null, ("by", counts[0].Key), ("count", counts[0].Value));
            return (failure, gone.Key, left[0].To);
        }

        return null;
    }

    /// <summary>The references to these that there still are, as the running transaction leaves them: each by what it leads to.</summary>
    private IEnumerable<Guid> Left(RecordType type, ReferenceField field, HashSet<Guid> gone) =>
        overlay.AllOf(type).Select(record => field.Get(record)).OfType<Guid>().Where(gone.Contains)
            .Concat(facts.Ask(new Referring(type, field, gone)).Where(reference => !overlay.Knows(type, reference.Id)).Select(reference => reference.To));
}
