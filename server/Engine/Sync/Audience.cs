using Holdfast.Engine.Log;

namespace Holdfast.Engine.Sync;

/// <summary>
/// The readers of a workspace by what they look at, so that a change costs what its own readers cost, and not what all
/// the others do. Finds too many rather than too few: <see cref="Reader.ViewOf"/> has the last word.
/// </summary>
internal sealed class Audience<T>(Func<T, Reader> readerOf)
    where T : notnull
{
    private readonly Dictionary<Topic, HashSet<T>> _byTopic = [];
    private readonly Dictionary<T, Topic[]> _topics = [];

    /// <summary>Takes a member in, or looks again at what it has subscribed to and may read.</summary>
    internal void Update(T member)
    {
        var now = readerOf(member).Topics().Distinct().ToArray();
        var then = _topics.GetValueOrDefault(member, []);
        foreach (var topic in then.Except(now))
            Drop(topic, member);
        foreach (var topic in now.Except(then))
        {
            if (!_byTopic.TryGetValue(topic, out var members))
                _byTopic.Add(topic, members = []);
            members.Add(member);
        }

        _topics[member] = now;
    }

    internal void Remove(T member)
    {
        if (!_topics.Remove(member, out var topics))
            return;
        foreach (var topic in topics)
            Drop(topic, member);
    }

    /// <summary>Whoever may have something to see in an entry, each once.</summary>
    internal IReadOnlyCollection<T> Of(LogEntry entry)
    {
        var found = new HashSet<T>();
        foreach (var change in entry.Changes)
        {
            Add(found, new Topic(change.Type, Key: null, Guid.Empty));
            for (var i = 0; i < change.Type.Keys.Length; i++)
            {
                var (before, after) = (change.KeysBefore?[i], change.KeysAfter?[i]);
                if (before is { } then)
                    Add(found, new Topic(change.Type, change.Type.Keys[i], then));
                if (after is { } now && now != before)
                    Add(found, new Topic(change.Type, change.Type.Keys[i], now));
            }
        }

        return found;
    }

    private void Add(HashSet<T> found, Topic topic)
    {
        if (_byTopic.TryGetValue(topic, out var members))
            found.UnionWith(members);
    }

    private void Drop(Topic topic, T member)
    {
        if (!_byTopic.TryGetValue(topic, out var members))
            return;
        members.Remove(member);
        if (members.Count == 0)
            _byTopic.Remove(topic);
    }
}
