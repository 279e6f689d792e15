using System.Collections.Concurrent;
using System.Diagnostics;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace Holdfast.Engine.Consumers;

/// <summary>
/// Reads for one consumer in this process: claims some of the workspaces that wait, reads their next entries together,
/// handles each workspace by itself, and moves the cursors together. Whoever takes long is not waited for.
/// </summary>
internal sealed partial class ConsumerLoop(
    Consumer consumer,
    IConsumerHandler handler,
    Guid worker,
    ConsumerStore store,
    LogStore log,
    RecordRegistry records,
    JobRegistry jobs,
    JobBell bell,
    ConsumerSettings settings,
    SemaphoreSlim room,
    TimeProvider clock,
    ILogger logger)
{
    private const int MostWorkspaces = 64;
    private const int MostEntries = 1024;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const string Unsaid = "Why it failed could not be written down.";

    // While a new version rolls out, an older process leaves what it does not know to a newer one, and must not be quicker than that.
    private static readonly TimeSpan Yield = TimeSpan.FromSeconds(10);

    private readonly HashSet<Guid> _known = [];
    private readonly ConcurrentDictionary<Guid, long> _yieldedAt = new();
    private readonly HashSet<Task> _late = [];
    private long _handled;

    /// <summary>What became of the entries of one workspace.</summary>
    /// <param name="Cursor">As it was claimed.</param>
    /// <param name="Steps">The entries that were handled.</param>
    /// <param name="Error">Why the one after them failed.</param>
    /// <param name="IsRead">Whether there was nothing more to read.</param>
    private sealed record Run(ConsumerCursor Cursor, IReadOnlyList<ConsumerStep> Steps, string? Error, bool IsRead)
    {
        internal ConsumerAdvance Advance => new(Cursor, Steps.Count > 0 ? Steps[^1].Seq : Cursor.Seq, Error);
    }

    internal Consumer Consumer => consumer;

    /// <summary>How many entries were handled here.</summary>
    internal long Handled => Volatile.Read(ref _handled);

    internal DirtySet Dirty { get; } = new();

    /// <param name="stopping">Takes nothing more, and stops what takes long.</param>
    internal async Task RunAsync(CancellationToken stopping)
    {
        var isBehind = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var taken = await Dirty.TakeAsync(isBehind ? TimeSpan.Zero : settings.Gather, stopping);
                isBehind = false;
                foreach (var some in taken.Chunk(MostWorkspaces))
                    isBehind |= await TakeTurnAsync(some, stopping) >= MostEntries / 2;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
        }

        await Task.WhenAll(_late);
    }

    /// <returns>How many entries were handled in it.</returns>
    private async Task<int> TakeTurnAsync(IReadOnlyList<Guid> taken, CancellationToken stopping)
    {
        var (open, isRead) = (taken.ToHashSet(), false);
        try
        {
            if (taken.Where(workspace => !_known.Contains(workspace)).ToArray() is { Length: > 0 } unknown)
            {
                await store.EnterAsync(consumer, unknown);
                _known.UnionWith(unknown);
            }

            var cursors = await store.ClaimAsync(consumer, worker, settings.Lease, [.. taken.Where(workspace => !Yields(workspace))], stopping);
            var runs = cursors.Count == 0 ? [] : await HandleAsync(cursors, stopping);
            open.ExceptWith(cursors.Select(cursor => cursor.WorkspaceId));
            // Of those that were not claimed the next look finds what is left.
            isRead = true;
            await EndAsync(runs);
            return runs.Sum(run => run.Steps.Count);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(logger, e, consumer.Name);
            await Task.Delay(Pause, clock, stopping);
            return 0;
        }
        finally
        {
            foreach (var workspace in open)
                Dirty.End(workspace, isRead);
        }
    }

    /// <summary>Reads and handles what comes next in each workspace.</summary>
    /// <returns>Those that are done; the others end by themselves.</returns>
    private async Task<IReadOnlyList<Run>> HandleAsync(IReadOnlyList<ConsumerCursor> cursors, CancellationToken stopping)
    {
        var each = Math.Max(1, MostEntries / cursors.Count);
        var entries = (await log.AfterAsync([.. cursors.Select(cursor => cursor.WorkspaceId)], [.. cursors.Select(cursor => cursor.Seq)], each, stopping)).ToLookup(entry => entry.WorkspaceId);
        var runs = cursors.Select(cursor => HandleAsync(cursor, entries[cursor.WorkspaceId], each, stopping)).ToArray();
        if (!Array.TrueForAll(runs, run => run.IsCompleted))
            await Task.WhenAny(Task.WhenAll(runs), Task.Delay(Turn, clock, CancellationToken.None));
        var done = runs.Where(run => run.IsCompleted).ToArray();
        _late.RemoveWhere(late => late.IsCompleted);
        foreach (var late in runs.Except(done))
            _late.Add(EndLateAsync(late));
        return await Task.WhenAll(done);
    }

    private async Task<Run> HandleAsync(ConsumerCursor cursor, IEnumerable<OwnedEntry> entries, int asked, CancellationToken stopping)
    {
        var steps = new List<ConsumerStep>();
        await room.WaitAsync(CancellationToken.None);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var stored in entries)
            {
                if (stopping.IsCancellationRequested || Stopwatch.GetElapsedTime(started) > Turn)
                    return new Run(cursor, steps, Error: null, IsRead: false);
                var entry = stored.ToEntry(records);
                if (entry.Unknown.Count > 0)
                {
                    _yieldedAt[cursor.WorkspaceId] = clock.GetTimestamp();
                    throw new InvalidOperationException($"The entry names the record type {entry.Unknown[0]}, which this server does not have.");
                }

                var step = new ConsumerStep(consumer, cursor.WorkspaceId, entry);
                patience.CancelAfter(consumer.Patience);
                var work = handler.HandleAsync(entry, step, patience.Token);
                if (!work.IsCompletedSuccessfully)
                    await work.WaitAsync(patience.Token);
                steps.Add(step);
            }

            return new Run(cursor, steps, Error: null, IsRead: steps.Count < asked);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new Run(cursor, steps, Error: null, IsRead: false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return Fail(cursor, steps, new TimeoutException($"It took longer than {consumer.Patience}."));
        }
        catch (Exception e)
        {
            return Fail(cursor, steps, e);
        }
        finally
        {
            room.Release();
        }
    }

    private bool Yields(Guid workspace) => _yieldedAt.TryGetValue(workspace, out var at) && clock.GetElapsedTime(at) < Yield;

    private Run Fail(ConsumerCursor cursor, List<ConsumerStep> steps, Exception e)
    {
        LogStuck(logger, e, consumer.Name, cursor.WorkspaceId, steps.Count > 0 ? steps[^1].Seq : cursor.Seq);
        return new Run(cursor, steps, e.Message, IsRead: true);
    }

    private async Task EndLateAsync(Task<Run> late) => await EndAsync([await late]);

    /// <summary>Writes down how far it has come, with all that was done on the way.</summary>
    private async Task EndAsync(IReadOnlyList<Run> runs)
    {
        var isWritten = false;
        try
        {
            var plain = runs.Where(run => !run.Steps.Any(step => step.HasEffects)).ToArray();
            await Task.WhenAll((await TryAdvanceAsync(plain) ? runs.Except(plain) : runs).Select(EndAsync));
            Interlocked.Add(ref _handled, runs.Sum(run => run.Steps.Count));
            isWritten = true;
        }
        catch (Exception e)
        {
            LogFailed(logger, e, consumer.Name);
            await Task.Delay(Pause, clock, CancellationToken.None);
        }
        finally
        {
            foreach (var run in runs)
                Dirty.End(run.Cursor.WorkspaceId, run.IsRead && isWritten);
        }
    }

    /// <returns>False where one of them is to blame, and each is to be ended by itself.</returns>
    private async Task<bool> TryAdvanceAsync(IReadOnlyCollection<Run> plain)
    {
        try
        {
            if (plain.Count > 0)
                await store.AdvanceAsync(consumer, worker, [.. plain.Select(run => run.Advance)]);
            return true;
        }
        catch (Exception e) when (!DbFaults.IsPassing(e))
        {
            LogFailed(logger, e, consumer.Name);
            return false;
        }
    }

    private async Task EndAsync(Run run)
    {
        try
        {
            await CommitAsync(run.Advance, run.Steps);
        }
        catch (Exception e) when (!DbFaults.IsPassing(e))
        {
            await EndOneByOneAsync(run);
        }
    }

    /// <summary>Something that was done beside one of the entries does not hold: what was done beside those before it does.</summary>
    private async Task EndOneByOneAsync(Run run)
    {
        var cursor = run.Cursor;
        foreach (var step in run.Steps)
        {
            try
            {
                if (!await CommitAsync(new ConsumerAdvance(cursor, step.Seq, Error: null, Keeps: step != run.Steps[^1] || run.Error is not null), [step]))
                    return;
                cursor = cursor with { Seq = step.Seq, Attempts = 0 };
            }
            catch (Exception e) when (!DbFaults.IsPassing(e))
            {
                LogStuck(logger, e, consumer.Name, cursor.WorkspaceId, cursor.Seq);
                await WriteFailureAsync(cursor, e.Message);
                return;
            }
        }

        if (run.Error is { } error)
            await WriteFailureAsync(cursor, error);
    }

    /// <summary>Writes down why the next entry failed; in other words where the database does not take those.</summary>
    private async Task WriteFailureAsync(ConsumerCursor cursor, string error)
    {
        try
        {
            await store.AdvanceAsync(consumer, worker, [new ConsumerAdvance(cursor, cursor.Seq, error)]);
        }
        catch (Exception e) when (!DbFaults.IsPassing(e))
        {
            LogFailed(logger, e, consumer.Name);
            await store.AdvanceAsync(consumer, worker, [new ConsumerAdvance(cursor, cursor.Seq, Unsaid)]);
        }
    }

    /// <returns>False where another process has claimed the workspace meanwhile, and does all this again.</returns>
    private async Task<bool> CommitAsync(ConsumerAdvance advance, IReadOnlyList<ConsumerStep> steps)
    {
        var asked = steps.SelectMany(step => step.Jobs).ToArray();
        var now = clock.GetUtcNow();
        Sql[] effects = [.. steps.SelectMany(step => step.Statements), .. asked.Length == 0 ? [] : JobStore.Insert(jobs, asked, now)];
        if (!await store.AdvanceAsync(consumer, worker, advance, effects))
            return false;
        if (asked.Length > 0)
            bell.Ring(advance.Cursor.WorkspaceId, asked.Select(one => one.Job), now);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "What the consumer {Consumer} reads, or has done, could not be read or written; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception, string consumer);

    [LoggerMessage(LogLevel.Error, "The consumer {Consumer} fails in workspace {Workspace} at the entry after {Seq}, and waits there")]
    private static partial void LogStuck(ILogger logger, Exception exception, string consumer, Guid workspace, long seq);
}
