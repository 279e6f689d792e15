using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Holdfast.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Engine.Jobs;

/// <summary>How a process works off jobs.</summary>
public sealed record JobSettings
{
    /// <summary>How many jobs run at once in this process.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>How long a worker that shows no sign of life keeps what it has claimed.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a stopping server waits for jobs that run; then they are told to stop, and are done again later.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it then waits for them to end.</summary>
    internal static TimeSpan Ending { get; } = TimeSpan.FromSeconds(0.4);
}

/// <summary>
/// Works off jobs in this process: claims some, runs them, and writes down in batches how they ended. One loop claims, a
/// fixed number of others run, one writes ends, one gives signs of life, and one looks after workers that give none.
/// </summary>
public sealed partial class JobWorker : BackgroundService
{
    private const int MostHeld = 1000;
    private const int MostLanes = 16;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestScanPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan HeldFor = TimeSpan.FromMilliseconds(100);
    private const int BeatsPerLease = 4;
    private const int LeasesPerThoroughLook = 16;
    private const string Unsaid = "How it ended could not be written down.";

    private readonly JobStore _store;
    private readonly JobRegistry _registry;
    private readonly Schedules _schedules;
    private readonly WriteRun _writeRun;
    private readonly IServiceProvider _services;
    private readonly JobSettings _settings;
    private readonly ILogger<JobWorker> _logger;
    private readonly Lanes _lanes = new();
    private readonly Channel<IReadOnlyCollection<(Lane Lane, TimeSpan Delay)>> _rings = Channel.CreateUnbounded<IReadOnlyCollection<(Lane, TimeSpan)>>();
    private readonly Slots<(Life Life, Job Job)> _slots;
    private readonly Channel<(Life Life, JobEnd End)> _ends = Channel.CreateUnbounded<(Life, JobEnd)>();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly ConcurrentDictionary<Guid, Running> _running = new();
    private readonly CancellationTokenSource _drained = new();
    private HashSet<string> _paused = [];
    private Life _life = new(Guid.CreateVersion7());
    private readonly HeldJobs _held = new();
    private int _turn;
    private double _seconds = 0.01;

    /// <summary>The time between entering and being given up. What was claimed in one life is lost to the next.</summary>
    private sealed record Life(Guid Worker)
    {
        public long LastBeat { get; set; } = Stopwatch.GetTimestamp();
    }

    private sealed record Running(CancellationTokenSource Stop)
    {
        /// <summary>Whether someone wants it to stop; else it stops because this process cannot go on with it.</summary>
        public bool IsCancelled { get; set; }
    }

    internal JobWorker(JobStore store, JobRegistry registry, Schedules schedules, JobBell bell, WriteRun writeRun, IServiceProvider services, JobSettings settings, ILogger<JobWorker> logger)
    {
        _store = store;
        _registry = registry;
        _schedules = schedules;
        _writeRun = writeRun;
        _services = services;
        _settings = settings;
        _logger = logger;
        _slots = new Slots<(Life, Job)>(settings.Concurrency);
        bell.Rang += jobs =>
        {
            _rings.Writer.TryWrite(jobs);
            Wake();
        };
    }

    /// <summary>How many jobs this process holds: claimed, running, or ended and not yet written down.</summary>
    public int Held => _held.Count;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ends = EndAsync();
        var runners = Enumerable.Range(0, _settings.Concurrency).Select(_ => RunAsync(stoppingToken)).ToArray();
        using var lives = new CancellationTokenSource();
        var beats = Task.WhenAll(BeatAsync(lives.Token), LookAfterAsync(lives.Token));
        await DispatchAsync(stoppingToken);

        // Draining: what runs may end, what has not begun is given back.
        _slots.Close();
        var all = Task.WhenAll(runners);
        await Task.WhenAny(all, Task.Delay(_settings.Drain, CancellationToken.None));
        await _drained.CancelAsync();
        await Task.WhenAny(all, Task.Delay(JobSettings.Ending, CancellationToken.None));
        _ends.Writer.TryComplete();
        await ends;
        await lives.CancelAsync();
        await beats;
        // Where a handler does not listen, its job is given up by the others, after the lease.
        if (all.IsCompleted)
            await QuietlyAsync(() => _store.LeaveAsync(_life.Worker));
    }

    /// <summary>Claims jobs whenever there is room and something may wait.</summary>
    private async Task DispatchAsync(CancellationToken cancel)
    {
        var (nextLook, nextScan, nextReturn) = (TimeSpan.Zero, TimeSpan.Zero, _settings.Lease * LeasesPerThoroughLook);
        var isLost = false;
        TimeSpan? due = TimeSpan.Zero;
        var since = Stopwatch.StartNew();
        var entered = false;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (!entered)
                {
                    await _store.EnterAsync(_life.Worker);
                    entered = true;
                }

                if (since.Elapsed >= nextLook)
                {
                    nextLook = since.Elapsed + Look;
                    _lanes.Settle();
                    _paused = [.. await _store.PausedAsync(cancel)];
                    await _schedules.EnqueueDueAsync(cancel);
                }

                if (since.Elapsed >= nextReturn)
                {
                    foreach (var lane in await _store.PutBackAsync(_life.Worker, _held.Ids, cancel))
                        _lanes.Add(lane.Lane, lane.Place);
                    // What was given up here, the database may carry out later.
                    nextReturn = since.Elapsed + (isLost ? _settings.Lease : _settings.Lease * LeasesPerThoroughLook);
                    isLost = false;
                }

                if (since.Elapsed >= nextScan)
                {
                    var started = since.Elapsed;
                    foreach (var lane in await _store.ScanAsync(cancel))
                        _lanes.Add(lane.Lane, lane.Place);
                    due = since.Elapsed + await _store.NextDueAsync(cancel);
                    // A scan is dear where an old snapshot keeps everything that was ever here: it takes a twentieth of the time.
                    nextScan = since.Elapsed + Max(Look, Min(LongestScanPause, (since.Elapsed - started) * 20));
                }

                while (_rings.Reader.TryRead(out var jobs))
                {
                    foreach (var (lane, delay) in jobs)
                    {
                        if (delay <= TimeSpan.Zero)
                            _lanes.Add(lane);
                        else if (due is null || since.Elapsed + delay < due)
                            due = since.Elapsed + delay;
                    }
                }

                if (due <= since.Elapsed)
                {
                    foreach (var lane in await _store.PromoteAsync(MostHeld, cancel))
                        _lanes.Add(lane.Lane, lane.Place);
                    // By the clock of the database, which may lag: not at once again.
                    due = since.Elapsed + await _store.NextDueAsync(cancel) is { } next ? Max(next, since.Elapsed + Tick) : null;
                }

                var claimed = await ClaimAsync(cancel);
                if (!claimed)
                    await WaitAsync(Min(nextLook, due ?? nextLook) - since.Elapsed, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(_logger, e);
                // A claim may have been committed all the same.
                (isLost, nextReturn) = (true, TimeSpan.Zero);
                await WaitAsync(Look, cancel);
            }
        }
    }

    /// <summary>As many as run at once, and as many more as will be done within a moment: short jobs come in large batches.</summary>
    private int Most() => Math.Clamp((int)(_settings.Concurrency * HeldFor.TotalSeconds / Volatile.Read(ref _seconds)), _settings.Concurrency, MostHeld);

    /// <summary>How many jobs of a workspace may be claimed: what holds for running (<see cref="Slots{T}"/>) holds for holding.</summary>
    private int RoomFor(Guid workspace)
    {
        var own = _slots.HeldOf(workspace);
        var room = Slots.ShareOf(Most() - (Held - own)) - own;
        // Whoever has none here waits for nobody's thousands.
        if (own == 0 && _slots.HasRoomForAnother)
            return Math.Max(1, room);
        // A claim costs the same for one as for many: not before there is room for a good part.
        return room < _settings.Concurrency / 4 ? 0 : room;
    }

    private async Task<bool> ClaimAsync(CancellationToken cancel)
    {
        var any = false;
        // Another one first each time: whoever fills one queue must not take all the room from the others.
        JobQueue[] queues = [.. _registry.Queues];
        _turn = (_turn + 1) % queues.Length;
        foreach (var queue in queues[_turn..].Concat(queues[.._turn]).Where(queue => !_paused.Contains(queue.Name)))
        {
            var turns = _lanes.Next(queue.Name, MostLanes, RoomFor);
            if (turns.Count == 0)
                continue;
            var each = Math.Max(1, (Most() - Held) / turns.Count);
            turns = [.. turns.Select(turn => turn with { Room = Math.Min(turn.Room, each) })];
            var life = _life;
            var jobs = queue.IsBounded
                ? await _store.ClaimAsync(life.Worker, queue, turns, cancel)
                : await _store.ClaimAsync(life.Worker, turns, cancel);
            foreach (var (lane, after, room) in turns)
            {
                var own = jobs.Where(job => job.Workspace == lane.Workspace).ToArray();
                var isEmpty = queue.IsBounded ? own.Length == 0 : own.Length < room;
                _lanes.Took(lane, own.Length == 0 || queue.IsBounded ? after : own.Max(job => job.Place), isEmpty);
            }

            any |= jobs.Count > 0;
            _held.Add(jobs);
            _slots.Add(jobs.OrderBy(job => job.Place).Select(job => (job.Workspace, (life, job))));
        }

        return any;
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        await foreach (var (life, job) in _slots.ReadAllAsync())
        {
            // What was claimed in an earlier life is somebody else's by now.
            var end = stopping.IsCancellationRequested || life != _life
                ? new JobEnd(job, "again", Counts: false)
                : await RunAsync(job, life);
            _ends.Writer.TryWrite((life, end));
            _slots.Free(job.Workspace);
        }
    }

    private async Task<JobEnd> RunAsync(Job job, Life life)
    {
        if (!job.IsShown)
            return await RunAsync(job);
        job.Teller = new JobTeller(job, _writeRun);
        job.Teller.Say(new Told(JobRun.Running, 0, null, null, life.Worker));
        var end = await RunAsync(job);
        var state = end.Kind == "again" ? JobRun.Waiting : end.Kind;
        await job.Teller.EndAsync(new Told(state, state == JobRun.Done ? 100 : null, end.Why, null), () => life != _life);
        return end;
    }

    private async Task<JobEnd> RunAsync(Job job)
    {
        // Another version of the program may know it.
        if (_registry.Find(job.Kind) is not { } kind)
            return new JobEnd(job, "again", $"This server has no handler for '{job.Kind}'.", TimeSpan.FromMinutes(1), Counts: false);
        if (job.IsCancelled)
            return new JobEnd(job, "cancelled", Keep: kind.KeepFailed);
        if (job.HasLeft)
            return new JobEnd(job, "failed", "Whoever asked for it has left the workspace.", Keep: kind.KeepFailed);
        if (job.Attempt > kind.MaxAttempts)
            return new JobEnd(job, "failed", "It was begun too often and never came to an end.", Keep: kind.KeepFailed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_drained.Token);
        var running = _running[job.Id] = new Running(stop);
        var started = Stopwatch.GetTimestamp();
        try
        {
            await kind.RunAsync(_services, job, stop.Token);
            return new JobEnd(job, "done", Keep: kind.KeepDone);
        }
        catch (JobPutOffException e)
        {
            return new JobEnd(job, "again", Pause: e.Delay, Counts: false);
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is not JobFailedException)
        {
            return running.IsCancelled
                ? new JobEnd(job, "cancelled", Keep: kind.KeepFailed)
                : new JobEnd(job, "again", _drained.IsCancellationRequested ? "The server stopped in the middle." : "Its worker lost the database.", Counts: false);
        }
        catch (Exception e)
        {
            var isOver = e is JobFailedException || job.Attempt >= kind.MaxAttempts;
            LogJobFailed(_logger, e, job.Id, job.Kind, job.Attempt, isOver);
            return isOver
                ? new JobEnd(job, "failed", e.Message, Keep: kind.KeepFailed) { Why = (e as JobFailedException)?.Failure?.Code.Code }
                : new JobEnd(job, "again", e.Message, kind.PauseAfter(job.Attempt, Random.Shared.NextDouble()));
        }
        finally
        {
            _running.TryRemove(job.Id, out _);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Volatile.Write(ref _seconds, Math.Max(1e-6, (Volatile.Read(ref _seconds) * 0.95) + (seconds * 0.05)));
        }
    }

    /// <summary>Writes down what has ended since the last time, all at once.</summary>
    private async Task EndAsync()
    {
        var batch = new List<(Life Life, JobEnd End)>();
        while (await _ends.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostHeld && _ends.Reader.TryRead(out var end))
                batch.Add(end);
            foreach (var life in batch.GroupBy(end => end.Life, end => end.End))
            {
                await WriteAsync([.. life], life.Key);
                // Those that are to be tried again; and where a queue is bounded, whoever waits for the room that was made.
                _rings.Writer.TryWrite([.. life.Where(end => end.Kind == "again" || _registry.FindQueue(end.Job.Queue)?.IsBounded == true)
                    .Select(end => (new Lane(end.Job.Queue, end.Job.Priority, end.Job.Workspace), end.Pause))]);
            }

            _held.Remove(batch.Select(end => end.End.Job));
            Wake();
        }
    }

    /// <summary>Ends are written until they are, or until the claims are lost and others do the work again.</summary>
    private async Task WriteAsync(JobEnd[] ends, Life life)
    {
        while (true)
        {
            try
            {
                await _store.EndAsync(life.Worker, ends);
                return;
            }
            catch (Exception e) when (ends.Length > 1 && DbFaults.IsRefusal(e))
            {
                // One of them is to blame, and the others need not wait for it.
                foreach (var end in ends)
                    await WriteAsync([end], life);
                return;
            }
            catch (Exception e)
            {
                LogFailed(_logger, e);
                if (life != _life)
                    return;
                if (DbFaults.IsRefusal(e))
                    ends = [new JobEnd(ends[0].Job, "failed", Unsaid, Keep: _registry.Find(ends[0].Job.Kind)?.KeepFailed ?? ends[0].Keep)];
                await Task.Delay(Retry, CancellationToken.None);
            }
        }
    }

    /// <summary>Signs of life. They wait for nothing else: whoever is late with them loses what he has claimed.</summary>
    private async Task BeatAsync(CancellationToken cancel)
    {
        for (var beats = 0; !cancel.IsCancellationRequested; beats++)
        {
            if (!await QuietlyAsync(async () =>
            {
                if (await _store.BeatAsync(_life.Worker))
                    _life.LastBeat = Stopwatch.GetTimestamp();
                else if (beats > 0)
                    await BeginAnewAsync();
            }) && Stopwatch.GetElapsedTime(_life.LastBeat) > _settings.Lease)
            {
                // The others may give this one up from now on, and do its work again: so it stops here.
                StopAll();
            }

            await PauseAsync(cancel);
        }
    }

    /// <summary>What signs of life are for, and what else is done now and then.</summary>
    private async Task LookAfterAsync(CancellationToken cancel)
    {
        for (var looks = 0; !cancel.IsCancellationRequested; looks++)
        {
            await QuietlyAsync(async () =>
            {
                var running = _running.Keys.ToArray();
                foreach (var job in running.Length == 0 ? [] : await _store.CancelledAsync(running))
                    Cancel(job);
                if (looks % BeatsPerLease == 0 && await _store.TakeOverAsync(_settings.Lease, isThorough: looks % (BeatsPerLease * LeasesPerThoroughLook) == 0) is > 0 and var jobs)
                {
                    LogTookOver(_logger, jobs);
                    Wake();
                }

                await _store.ForgetAsync(1000);
            });
            await PauseAsync(cancel);
        }
    }

    private async Task PauseAsync(CancellationToken cancel) =>
        await Task.Delay(_settings.Lease / BeatsPerLease, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>This process stood still for so long that the others took over what it had claimed. Nothing that it still writes of that counts.</summary>
    private async Task BeginAnewAsync()
    {
        LogGivenUp(_logger);
        var next = new Life(Guid.CreateVersion7());
        await _store.EnterAsync(next.Worker);
        _life = next;
        StopAll();
    }

    private void Cancel(Guid job)
    {
        if (!_running.TryGetValue(job, out var running))
            return;
        running.IsCancelled = true;
        Stop(running);
    }

    private void StopAll()
    {
        foreach (var running in _running.Values)
            Stop(running);
    }

    private static void Stop(Running running)
    {
        try
        {
            running.Stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended in the meantime.
        }
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it in the meantime.
        }
    }

    private async Task WaitAsync(TimeSpan longest, CancellationToken cancel)
    {
        if (longest > TimeSpan.Zero)
            await ((Task)_wake.WaitAsync(longest, cancel)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Whatever goes wrong, the next beat and the next look are tried.</summary>
    /// <returns>False where it went wrong.</returns>
    private async Task<bool> QuietlyAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception e)
        {
            LogFailed(_logger, e);
            return false;
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(LogLevel.Warning, "The jobs could not be read or written; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Job {Job} of the kind {Kind} failed at attempt {Attempt}; for good: {IsOver}")]
    private static partial void LogJobFailed(ILogger logger, Exception exception, Guid job, string kind, int attempt, bool isOver);

    [LoggerMessage(LogLevel.Warning, "{Jobs} jobs of workers that gave no sign of life are to be done again")]
    private static partial void LogTookOver(ILogger logger, int jobs);

    [LoggerMessage(LogLevel.Warning, "The other workers have given this one up; it begins anew")]
    private static partial void LogGivenUp(ILogger logger);
}
