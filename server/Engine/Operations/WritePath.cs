using System.Collections.Concurrent;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Holdfast.Engine.Operations;

/// <summary>
/// The one door for every writer of records. Transactions of a workspace queue up while one group is being
/// written and form the next, so a busy workspace shares commits and a quiet one never waits.
/// </summary>
public sealed partial class WritePath(Db db, RecordRegistry registry, Policy policy, TimeProvider clock, ILogger<WritePath> logger)
{
    private const int GroupSize = 64;
    private readonly ConcurrentDictionary<Guid, Line> _lines = new();

    private sealed record Waiting(Transaction Transaction, TaskCompletionSource<Outcome> Answer);

    private sealed class Line
    {
        public Queue<Waiting> Queue { get; } = new();

        public bool Running { get; set; }
    }

    /// <summary>Called with what was committed, in order within this process, after the database has it.</summary>
    public event Action<Guid, IReadOnlyList<LogEntry>>? Committed;

    /// <summary>Makes the workspace exist for the machine. Its first transaction follows.</summary>
    public async Task CreateWorkspaceAsync(Guid workspace)
    {
        await db.In(workspace).ExecuteAsync(
            $"INSERT INTO engine.workspaces (workspace_id, epoch, created_at) VALUES ({workspace}, {Guid.CreateVersion7()}, {clock.GetUtcNow()})");
    }

    /// <summary>Writes one transaction. Transactions of a workspace are taken in the order of the calls.</summary>
    /// <returns>Its outcome; an expected failure is an outcome, never an exception.</returns>
    public Task<Outcome> WriteAsync(Guid workspace, Transaction transaction)
    {
        var waiting = new Waiting(transaction, new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously));
        var line = _lines.GetOrAdd(workspace, _ => new Line());
        lock (line.Queue)
        {
            line.Queue.Enqueue(waiting);
            if (!line.Running)
            {
                line.Running = true;
                Background.Start(() => DrainAsync(workspace, line));
            }
        }

        return waiting.Answer.Task;
    }

    private async Task DrainAsync(Guid workspace, Line line)
    {
        while (NextGroup(line) is { Count: > 0 } group)
        {
            try
            {
                await WriteGroupAsync(workspace, group);
            }
            catch (Exception e)
            {
                // Whatever went wrong, nobody may wait for ever: nothing was decided, so the sender sends again.
                LogFailed(logger, e, workspace);
                foreach (var waiting in group)
                    waiting.Answer.TrySetResult(Outcome.Again);
            }
        }
    }

    private static List<Waiting> NextGroup(Line line)
    {
        var group = new List<Waiting>();
        lock (line.Queue)
        {
            while (group.Count < GroupSize && line.Queue.TryPeek(out var next))
            {
                var alone = next.Transaction.Companions.Count > 0 || next.Transaction.Erasures.Count > 0;
                if (alone && group.Count > 0)
                    break;
                group.Add(line.Queue.Dequeue());
                if (alone)
                    break;
            }

            line.Running = group.Count > 0;
        }

        return group;
    }

    private async Task WriteGroupAsync(Guid workspace, IReadOnlyList<Waiting> waiting)
    {
        var group = NewGroup(workspace, [.. waiting.Select(w => w.Transaction)]);
        try
        {
            var outcomes = await group.RunAsync(CancellationToken.None);
            for (var i = 0; i < waiting.Count; i++)
                waiting[i].Answer.TrySetResult(outcomes[i]);
            if (group.Entries.Count > 0)
                Committed?.Invoke(workspace, group.Entries);
        }
        catch (CompanionException e)
        {
            waiting[0].Answer.TrySetResult(new Outcome(OutcomeKind.Rejected, Failure: e.Failure));
        }
        catch (PostgresException e) when (IsRefusal(e) && waiting.Count > 1)
        {
            // One of them is to blame; alone, each answers for itself.
            foreach (var single in waiting)
                await WriteGroupAsync(workspace, [single]);
        }
        catch (PostgresException e) when (IsRefusal(e))
        {
            LogRefused(logger, e.SqlState, e.ConstraintName, workspace);
            await WriteRefusedAsync(workspace, waiting[0], e);
        }
    }

    /// <summary>Stores the database's refusal as the outcome, so that a repeat gets the same answer.</summary>
    private async Task WriteRefusedAsync(Guid workspace, Waiting waiting, PostgresException refusal)
    {
        var failure = FailureOf(refusal);
        var refused = waiting.Transaction with { Refusal = failure, Companions = [], Erasures = [] };
        var outcomes = await NewGroup(workspace, [refused]).RunAsync(CancellationToken.None);
        waiting.Answer.TrySetResult(outcomes[0]);
    }

    /// <summary>What a constraint of the tables says, in the words of the metadata.</summary>
    private Failure FailureOf(PostgresException refusal)
    {
        var type = registry.FindByTable(refusal.SchemaName, refusal.TableName);
        switch (refusal.SqlState)
        {
            case PostgresErrorCodes.UniqueViolation when type?.Uniques.FirstOrDefault(unique => unique.Constraint == refusal.ConstraintName) is { } unique:
                var names = string.Join(", ", unique.Fields.Select(field => field.Name));
                return WriteFailures.NotUnique.With($"Another {type.Name} holds the same {names} already.", unique.Fields[0].Name, ("fields", names));
            case PostgresErrorCodes.UniqueViolation:
                return WriteFailures.NotUnique.With("Another record holds this value already.");
            // That a reference leads nowhere was found before. So something that others refer to was deleted.
            case PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation when type is not null:
                return WriteFailures.Referenced.With($"Records of the type {type.Name} refer to it. Change or delete them first.", null, ("type", type.Name));
            default:
                return WriteFailures.Refused.With("The record does not hold what the database demands of it.", null, ("constraint", refusal.ConstraintName ?? ""));
        }
    }

    private WriteGroup NewGroup(Guid workspace, IReadOnlyList<Transaction> transactions) => new(db, registry, policy, clock, workspace, transactions);

    /// <summary>Data that the database will never take (class 22 and 23), in contrast to what passes.</summary>
    private static bool IsRefusal(PostgresException e) =>
        e.SqlState.StartsWith("22", StringComparison.Ordinal) || e.SqlState.StartsWith("23", StringComparison.Ordinal);

    [LoggerMessage(LogLevel.Error, "A group of transactions of workspace {Workspace} failed; its senders will try again")]
    private static partial void LogFailed(ILogger logger, Exception exception, Guid workspace);

    [LoggerMessage(LogLevel.Warning, "The database refused a transaction of workspace {Workspace}: {SqlState} {Constraint}")]
    private static partial void LogRefused(ILogger logger, string sqlState, string? constraint, Guid workspace);
}
