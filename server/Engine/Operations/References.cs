using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>Keeps what others refer to, and says what does and how often. The foreign keys say the same, but not why.</summary>
internal sealed class References(RecordRegistry registry, Overlay overlay, Facts facts)
{
    /// <summary>How many are counted; beyond it there are more.</summary>
    internal const int Most = 10_000;

    /// <summary>What stands against the deletions of the running transaction. Of types that the actor may not read nothing is said: those the tables refuse.</summary>
    internal Failure? CheckLeft(Access access)
    {
        foreach (var gone in overlay.Staged().Where(staged => staged.After is null && staged.Type.IsReferenced).GroupBy(staged => staged.Type, staged => staged.Id).ToArray())
        {
            var left = registry.All.Where(type => Reading.AllowsAll(type, access))
                .Select(type => (Type: type, Count: type.References.Where(field => field.Target == gone.Key.Name).Sum(field => Left(type, field, [.. gone]))))
                .Where(below => below.Count > 0).OrderByDescending(below => below.Count).ToArray();
            if (left.Length > 0)
            {
                return WriteFailures.Referenced.With(
                    $"{string.Join(" and ", left.Select(below => $"{below.Count} {below.Type.Name}"))} refer to it. Delete them first, or let them refer to another.",
                    null, ("type", left[0].Type.Name), ("count", left[0].Count));
            }
        }

        return null;
    }

    /// <summary>How many records still refer to one of these, as the running transaction leaves them.</summary>
    private int Left(RecordType type, ReferenceField field, HashSet<Guid> gone) =>
        overlay.AllOf(type).Count(record => field.Get(record) is Guid id && gone.Contains(id))
        + facts.Ask(new Referring(type, field, gone)).Count(id => !overlay.Knows(type, id));
}
