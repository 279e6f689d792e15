using Holdfast.Engine.Failures;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>
/// Keeps the keys that records have from those above them: of what a transaction makes or moves, and of what lies below
/// a record whose own key it changes. All in the same transaction, so that nobody ever reads by a key that is not true.
/// </summary>
internal sealed class Inheritance(RecordRegistry registry, Overlay overlay, Facts facts)
{
    /// <summary>How many records one transaction moves along. They are all loaded and sent.</summary>
    private const int Most = 1000;

    /// <summary>The record as the running transaction sees it. Where the group has not read it, the answer is known in the next run.</summary>
    internal Record? Find(RecordType type, Guid id)
    {
        if (!overlay.Knows(type, id))
            facts.Ask(new InTables(overlay, type, id));
        return overlay.Current(type, id);
    }

    /// <summary>Gives every record of the running transaction the keys of those above it, from the top down.</summary>
    internal Failure? Settle()
    {
        var moved = 0;
        foreach (var type in registry.Heirs)
        {
            foreach (var key in type.Inherits)
            {
                var above = MovedAbove(key);
                if (above.Count == 0)
                    continue;
                moved += Math.Max(facts.Ask(new Below(overlay, type, key.Through, above, Most - moved)), Draw(type, key, above));
                if (moved > Most)
                    return WriteFailures.TooManyBelow.With($"More than {Most} records would move along. Move them in parts first.", null, ("max", Most));
            }

            foreach (var after in overlay.Staged().Where(staged => staged.Type == type).Select(staged => staged.After).OfType<Record>())
                Give(type, after);
        }

        return null;
    }

    /// <summary>Gives a record the keys of those above it.</summary>
    internal void Give(RecordType type, Record record)
    {
        foreach (var key in type.Inherits)
            key.Field.Set(record, key.Through.Get(record) is Guid above && Find(key.Parent, above) is { } parent ? key.Of.Of(parent) : null);
        foreach (var (field, named) in type.Topics)
            field.Set(record, named.Get(record) is string about ? registry.Find(about)?.Topic : null);
    }

    private HashSet<Guid> MovedAbove(InheritedKey key) =>
    [
        .. overlay.Staged()
            .Where(staged => staged.Type == key.Parent && staged.Before is not null && staged.After is not null && key.Of.Of(staged.Before) != key.Of.Of(staged.After))
            .Select(staged => staged.Id),
    ];

    /// <summary>Draws what lies below some records into the running transaction, and counts it.</summary>
    private int Draw(RecordType type, InheritedKey key, HashSet<Guid> above)
    {
        var below = overlay.AllOf(type).Where(record => key.Through.Get(record) is Guid id && above.Contains(id)).ToArray();
        foreach (var record in below)
            overlay.Edit(type, record.Id);
        return below.Length;
    }
}
