using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Operations;

public static class UndoFailures
{
    internal static readonly FailureCode NotFound = new("transaction.not_found", 404, "There is no such transaction of yours.");
}

/// <summary>What came of undoing a transaction.</summary>
/// <param name="Transaction">The transaction that undoes; null where nothing was left to undo.</param>
/// <param name="Outcome">Its outcome.</param>
/// <param name="Left">The records that someone has changed since: they stay as they are.</param>
public sealed record Undone(Transaction? Transaction, Outcome? Outcome, IReadOnlyList<Guid> Left);

/// <summary>
/// Undoes a transaction by its entry in the log, for what no browser has composed: an import, a merge. What someone has changed
/// since is left alone. It is ordinary operations of the person in one transaction, so undoing it again does it again. A
/// transaction can be undone for as long as its outcome is kept (90 days).
/// </summary>
public sealed class Undoing(RecordRegistry registry, WritePath writePath, AccessReader accesses)
{
    /// <summary>What the log calls it.</summary>
    public const string Command = "UndoTransaction";

    /// <param name="workspace">Where.</param>
    /// <param name="person">Who undoes; it must have been his.</param>
    /// <param name="transaction">The one to be undone.</param>
    /// <param name="cancel">Stops what comes before the writing.</param>
    public async Task<(Undone? Undone, Failure? Failure)> UndoAsync(Guid workspace, Actor person, Guid transaction, CancellationToken cancel)
    {
        var (operations, left, failure) = await ComposeAsync(workspace, person, transaction, cancel);
        if (failure is not null)
            return (null, failure);
        if (operations.Count == 0)
            return (new Undone(null, null, left), null);
        var back = new Transaction { Id = Guid.CreateVersion7(), Actor = person with { Via = Command }, Operations = operations };
        return (new Undone(back, await writePath.WriteAsync(workspace, back), left), null);
    }

    private async Task<(IReadOnlyList<Operation> Operations, IReadOnlyList<Guid> Left, Failure? Failure)> ComposeAsync(Guid workspace, Actor person, Guid transaction, CancellationToken cancel)
    {
        await using var visit = await accesses.EnterAsync(workspace, person, cancel);
        if (visit is null)
            return ([], [], WriteFailures.NotHere());
        var database = visit.Database;
        // The log has no way from a transaction to its entry; the outcome names it, for as long as it is kept.
        var stored = await database.QueryAsync<StoredEntry>(
            $"""
            SELECT {StoredEntry.Columns} FROM engine.log WHERE workspace_id = {workspace} AND transaction_id = {transaction}
              AND seq = (SELECT seq FROM engine.outcomes WHERE workspace_id = {workspace} AND transaction_id = {transaction})
            """, cancel);
        if (stored.Count == 0 || stored[0].UserId != person.User)
            return ([], [], UndoFailures.NotFound.With("Name the id of a transaction of yours that was applied in the last 90 days."));
        var entry = stored[0].ToEntry(registry);
        var now = new Dictionary<(RecordType, Guid), Record>();
        foreach (var group in entry.Changes.GroupBy(change => change.Type, change => change.Id))
        {
            await using var reader = await database.ReadAsync([group.Key.Sql.Select(workspace, [.. group])], cancel);
            while (await reader.ReadAsync(cancel))
            {
                var record = group.Key.Sql.Read(reader);
                now.Add((group.Key, record.Id), record);
            }
        }

        var operations = new List<Operation>();
        var left = new List<Guid>();
        foreach (var change in entry.Changes)
        {
            var back = Of(change, entry.Seq, now.GetValueOrDefault((change.Type, change.Id)), out var isLeft);
            operations.AddRange(back);
            if (isLeft)
                left.Add(change.Id);
        }

        return (operations, left, null);
    }

    /// <param name="change">To be undone.</param>
    /// <param name="seq">The entry it stands in.</param>
    /// <param name="now">The record as it is; null where it is not there.</param>
    /// <param name="isLeft">Whether some of it is left alone.</param>
    private static List<Operation> Of(RecordChange change, long seq, Record? now, out bool isLeft)
    {
        isLeft = false;
        var (type, id) = (change.Type, change.Id);
        switch (change.Kind)
        {
            case "delete":
                isLeft = now is not null;
                return now is null ? [new RestoreOperation(type, id)] : [];
            case "create":
                isLeft = now is not null && now.Version != seq && !IsAsMade(change, now);
                return now is null || isLeft ? [] : [new DeleteOperation(type, id) { Guards = [new VersionGuard(now.Version)] }];
            // It was compacted: what the record was before is gone.
            case "base":
                isLeft = now is not null;
                return [];
        }

        if (now is null)
        {
            isLeft = true;
            return [];
        }

        var (set, before) = (JsonText.Parse(change.Set), JsonText.Parse(change.Before));
        var operations = new List<Operation>();
        foreach (var member in set.EnumerateObject())
        {
            if (type.Find(member.Name) is not { ReadOnly: false } field || field is SecretField)
                continue;
            if (change.ErasedFromBefore.Contains(member.Name, StringComparer.Ordinal) || field.TryRead(member.Value, out var given) is not null
                || !field.Same(field.Get(now), given) || field.TryRead(before.GetProperty(member.Name), out var held) is not null)
                isLeft = true;
            else
                operations.Add(new SetOperation(type, id, field, held) { Guards = field is SealedField ? [] : [new FieldGuard(field, given)] });
        }

        return operations;
    }

    /// <summary>Whether all that people set in it is as it was made. What the server keeps in it may have moved.</summary>
    private static bool IsAsMade(RecordChange change, Record now)
    {
        var set = JsonText.Parse(change.Set);
        return change.Type.FieldsOf(now).Where(field => !field.ReadOnly && field is not SecretField).All(field =>
            set.TryGetProperty(field.Name, out var made) && field.TryRead(made, out var value) is null && field.Same(field.Get(now), value));
    }
}
