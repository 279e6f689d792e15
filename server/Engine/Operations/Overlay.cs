using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

/// <summary>
/// The records that a group of transactions touches, as they are before the group and as the transactions so far
/// left them. A transaction works on a stage of its own, which is kept or thrown away whole.
/// </summary>
internal sealed class Overlay
{
    private readonly Dictionary<Key, Slot> _slots = [];
    private readonly Dictionary<Key, Grave> _graves = [];
    private readonly Dictionary<Guid, Guid> _memberOfUser = [];
    private readonly Dictionary<Key, Record?> _stage = [];
    private readonly HashSet<Key> _named = [];

    /// <summary>The ids that were ever here, by type: of thousands of records few are of the type that is asked for with every transaction.</summary>
    private readonly Dictionary<RecordType, HashSet<Guid>> _ids = [];

    private readonly record struct Key(RecordType Type, Guid Id);

    /// <param name="InTables">Whether the tables hold the tombstone, or the group itself dug the grave.</param>
    /// <param name="Record">The record as it was; its version is that of the deletion.</param>
    private sealed record Grave(bool InTables, Record Record);

    private sealed record Slot(Record? Original)
    {
        public Record? Now { get; set; } = Original;
    }

    /// <summary>Says that the record is being read: what does not come is not there.</summary>
    internal void Name(RecordType type, Guid id) => _named.Add(new Key(type, id));

    internal void Load(RecordType type, Record record)
    {
        _slots[new Key(type, record.Id)] = new Slot(record);
        Note(type, record.Id);
        if (record is Member { User: { } user })
            _memberOfUser[user] = record.Id;
    }

    /// <summary>Notes that the id was used by a record since deleted, and so is taken until it is restored.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="record">As it was; its version is that of the deletion.</param>
    internal void LoadGrave(RecordType type, Record record) => _graves[new Key(type, record.Id)] = new Grave(InTables: true, record);

    /// <summary>Whether the id was ever used; by a record that the running transaction has just deleted, too.</summary>
    internal bool IsTaken(RecordType type, Guid id)
    {
        var key = new Key(type, id);
        return _stage.ContainsKey(key) || Current(type, id) is not null || _graves.ContainsKey(key);
    }

    /// <summary>The record as it was before it was deleted, with the version of the deletion and without its secrets; null where none was.</summary>
    internal Record? Deleted(RecordType type, Guid id)
    {
        var key = new Key(type, id);
        var record = (_slots.GetValueOrDefault(key)?.Now ?? _graves.GetValueOrDefault(key)?.Record)?.Copy();
        foreach (var secret in record is null ? [] : type.Secrets)
            secret.Set(record!, null);
        return record;
    }

    /// <summary>Whether the group has this record before it, so that the tables are no longer asked.</summary>
    internal bool Knows(RecordType type, Guid id)
    {
        var key = new Key(type, id);
        return _stage.ContainsKey(key) || _slots.ContainsKey(key) || _named.Contains(key);
    }

    /// <summary>The record as the running transaction sees it.</summary>
    internal Record? Current(RecordType type, Guid id)
    {
        var key = new Key(type, id);
        return _stage.TryGetValue(key, out var staged) ? staged : _slots.GetValueOrDefault(key)?.Now;
    }

    /// <summary>The record as the transactions before the running one left it.</summary>
    internal Record? Kept(RecordType type, Guid id) => _slots.GetValueOrDefault(new Key(type, id))?.Now;

    /// <summary>The records of a type as the transactions before the running one left them; only those that were loaded.</summary>
    internal IEnumerable<Record> KeptOf(RecordType type) =>
        _slots.Where(pair => pair.Key.Type == type).Select(pair => pair.Value.Now).OfType<Record>();

    /// <summary>The keys of all records here, by which they are read.</summary>
    internal IEnumerable<(string Kind, Guid Id)> Keys() => _slots
        .Where(slot => slot.Value.Now is not null)
        .SelectMany(slot => slot.Key.Type.Keys.Select(key => (key.Kind, Id: key.Of(slot.Value.Now!))))
        .Where(key => key.Id is not null).Select(key => (key.Kind, key.Id!.Value));

    /// <summary>The record as the tables hold it.</summary>
    internal Record? Original(RecordType type, Guid id) => _slots.GetValueOrDefault(new Key(type, id))?.Original;

    internal void Unstage(RecordType type, Guid id) => _stage.Remove(new Key(type, id));

    internal void Stage(RecordType type, Guid id, Record? record)
    {
        _stage[new Key(type, id)] = record;
        Note(type, id);
    }

    /// <summary>The record for changing: a copy of its own for the running transaction.</summary>
    internal Record? Edit(RecordType type, Guid id)
    {
        var key = new Key(type, id);
        if (!_stage.TryGetValue(key, out var staged))
            Stage(type, id, staged = _slots.GetValueOrDefault(key)?.Now?.Copy());
        return staged;
    }

    /// <summary>What the running transaction did: each record before and after it.</summary>
    internal IEnumerable<(RecordType Type, Guid Id, Record? Before, Record? After)> Staged() =>
        _stage.Select(pair => (pair.Key.Type, pair.Key.Id, _slots.GetValueOrDefault(pair.Key)?.Now, pair.Value));

    /// <summary>All records of a type as the running transaction sees them; only those that were loaded.</summary>
    internal IEnumerable<Record> AllOf(RecordType type) =>
        _ids.TryGetValue(type, out var ids) ? ids.Select(id => Current(type, id)).OfType<Record>() : [];

    internal Member? MemberOf(RecordType memberType, Guid user) =>
        _memberOfUser.TryGetValue(user, out var id) ? (Member?)_slots.GetValueOrDefault(new Key(memberType, id))?.Now : null;

    internal void Discard() => _stage.Clear();

    /// <param name="version">What the transaction's deletions are known by.</param>
    internal void Keep(long version)
    {
        foreach (var (key, record) in _stage)
        {
            if (!_slots.TryGetValue(key, out var slot))
                _slots[key] = slot = new Slot(Original: null);
            if (slot.Now is not null && record is null)
            {
                var deleted = slot.Now.Copy();
                deleted.Version = version;
                _graves[key] = new Grave(_graves.GetValueOrDefault(key)?.InTables == true, deleted);
            }

            slot.Now = record;
            if (record is Member { User: { } user })
                _memberOfUser[user] = record.Id;
        }

        _stage.Clear();
    }

    private void Note(RecordType type, Guid id)
    {
        if (!_ids.TryGetValue(type, out var ids))
            _ids[type] = ids = [];
        ids.Add(id);
    }

    /// <summary>What the whole group changed: each record as the tables hold it and as they shall hold it.</summary>
    internal IEnumerable<(RecordType Type, Record? Original, Record? Now)> Changed() =>
        _slots.Where(pair => !ReferenceEquals(pair.Value.Original, pair.Value.Now))
            .Select(pair => (pair.Key.Type, pair.Value.Original, pair.Value.Now));

    /// <summary>The records whose tombstones no longer say what is so: they were restored, if only for a while.</summary>
    internal IEnumerable<(RecordType Type, Guid Id)> Restored() =>
        _graves.Where(pair => pair.Value.InTables && _slots.ContainsKey(pair.Key)).Select(pair => (pair.Key.Type, pair.Key.Id));
}
