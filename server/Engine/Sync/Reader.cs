using System.Collections.Concurrent;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Sync;

/// <summary>What a change of a record is to one reader.</summary>
internal enum View
{
    /// <summary>Not his, before and after.</summary>
    Nothing,

    /// <summary>A record that he has changed.</summary>
    Change,

    /// <summary>A record came into sight that he may not have: made, moved, or opened to him.</summary>
    Enter,

    /// <summary>A record that he may have is gone, or out of his sight.</summary>
    Leave,
}

/// <summary>One reader of a workspace: what he may read, what he has subscribed to, and so what he holds.</summary>
internal sealed class Reader(Access access)
{
    /// <summary>What he may do now. Nothing beyond it is sent.</summary>
    internal Access Access { get; private set; } = access;

    /// <summary>
    /// What he could do when he was last told of everything that he may read. Differs from <see cref="Access"/> from the
    /// change of a right until he has been sent what came into sight by it and told to drop what left.
    /// </summary>
    internal Access Settled { get; private set; } = access;

    internal bool IsSettled => ReferenceEquals(Access, Settled);

    /// <summary>The scopes subscribed to, each with the sequence number that its snapshot contains.</summary>
    internal ConcurrentDictionary<Scope, long> Scopes { get; } = new();

    internal void Change(Access access) => Access = access;

    /// <summary>The same rights as before, which may come from elsewhere now: from another role, say.</summary>
    internal void Renew(Access access) => (Settled, Access) = (access, access);

    /// <summary>He has been told what his rights have opened and closed.</summary>
    internal void Settle() => Settled = Access;

    internal View ViewOf(long seq, RecordChange change)
    {
        // What a newer snapshot holds is not news. Before counts what he has, after what he will have.
        var (had, has, news) = (false, false, false);
        foreach (var (scope, since) in Scopes)
        {
            if (scope.Type != change.Type)
                continue;
            had |= since < seq && change.KeysBefore is { } before && scope.Holds(change.Type, before);
            if (change.KeysAfter is { } after && scope.Holds(change.Type, after))
            {
                has = true;
                news |= since < seq;
            }
        }

        // Where the record is at hand as it became later, it is his only if it still is: nobody is sent what he may not read
        // when it is sent, as far as the server knows by then. So he is told early to drop what a later entry takes from him,
        // and once more with that entry, which costs nothing.
        var isHis = change.After is not { } record || record.Version <= seq || Shows(change.Type, change.Type.KeysOf(record));
        has = has && isHis && Reading.Allows(change.Type, Access, change.KeysAfter!);
        if (IsSettled)
        {
            had = had && Reading.Allows(change.Type, Access, change.KeysBefore!);
            return (had, has) switch
            {
                (true, true) => View.Change,
                (true, false) => View.Leave,
                (false, true) when news => View.Enter,
                _ => View.Nothing,
            };
        }

        // Between two rights nobody knows whether he has it: the one did not show it, or the other has not yet. Then he
        // is sent the whole record, or told to drop what either would have shown.
        if (has)
            return news ? View.Enter : View.Nothing;
        return had && (Reading.Allows(change.Type, Settled, change.KeysBefore!) || Reading.Allows(change.Type, Access, change.KeysBefore!))
            ? View.Leave
            : View.Nothing;
    }

    private bool Shows(RecordType type, IReadOnlyList<Guid?> keys) =>
        Scopes.Keys.Any(scope => scope.Holds(type, keys)) && Reading.Allows(type, Access, keys);

    /// <summary>Whether he sees this field in the records that he may read.</summary>
    internal bool Sees(RecordType type, Field field) => Reading.Sees(type, Access, field);

    /// <summary>The scopes of which the last change of a right may have opened or closed something.</summary>
    internal IEnumerable<Scope> Moved() => Scopes.Keys.Where(scope =>
        Reading.AllowsAll(scope.Type, Access) != Reading.AllowsAll(scope.Type, Settled)
        || scope.Type.Fields.Any(field => Sees(scope.Type, field) != Reading.Sees(scope.Type, Settled, field))
        || scope.Type.Keys.Any(key =>
            Access.Can(key.Permission) != Settled.Can(key.Permission) || !Access.KeysOf(key.Kind).SetEquals(Settled.KeysOf(key.Kind))));

    /// <summary>By which of its keys a record must be looked at for this reader.</summary>
    internal IEnumerable<Topic> Topics()
    {
        foreach (var scope in Scopes.Keys)
        {
            if (scope.Key is not null)
            {
                yield return new Topic(scope.Type, scope.Key, scope.Value);
                continue;
            }

            foreach (var topic in IsSettled ? Topics(scope.Type, Access) : Topics(scope.Type, Access).Concat(Topics(scope.Type, Settled)))
                yield return topic;
        }
    }

    private static IEnumerable<Topic> Topics(RecordType type, Access access) => Reading.AllowsAll(type, access)
        ? [new Topic(type, Key: null, Guid.Empty)]
        : Reading.Usable(type, access).SelectMany(key => access.KeysOf(key.Kind).Select(value => new Topic(type, key, value)));
}

/// <summary>All records of a type, or those with one key: how readers are found for a change.</summary>
internal readonly record struct Topic(RecordType Type, ScopeKey? Key, Guid Value);
