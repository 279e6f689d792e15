using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
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
    public static readonly FailureCode ReferenceNotFound = new("reference.not_found", 422, "A field refers to a record that does not exist.");
    public static readonly FailureCode Referenced = new("record.referenced", 409, "Other records refer to this one.");
    public static readonly FailureCode TooManyBelow = new("record.too_many_below", 422, "More records lie below this one than can move with it at once.");
    public static readonly FailureCode Refused = new("record.refused", 422, "The database refused the record.");
    public static readonly FailureCode NoWorkspace = new("workspace.not_found", 404, "There is no such workspace, or you are not in it.");
    public static readonly FailureCode CauseUnknown = new("transaction.cause_unknown", 422, "The entry that is named as the cause does not exist.");
    public static readonly FailureCode TooDeep = new("transaction.too_deep", 422, "Too many entries of the log caused one another.");
    public static readonly FailureCode IdTaken = new("transaction.id_taken", 409, "Another transaction has this id.");
    public static readonly FailureCode Retry = new("transaction.retry", 503, "What became of it is not known. Send the same again, under the same id.");
    public static readonly FailureCode TooSlow = new("transaction.too_slow", 422, "The transaction takes longer than it may.");

    /// <summary>What a stranger is told: he learns not whether there is such a workspace.</summary>
    public static Failure NotHere(string? field = null) => NoWorkspace.With("There is no such workspace, or you are not in it.", field);
}

/// <summary>Runs one transaction in memory, over what the group has read and done so far: apply, guards, schema, permission, rules.</summary>
/// <param name="registry">The record types.</param>
/// <param name="policy">Who may do what.</param>
/// <param name="overlay">The records.</param>
/// <param name="facts">What else there is to know. Where it is not <see cref="Facts.Complete"/> after a run, the run counts for nothing.</param>
/// <param name="entries">What the group has done so far.</param>
/// <param name="depths">The depth of each entry that a transaction names as its cause.</param>
/// <param name="clock">Says when.</param>
internal sealed class TransactionRunner(
    RecordRegistry registry,
    Policy policy,
    Overlay overlay,
    Facts facts,
    IReadOnlyList<LogEntry> entries,
    IReadOnlyDictionary<long, int> depths,
    TimeProvider clock)
{
    private readonly RecordType _memberType = registry.Of<Member>();
    private readonly RecordType _roleType = registry.Of<Role>();
    private readonly Inheritance _inheritance = new(registry, overlay, facts);
    private readonly CustomRules _custom = new(registry, overlay, facts);
    private readonly Conflicts _conflicts = new(registry, overlay, facts, entries);
    private readonly References _references = new(registry, overlay, facts);

    /// <param name="transaction">To be run.</param>
    /// <param name="head">The newest sequence number; the transaction gets the next one if it changes something.</param>
    /// <param name="entry">The log entry, if it changed something.</param>
    internal Outcome Run(Transaction transaction, long head, out LogEntry? entry)
    {
        entry = null;
        Operation? refused = null;
        var failure = transaction.Refusal ?? Apply(transaction, head, out entry, out refused);
        if (failure is not null && transaction.ReferredBy is { } referring && Reading.AllowsAll(referring, AccessOf(transaction.Actor)))
            failure = failure.And(("by", referring.Name));
        if (failure is not null && refused is not null)
            failure = failure.Of(transaction.Operations.TakeWhile(operation => !ReferenceEquals(operation, refused)).Count(), refused.Type.Name, $"{refused.Record}");
        if (!facts.Complete)
        {
            overlay.Discard();
            return Outcome.Again;
        }

        if (failure is null)
        {
            overlay.Keep(entry?.Seq ?? head);
            return new Outcome(OutcomeKind.Applied, entry?.Seq ?? head);
        }

        overlay.Discard();
        var isConflict = failure.Code == WriteFailures.Changed || failure.Code == WriteFailures.NotUnique;
        return isConflict ? Conflict(transaction, failure, Conflicts.Store(failure, refused, transaction)) : Refuse(failure);
    }

    /// <summary>The answer to a conflict that was decided before, as it looks now.</summary>
    internal Outcome Repeat(Transaction transaction, Outcome stored) => Conflict(transaction, stored.Failure, stored.Stored!);

    internal static Outcome Refuse(Failure failure)
    {
        var answer = JsonText.Text(json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("error");
            failure.Write(json);
            json.WriteEndObject();
        });
        return new Outcome(OutcomeKind.Rejected, Failure: failure, Answer: answer) { Stored = answer };
    }

    private Outcome Conflict(Transaction transaction, Failure? failure, string stored)
    {
        var answer = _conflicts.Answer(stored, AccessOf(transaction.Actor));
        return new Outcome(OutcomeKind.Conflict, Failure: failure, Answer: answer) { Stored = stored };
    }

    private Failure? Apply(Transaction transaction, long head, out LogEntry? entry, out Operation? refused)
    {
        entry = null;
        refused = null;
        var actor = transaction.Actor;
        var access = AccessOf(actor);
        if (!actor.IsSystem && access.Member is null)
            return WriteFailures.NotHere();
        if (transaction.Erasures.Count > 0 && !actor.IsSystem)
            return PermissionFailures.Denied.With("Only the server's commands erase.");
        if (transaction.Compaction is not null && !actor.IsSystem)
            return PermissionFailures.Denied.With("Only the server compacts.");
        if (CheckCause(transaction, out var depth) is { } endless)
            return endless;

        _custom.Forget();
        foreach (var operation in transaction.Operations)
        {
            refused = operation;
            if (Apply(operation, head, access) is { } failure)
                return failure;
            if (operation.Type.Class == typeof(CustomField))
                _custom.Forget();
        }

        var asked = transaction.Operations.Select(operation => (operation.Type, operation.Record)).ToHashSet();
        refused = null;
        // Whether what it makes is whole: said before anything is read or worked out for it.
        foreach (var (type, id, _, after) in overlay.Staged().Where(staged => asked.Contains((staged.Type, staged.Id))))
        {
            if (after is not null && type.CheckWhole(after) is { } unsound)
            {
                refused = LastOn(transaction, type, id);
                return unsound;
            }
        }

        if (_inheritance.Settle() is { } tooMany)
            return tooMany;
        var referenced = _references.CheckLeft(access);
        AskForReferences();
        if (!facts.Complete)
            return null;
        // Made by the server for whoever asks: it takes nobody's permission.
        foreach (var job in transaction.Jobs.Where(job => job.IsShown && access.Member is not null))
            overlay.Stage(registry.Of<JobRun>(), job.Id, new JobRun { Id = job.Id, Member = access.Member, Kind = job.Kind });
        var before = access;
        access = AccessOf(actor);
        var changes = new List<RecordChange>();
        var now = clock.GetUtcNow();
        var at = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        foreach (var (type, id, then, after) in overlay.Staged().ToArray())
        {
            if (RecordChange.Between(type, then, after) is not { } change)
            {
                // Nothing changed, so nothing is written and no version moves.
                overlay.Unstage(type, id);
                continue;
            }

            // What moves along with the record above it is nobody's wish, and takes nobody's permission.
            if (asked.Contains((type, id)) && Check(type, then, after, before, access) is { } failure)
            {
                refused = LastOn(transaction, type, id);
                return failure;
            }

            changes.Add(change);
            if (after is not null)
                Stamp(after, then is null, head + 1, at, actor.User);
        }

        if (referenced is { } kept)
        {
            refused = LastOn(transaction, kept.Type, kept.Id);
            return kept.Failure;
        }

        if (changes.Count > 0 || transaction.Erasures.Count > 0 || transaction.Compaction is not null)
        {
            entry = new LogEntry(head + 1, transaction.Id, at, actor, transaction.Origin, changes)
            {
                Cause = transaction.Cause,
                Depth = depth,
                Erasures = transaction.Erasures,
                Base = transaction.Compaction?.Base,
            };
        }

        return null;
    }

    private static Operation LastOn(Transaction transaction, RecordType type, Guid id) =>
        transaction.Operations.Last(operation => operation.Type == type && operation.Record == id);

    /// <summary>Asks for all that the changed records newly refer to, so that it is read at once.</summary>
    private void AskForReferences()
    {
        foreach (var (type, _, before, after) in overlay.Staged())
        {
            foreach (var field in after is null ? [] : type.References)
            {
                if (field.Get(after!) is Guid id && (before is null || !field.Same(field.Get(before), id)))
                    _inheritance.Find(registry.Find(field.Target!)!, id);
            }
        }
    }

    /// <summary>What stands against a record as the transaction leaves it.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="then">The record before; null where it is created.</param>
    /// <param name="after">Null where it is deleted.</param>
    /// <param name="before">What the actor could do before the transaction.</param>
    /// <param name="access">What he may do with the keys that it has handed out.</param>
    private Failure? Check(RecordType type, Record? then, Record? after, Access before, Access access) =>
        (after is null ? null : type.CheckWhole(after) ?? _custom.Check(type, then, after) ?? CheckReferences(type, then, after, access))
            ?? (then is null && type.Grant is not null ? CheckGrant(type, after!, before) : null)
            ?? policy.Check(type, access, then, after, type.RulesSeeAll ? overlay.AllOf(type) : [], new Surroundings(Find, Appears, CountLike));

    /// <summary>Whoever opens something to someone was in it himself before, makes it just now, or may do so by his role.</summary>
    private Failure? CheckGrant(RecordType type, Record grant, Access before)
    {
        if (type.Grant!.Key.Get(grant) is not Guid key)
            return null;
        var isNew = registry.All.Any(other => other.Keys.Any(own => own.Name == "id" && own.Kind == type.Grant.Kind)
            && overlay.Current(other, key) is not null && overlay.Kept(other, key) is null && overlay.Deleted(other, key) is null);
        return isNew || before.Holds(type.Grant.Kind, key) || before.Can(type.Permission("grant"))
            ? null
            : PermissionFailures.OutOfReach.With("Only who is in it can open it to others.", type.Grant.Key.Name);
    }

    /// <summary>
    /// What the actor may do: by the role that the transactions before this one have left him, so that nobody raises
    /// himself, and with the keys that the running one has handed out so far, as for who founds something and goes in.
    /// </summary>
    private Access AccessOf(Actor actor)
    {
        if (actor.User is not { } user || overlay.MemberOf(_memberType, user) is not { } member)
            return policy.AccessOf(actor);
        // A role that is not there permits nothing; the built-in one does not take its place.
        var custom = member.CustomRole is { } role ? (_inheritance.Find(_roleType, role) is null ? null : (Role?)overlay.Kept(_roleType, role)) ?? new Role() : null;
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
        if (operation is CreateOperation ? !Reading.AllowsSome(type, access) && !access.Can(type.Permission("create")) : !MayTouch(operation, access))
            return WriteFailures.NotFound.With($"There is no {type.Name} {id}.", "id");
        // And before anything is looked up: what is refused anyway costs nobody's time.
        if (CheckPermission(operation, access) is { } denied)
            return denied;
        if (CheckGuardsSeen(operation, access) is { } hidden)
            return hidden;
        // Before anything is compared: that nothing would change says what is there.
        if (operation is FieldOperation { Field: { Guard: { } guard } guarded } && Policy.CheckPermission(type, access, $"change.{guard.Name}", guarded.Name) is { } masked)
            return masked;
        switch (operation)
        {
            case CreateOperation create:
                return Create(create, access) ?? GuardChecks.CheckAfter(operation, overlay.Current(type, id)!, overlay, facts);
            case RestoreOperation:
                return Restore(type, id) ?? GuardChecks.CheckAfter(operation, overlay.Current(type, id)!, overlay, facts);
        }

        var existing = overlay.Edit(type, id)!;
        if (GuardChecks.CheckBefore(operation, existing, head) is { } failure)
            return failure;
        if (operation is not FieldOperation step)
        {
            overlay.Stage(type, id, null);
            return null;
        }

        return _custom.Resolve(type, step.Field) is { } field
            ? FieldSteps.Apply(existing, step, field) ?? GuardChecks.CheckAfter(operation, existing, overlay, facts)
            : CustomRules.Unknown(type, step.Field);
    }

    private Failure? Create(CreateOperation create, Access access)
    {
        var (type, id) = (create.Type, create.Record);
        var record = type.New(id);
        foreach (var (named, value) in create.Values)
        {
            if (_custom.Resolve(type, named) is not { } field)
                return CustomRules.Unknown(type, named);
            if (FieldSteps.Set(record, named, field, value) is { } failure)
                return failure;
        }

        if (overlay.IsTaken(type, id))
        {
            // That an id is taken is for those who could have made the record, or read the one that there is.
            _inheritance.Give(type, record);
            return (IsReadable(type, id, access) ? null : type.CheckWhole(record) ?? Check(type, then: null, record, access, access))
                ?? WriteFailures.Exists.With($"The id {id} is taken. Make a new one.", "id");
        }

        overlay.Stage(type, id, record);
        return null;
    }

    private bool IsReadable(RecordType type, Guid id, Access access) =>
        (overlay.Kept(type, id) ?? overlay.Deleted(type, id)) is not { } there || Reading.Allows(type, access, type.KeysOf(there));

    /// <summary>Whether the record is there for the actor: readable before the transaction, or made by it.</summary>
    private bool MayTouch(Operation operation, Access access)
    {
        var (type, id) = (operation.Type, operation.Record);
        var before = overlay.Kept(type, id) ?? (operation is RestoreOperation ? overlay.Deleted(type, id) : null);
        var isThere = overlay.Current(type, id) is not null || (operation is RestoreOperation && before is not null);
        return isThere && (before is null || Reading.Allows(type, access, type.KeysOf(before)));
    }

    /// <summary>Whether his role permits the operation at all. What is restored brings its guarded fields back, filled or not.</summary>
    private Failure? CheckPermission(Operation operation, Access access)
    {
        var (type, id) = (operation.Type, operation.Record);
        var verb = operation is CreateOperation || overlay.Kept(type, id) is null ? "create" : operation is DeleteOperation ? "delete" : "update";
        if (Policy.CheckPermission(type, access, verb) is { } denied)
            return denied;
        return operation is RestoreOperation
            ? type.Guarded.Select(field => Policy.CheckPermission(type, access, $"change.{field.Guard!.Name}", field.Name)).FirstOrDefault(failure => failure is not null)
            : null;
    }

    /// <summary>A guard on a field that the actor does not see would tell him what it holds; one on all records, what others hold.</summary>
    private static Failure? CheckGuardsSeen(Operation operation, Access access)
    {
        var type = operation.Type;
        if (!Reading.AllowsAll(type, access) && operation.Guards.OfType<UniqueGuard>().FirstOrDefault(guard => !type.Uniques.Any(unique => unique.Fields.SequenceEqual(guard.Fields))) is { } nosy)
            return PermissionFailures.Denied.With("Who may not read all records cannot ask whether another one holds a value.", nosy.Fields[0].Name, ("permission", type.ReadPermission));
        var fields = operation.Guards.SelectMany(guard => guard switch { FieldGuard { Field: var field } => [field], UniqueGuard { Fields: var fields } => fields, _ => [] });
        return fields.FirstOrDefault(field => !Reading.Sees(type, access, field)) is { } hidden
            ? PermissionFailures.Denied.With($"Your role does not permit you to see '{hidden.Name}', so no guard looks at it.", hidden.Name, ("permission", type.Permission($"see.{hidden.Guard!.Name}")))
            : null;
    }

    private Failure? Restore(RecordType type, Guid id)
    {
        if (overlay.Current(type, id) is not null)
            return WriteFailures.Exists.With($"The {type.Name} {id} is there; nothing is to be restored.", "id");
        if (overlay.Deleted(type, id) is not { } record)
            return WriteFailures.NotFound.With($"No {type.Name} {id} was deleted.", "id");
        overlay.Stage(type, id, record);
        return null;
    }

    /// <summary>
    /// Tests that references lead to something that stays, and those that changed to something that the actor may read:
    /// what he may not, is not there for him.
    /// </summary>
    private Failure? CheckReferences(RecordType type, Record? before, Record after, Access access)
    {
        foreach (var (field, named) in type.Loose)
        {
            if (field.Get(after) is not Guid id || (before is not null && field.Same(field.Get(before), id) && named.Same(named.Get(before), named.Get(after))))
                continue;
            if (registry.Find((string?)named.Get(after) ?? "") is not { } about || _inheritance.Find(about, id) is not { } there || !Reading.Allows(about, access, about.KeysOf(there)))
                return WriteFailures.ReferenceNotFound.With($"'{field.Name}' names a record that does not exist, or '{named.Name}' no type of records.", field.Name);
        }

        foreach (var field in type.References)
        {
            if (field.Get(after) is not Guid id)
                continue;
            var target = registry.Find(field.Target!)!;
            var isOld = before is not null && field.Same(field.Get(before), id);
            if (isOld && !overlay.Knows(target, id))
                continue;
            if (_inheritance.Find(target, id) is not { } record || (!isOld && !Reading.Allows(target, access, target.KeysOf(record))))
                return WriteFailures.ReferenceNotFound.With($"'{field.Name}' names a {target.Name} that does not exist.", field.Name, ("target", target.Name));
        }

        return null;
    }

    private Record? Find(string type, Guid id) => registry.Find(type) is { } known ? _inheritance.Find(known, id) : null;

    private bool Appears(string type, Guid id) => registry.Find(type) is { } known && overlay.Kept(known, id) is null;

    private int CountLike(Record like, IReadOnlyList<string> properties)
    {
        var type = registry.Of(like.GetType());
        Field[] fields = [.. properties.Select(type.FieldOf)];
        return overlay.AllOf(type).Count(other => fields.All(field => field.Same(field.Get(other), field.Get(like))))
            + facts.Ask(new SameValues(type, like, fields)).Count(id => !overlay.Knows(type, id));
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
