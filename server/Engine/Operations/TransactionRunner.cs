using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

public static class WriteFailures
{
    public static readonly FailureCode Exists = new("record.exists", 409, "There is a record with this id already, or was one.");
    public static readonly FailureCode NotFound = new("record.not_found", 404, "There is no such record.");
    public static readonly FailureCode Changed = new("record.changed", 409, "Someone else changed the record in the meantime.");
    public static readonly FailureCode FromFuture = new("guard.version_from_future", 422, "A guard names a version that does not exist yet.");
    public static readonly FailureCode NotUnique = new("record.not_unique", 409, "Another record holds a value that must be unique.");
    public static readonly FailureCode Refused = new("record.refused", 422, "The database refused the record.");
    public static readonly FailureCode NoWorkspace = new("workspace.not_found", 404, "There is no such workspace, or you are not in it.");
    public static readonly FailureCode CauseUnknown = new("transaction.cause_unknown", 422, "The entry that is named as the cause does not exist.");
    public static readonly FailureCode TooDeep = new("transaction.too_deep", 422, "Too many entries of the log caused one another.");
    public static readonly FailureCode IdTaken = new("transaction.id_taken", 409, "Another transaction has this id.");
}

/// <summary>Runs one transaction in memory, over what the group has read and done so far: apply, guards, schema, permission, rules.</summary>
/// <param name="registry">The record types.</param>
/// <param name="policy">Who may do what.</param>
/// <param name="overlay">The records.</param>
/// <param name="depths">The depth of each entry that a transaction names as its cause.</param>
/// <param name="clock">Says when.</param>
internal sealed class TransactionRunner(RecordRegistry registry, Policy policy, Overlay overlay, IReadOnlyDictionary<long, int> depths, TimeProvider clock)
{
    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly RecordType _roleType = registry.Of<Role>();

    /// <param name="transaction">To be run.</param>
    /// <param name="head">The newest sequence number; the transaction gets the next one if it changes something.</param>
    /// <param name="entry">The log entry, if it changed something.</param>
    internal Outcome Run(Transaction transaction, long head, out LogEntry? entry)
    {
        entry = null;
        var failure = transaction.Refusal ?? Apply(transaction, head, out entry);
        if (failure is null)
        {
            overlay.Keep();
            return new Outcome(OutcomeKind.Applied, entry?.Seq ?? head);
        }

        overlay.Discard();
        return Refuse(failure, failure.Code == WriteFailures.Changed ? transaction.Operations : [], AccessOf(transaction.Actor));
    }

    /// <summary>The outcome of a failure, with the current state of the records that it is about.</summary>
    internal Outcome Refuse(Failure failure, IEnumerable<Operation> about, Access access)
    {
        var kind = failure.Code == WriteFailures.Changed || failure.Code == WriteFailures.NotUnique ? OutcomeKind.Conflict : OutcomeKind.Rejected;
        var answer = JsonText.Text(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("error");
            failure.Write(json);
            if (kind == OutcomeKind.Conflict)
                WriteCurrent(json, about, access);
            json.WriteEndObject();
        });
        return new Outcome(kind, Failure: failure, Answer: answer);
    }

    private void WriteCurrent(Utf8JsonWriter json, IEnumerable<Operation> about, Access access)
    {
        json.WriteStartArray("current");
        foreach (var (type, id) in about.Select(operation => (operation.Type, operation.Record)).Distinct())
        {
            if (overlay.Current(type, id) is { } record && Reading.Allows(type, access, type.KeysOf(record)))
                type.Write(json, record, field => Reading.Sees(type, access, field));
        }

        json.WriteEndArray();
    }

    private Failure? Apply(Transaction transaction, long head, out LogEntry? entry)
    {
        entry = null;
        var actor = transaction.Actor;
        var access = AccessOf(actor);
        if (!actor.IsSystem && access.Member is null)
            return WriteFailures.NoWorkspace.With("You are not a member of this workspace.");
        if (transaction.Erasures.Count > 0 && !actor.IsSystem)
            return PermissionFailures.Denied.With("Only the server's commands erase.");
        if (CheckCause(transaction, out var depth) is { } endless)
            return endless;

        foreach (var operation in transaction.Operations)
        {
            if (Apply(operation, head, access) is { } failure)
                return failure;
        }

        // With the keys that the transaction itself hands out.
        access = AccessOf(actor);
        var changes = new List<RecordChange>();
        var now = clock.GetUtcNow();
        var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        foreach (var (type, id, before, after) in overlay.Staged().ToArray())
        {
            if (RecordChange.Between(type, before, after) is not { } change)
            {
                // Nothing changed, so nothing is written and no version moves.
                overlay.Unstage(type, id);
                continue;
            }

            var failure = (after is null ? null : type.CheckWhole(after))
                ?? policy.Check(type, access, before, after, type.RulesSeeAll ? overlay.AllOf(type) : [], Chain);
            if (failure is not null)
                return failure;
            changes.Add(change);
            if (after is not null)
                Stamp(after, before is null, head + 1, at, actor.User);
        }

        if (changes.Count > 0 || transaction.Erasures.Count > 0)
        {
            entry = new LogEntry(head + 1, transaction.Id, at, actor, transaction.Origin, changes)
            {
                Cause = transaction.Cause,
                Depth = depth,
                Erasures = transaction.Erasures,
            };
        }

        return null;
    }

    private Record? Chain(Type record, Guid id) => overlay.Current(registry.Of(record), id);

    /// <summary>What the actor may do, as the transactions before this one, and its own operations so far, have left it.</summary>
    private Access AccessOf(Actor actor)
    {
        if (actor.User is not { } user || overlay.MemberOf(_memberType, user) is not { } member)
            return policy.AccessOf(actor);
        var custom = member.CustomRole is { } role ? (Role?)overlay.Current(_roleType, role) : null;
        var granted = registry.Grants.SelectMany(type => overlay.AllOf(type)
            .Where(record => (Guid?)type.Grant!.Member.Get(record) == member.Id)
            .Select(record => (type.Grant!.Kind, (Guid)type.Grant.Key.Get(record)!)));
        return policy.AccessOf(actor, member, custom, granted);
    }

    private Failure? CheckCause(Transaction transaction, out int depth)
    {
        depth = 0;
        if (transaction.Cause is not { } cause)
            return null;
        if (!depths.TryGetValue(cause, out var before))
            return WriteFailures.CauseUnknown.With($"There is no entry {cause}. Name the entry that was read.", "cause");
        depth = before + 1;
        return depth <= LogEntry.MaxDepth
            ? null
            : WriteFailures.TooDeep.With($"{LogEntry.MaxDepth} entries led to this one, each by the one before. Look at what reacts to itself.", "cause", ("max", LogEntry.MaxDepth));
    }

    private Failure? Apply(Operation operation, long head, Access access)
    {
        var (type, id) = (operation.Type, operation.Record);
        // Who may not read a record learns nothing about it from the answers to writes.
        if (operation is CreateOperation ? !Reading.AllowsSome(type, access) && !access.Can(type.Permission("create")) : !MayTouch(type, id, access))
            return WriteFailures.NotFound.With($"There is no {type.Name} {id}.", "id");
        if (operation is CreateOperation create)
        {
            if (overlay.IsTaken(type, id))
                return WriteFailures.Exists.With($"The id {id} is taken. Make a new one.", "id");
            var record = type.New(id);
            foreach (var (field, value) in create.Values)
                field.Set(record, value);
            overlay.Stage(type, id, record);
            return null;
        }

        var existing = overlay.Edit(type, id)!;
        if (CheckGuard(operation, existing, head) is { } failure)
            return failure;
        if (operation is SetOperation set)
            set.Field.Set(existing, set.Value);
        else
            overlay.Stage(type, id, null);
        return null;
    }

    /// <summary>Whether the record is there for the actor: readable before the transaction, or made by it.</summary>
    private bool MayTouch(RecordType type, Guid id, Access access) =>
        overlay.Current(type, id) is not null && (overlay.Kept(type, id) is not { } before || Reading.Allows(type, access, type.KeysOf(before)));

    private static Failure? CheckGuard(Operation operation, Record existing, long head)
    {
        var version = operation switch { SetOperation set => set.Version, DeleteOperation delete => delete.Version, _ => null };
        if (version is null || version == existing.Version)
            return null;
        return version > head
            ? WriteFailures.FromFuture.With($"The guard names version {version}, but the newest is {head}.", "guard", ("head", head))
            : WriteFailures.Changed.With($"The guard names version {version}, but the record has {existing.Version}.", "guard", ("version", existing.Version));
    }

    private static void Stamp(Record record, bool created, long version, DateTimeOffset at, Guid? user)
    {
        record.Version = version;
        record.UpdatedAt = at;
        record.UpdatedBy = user;
        if (!created)
            return;
        record.CreatedAt = at;
        record.CreatedBy = user;
    }
}
