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

    /// <summary>A record came into sight that he does not have: made, moved, or opened to him.</summary>
    Enter,

    /// <summary>A record that he has is gone, or out of his sight.</summary>
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

    /// <summary>The scopes subscribed to, each with the sequence number that its snapshot contains. Concurrent: delivery reads while a subscription is added.</summary>
    internal ConcurrentDictionary<Scope, long> Scopes { get; } = new();

    internal void Change(Access access) => Access = access;

    internal void Settle() => Settled = Access;

    internal View ViewOf(long seq, RecordChange change)
    {
        // What a newer snapshot holds is not news. Before counts what he has; after counts what he will have.
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

        had = had && Reading.Allows(change.Type, Settled, change.KeysBefore!);
        has = has && Reading.Allows(change.Type, Access, change.KeysAfter!);
        return (had, has) switch
        {
            (true, true) => View.Change,
            (true, false) => View.Leave,
            (false, true) => news ? View.Enter : View.Nothing,
            _ => View.Nothing,
        };
    }

    /// <summary>Whether the change of a right moves anything of what he has subscribed to.</summary>
    internal IEnumerable<Scope> Moved() => Scopes.Keys.Where(scope =>
        Reading.AllowsAll(scope.Type, Access) != Reading.AllowsAll(scope.Type, Settled)
        || scope.Type.Keys.Any(key =>
            (Access.Can(key.Permission), Access.KeysOf(key.Kind)) is var now && (Settled.Can(key.Permission), Settled.KeysOf(key.Kind)) is var then
            && (now.Item1 != then.Item1 || !ReferenceEquals(now.Item2, then.Item2))));

    /// <summary>By which of its keys a record must be looked at for this reader.</summary>
    internal IEnumerable<Topic> Topics() => Scopes.Keys.SelectMany(scope =>
        scope.Key is not null ? [new Topic(scope.Type, scope.Key, scope.Value)]
        : IsSettled ? Topics(scope.Type, Access)
        : Topics(scope.Type, Access).Concat(Topics(scope.Type, Settled))).Distinct();

    private static IEnumerable<Topic> Topics(RecordType type, Access access) => Reading.AllowsAll(type, access)
        ? [new Topic(type, Key: null, Guid.Empty)]
        : Reading.Usable(type, access).SelectMany(key => access.KeysOf(key.Kind).Select(value => new Topic(type, key, value)));
}

/// <summary>All records of a type, or those with one key: how readers are found for a change.</summary>
internal readonly record struct Topic(RecordType Type, ScopeKey? Key, Guid Value);
