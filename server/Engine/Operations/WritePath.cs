using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Holdfast.Engine.Operations;

/// <summary>
/// The one door for every writer of records. Transactions queue up while a group is being written and form the next, so
/// busy workspaces share statements and commits, and a quiet one never waits.
/// </summary>
public sealed partial class WritePath : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Db _db;
    private readonly RecordRegistry _registry;
    private readonly Policy _policy;
    private readonly JobRegistry _jobs;
    private readonly JobBell _bell;
    private readonly TimeProvider _clock;
    private readonly ILogger<WritePath> _logger;
    private readonly WriteQueue _queue = new();
    private readonly ITimer _patience;

    internal WritePath(Db db, RecordRegistry registry, Policy policy, JobRegistry jobs, JobBell bell, TimeProvider clock, ILogger<WritePath> logger)
    {
        (_db, _registry, _policy, _jobs, _bell, _clock, _logger) = (db, registry, policy, jobs, bell, clock, logger);
        _patience = clock.CreateTimer(_ => WaitNoLonger(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called with what was committed, in order within this process, after the database has it.</summary>
    public event Action<Guid, IReadOnlyList<LogEntry>>? Committed;

    /// <summary>Called with what was refused just now, and whose it was; not with the stored answer to a repetition.</summary>
    public event Action<Guid, Actor, Failure>? Refused;

    /// <summary>Makes the workspace exist for the machine. Its first transaction follows.</summary>
    public async Task CreateWorkspaceAsync(Guid workspace)
    {
        await _db.In(workspace).ExecuteAsync(
            $"INSERT INTO engine.workspaces (workspace_id, epoch, created_at) VALUES ({workspace}, {Guid.CreateVersion7()}, {_clock.GetUtcNow()})");
    }

    /// <summary>
    /// Deletes a workspace with its log and all else of it, where nobody but this person is in it. Who is about to write in it is
    /// let through before, or finds no workspace any more. Good to repeat.
    /// </summary>
    /// <param name="workspace">Which.</param>
    /// <param name="alone">The only person there.</param>
    /// <returns>False where somebody else is in it.</returns>
    public async Task<bool> DeleteWorkspaceAsync(Guid workspace, Guid alone)
    {
        await using var database = await _db.BeginWriteAsync([workspace], CancellationToken.None);
        // It may be large, and nobody else has anything to wait for.
        await database.ExecuteAsync([$"SET LOCAL statement_timeout = 0", $"SELECT pg_advisory_xact_lock({GroupReads.LockOf(workspace)})"], CancellationToken.None);
        var gone = await database.QueryAsync<bool>($"SELECT engine.delete_workspace({alone})");
        await database.CommitAsync([], CancellationToken.None);
        return gone[0];
    }

    /// <summary>Writes one transaction. Transactions of a workspace are taken in the order of the calls.</summary>
    /// <returns>Its outcome; an expected failure is an outcome, never an exception.</returns>
    public Task<Outcome> WriteAsync(Guid workspace, Transaction transaction)
    {
        var answer = _queue.Add(workspace, transaction);
        StartTurn();
        return answer;
    }

    /// <summary>Says what would become of some transactions, one after the other, and writes none of them. What only the tables can refuse it does not foresee.</summary>
    /// <returns>The outcome of each.</returns>
    public async Task<IReadOnlyList<Outcome>> JudgeAsync(Guid workspace, IReadOnlyList<Transaction> transactions, CancellationToken cancel)
    {
        var part = new GroupPart(_registry, _policy, _clock, workspace, transactions);
        await new WriteGroup(_db, _registry, _jobs, _clock, [part]).JudgeAsync(cancel);
        return part.Outcomes;
    }

    public void Dispose() => _patience.Dispose();

    /// <summary>Begins a turn if one may begin: behind what already waits for a processor, so that writes among that come along.</summary>
    private void StartTurn()
    {
        if (_queue.Start())
            Background.Start(TakeTurnAsync);
    }

    private void WaitNoLonger()
    {
        _queue.WaitNoLonger();
        StartTurn();
    }

    private async Task TakeTurnAsync()
    {
        if (_queue.Next() is not { } turn)
            return;
        if (!turn.ByItself)
            _patience.Change(Patience, Timeout.InfiniteTimeSpan);
        StartTurn();
        try
        {
            await WriteAsync(turn.Waiting, turn.ByItself);
        }
        catch (Exception e)
        {
            // Whatever went wrong, nobody may wait for ever. What was decided all the same, the sender hears when he sends it again.
            LogFailed(_logger, e);
            foreach (var waiting in turn.Waiting)
                waiting.Set(Outcome.Again);
        }

        _queue.End(turn);
        StartTurn();
    }

    private async Task WriteAsync(IReadOnlyList<Waiting> waiting, bool byItself)
    {
        var lines = waiting.ToLookup(one => one.Line);
        GroupPart[] parts = [.. lines.Select(line => new GroupPart(_registry, _policy, _clock, line.Key.Workspace, [.. line.Select(one => one.Transaction)]))];
        try
        {
            await new WriteGroup(_db, _registry, _jobs, _clock, parts).RunAsync(waits: byItself, CancellationToken.None);
        }
        catch (CompanionException e)
        {
            waiting[0].Set(new Outcome(OutcomeKind.Rejected, Failure: e.Failure));
            return;
        }
        catch (PostgresException e) when (IsTooSlow(e) && !byItself)
        {
            // Each workspace goes on by itself: so the others wait for it once, and not while it is taken apart.
            foreach (var line in lines)
                line.Key.IsContended = true;
            return;
        }
        catch (Exception e) when (lines.Count == 1 && waiting.Count > 1 && !byItself && e is not NpgsqlException { IsTransient: true })
        {
            // All of one workspace: it goes on by itself, so that the others do not wait until it has been taken apart.
            lines.Single().Key.IsContended = true;
            return;
        }
        catch (Exception e) when (waiting.Count > 1 && e is not NpgsqlException { IsTransient: true })
        {
            // One of them is to blame: in halves, until it stands alone and answers for itself.
            var half = waiting.Count / 2;
            await WriteAsync([.. waiting.Take(half)], byItself);
            await WriteAsync([.. waiting.Skip(half).Where(one => byItself || !one.Line.IsContended)], byItself);
            return;
        }
        catch (PostgresException e) when ((DbFaults.IsRefusal(e) || IsTooSlow(e)) && waiting[0].Transaction.Refusal is null)
        {
            // Stored as the outcome, so that a repeat gets the same answer, and costs nothing: what is too slow now is so again.
            LogRefused(_logger, e.SqlState, e.ConstraintName, waiting[0].Line.Workspace);
            var failure = FailureOf(e);
            var referring = failure.Code == WriteFailures.Referenced ? _registry.FindByTable(e.SchemaName, e.TableName) : null;
            if (waiting[0].Transaction.Operations is [var only])
                failure = failure.Of(0, only.Type.Name, $"{only.Record}");
            var refused = waiting[0].Transaction with { Refusal = failure, ReferredBy = referring, Operations = [], Companions = [], Erasures = [] };
            await WriteAsync([waiting[0] with { Transaction = refused }], byItself);
            return;
        }
        catch (Exception e) when (e is not NpgsqlException { IsTransient: true })
        {
            // A fault of ours. It is for whoever ran into it, and for nobody else in the turn.
            LogFailed(_logger, e);
            waiting[0].Set(Outcome.Again);
            return;
        }

        foreach (var (line, part) in lines.Zip(parts))
        {
            line.Key.IsContended |= !part.IsLocked;
            foreach (var (one, outcome) in line.Zip(part.Outcomes))
            {
                one.Set(outcome);
                if (outcome is { Kind: OutcomeKind.Rejected, Failure: { } refusal })
                    Refused?.Invoke(part.Workspace, one.Transaction.Actor, refusal);
            }

            if (part.Entries.Count > 0)
                Committed?.Invoke(part.Workspace, part.Entries);
            if (part.Jobs.Count > 0)
                _bell.Ring(part.Workspace, part.Jobs.Select(asked => asked.Job), _clock.GetUtcNow());
        }
    }

    /// <summary>What a constraint of the tables says, in the words of the metadata.</summary>
    private Failure FailureOf(PostgresException refusal)
    {
        var type = _registry.FindByTable(refusal.SchemaName, refusal.TableName);
        switch (refusal.SqlState)
        {
            case PostgresErrorCodes.UniqueViolation when type?.Uniques.FirstOrDefault(unique => unique.Constraint == refusal.ConstraintName) is { } unique:
                var names = string.Join(", ", unique.Fields.Select(field => field.Name));
                return WriteFailures.NotUnique.With($"Another {type.Name} holds the same {names} already.", unique.Fields[0].Name, ("fields", names));
            case PostgresErrorCodes.UniqueViolation:
                return WriteFailures.NotUnique.With("Another record holds this value already.");
            // That a reference leads nowhere was found before. So something that others refer to was deleted.
            // Of what type it is, he is told by whoever knows what he may read.
            case PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation when type is not null:
                return WriteFailures.Referenced.With("Other records refer to it. Change or delete them first.");
            case PostgresErrorCodes.QueryCanceled:
                return WriteFailures.TooSlow.With("Do less at once: send it in parts, or with fewer guards.");
            default:
                return WriteFailures.Refused.With("The record does not hold what the database demands of it.", null, ("constraint", refusal.ConstraintName ?? ""));
        }
    }

    /// <summary>
    /// A statement that ran into the time that the writer gives it. Whose work that was is found by trying, as with a refusal;
    /// that the database does not answer at all, or that someone else holds a lock, passes.
    /// </summary>
    private static bool IsTooSlow(PostgresException e) => e.SqlState == PostgresErrorCodes.QueryCanceled;

    [LoggerMessage(LogLevel.Error, "A group of transactions failed; its senders will try again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The database refused a transaction of workspace {Workspace}: {SqlState} {Constraint}")]
    private static partial void LogRefused(ILogger logger, string sqlState, string? constraint, Guid workspace);
}
