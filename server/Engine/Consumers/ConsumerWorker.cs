using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Log;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Records;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Holdfast.Engine.Consumers;

/// <summary>How a process runs consumers.</summary>
public sealed record ConsumerSettings
{
    /// <summary>How many workspaces are handled at once in this process, by all consumers together.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>How long a process that shows no sign of life keeps what it has claimed.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it looks over all workspaces; less often where a look takes longer than a twentieth of that.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the first entry waits for others to be read with it, where no more than a turn's worth waits. A turn costs the
    /// same few statements whatever it reads, and whoever wrote is to be answered before it.
    /// </summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>
/// Runs the consumers in this process. What is committed here is heard of at once; what other processes left unread is found
/// by a look over all workspaces. Any number of processes share the work: a workspace is read by one at a time.
/// </summary>
/// <remarks>
/// Publishes the meter <c>Holdfast.Consumers</c>, each instrument by <c>consumer</c>: <c>holdfast.consumer.entries</c> handled
/// by this process, <c>holdfast.consumer.lag</c> in entries over all workspaces, and <c>holdfast.consumer.failing</c> workspaces.
/// </remarks>
public sealed partial class ConsumerWorker : BackgroundService
{
    private const int RenewalsPerLease = 3;

    private readonly Guid _worker = Guid.CreateVersion7();
    private readonly ConsumerStore _store;
    private readonly ConsumerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<ConsumerWorker> _logger;
    private readonly SemaphoreSlim _room;
    private readonly ConsumerLoop[] _loops;
    private readonly Meter _meter = new("Holdfast.Consumers");
    private IReadOnlyList<ConsumerLag> _lags = [];

    internal ConsumerWorker(
        ConsumerRegistry registry, ConsumerStore store, LogStore log, RecordRegistry records, JobRegistry jobs, JobBell bell, WritePath writePath,
        IServiceProvider services, ConsumerSettings settings, TimeProvider clock, ILogger<ConsumerWorker> logger)
    {
        (_store, _settings, _clock, _logger) = (store, settings, clock, logger);
        _room = new SemaphoreSlim(settings.Concurrency);
        _loops =
        [
            .. registry.All.Select(consumer => new ConsumerLoop(
                consumer, consumer.Handler(services), _worker, store, log, records, jobs, bell, settings, _room, clock, logger)),
        ];
        writePath.Committed += (workspace, _) =>
        {
            foreach (var loop in _loops)
                loop.Dirty.Mark(workspace);
        };
        _meter.CreateObservableCounter("holdfast.consumer.entries", () => Measure(loop => loop.Handled), "{entry}", "Entries of the log that this process handled.");
        _meter.CreateObservableGauge("holdfast.consumer.lag", () => Measure(loop => LagsOf(loop).Sum(lag => lag.Entries)), "{entry}", "Entries of the log that are yet to be handled.");
        _meter.CreateObservableGauge("holdfast.consumer.failing", () => Measure(loop => LagsOf(loop).Count(lag => lag.IsFailing)), "{workspace}", "Workspaces in which an entry fails.");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        _room.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_loops.Length == 0)
            return;
        using var ended = new CancellationTokenSource();
        var renewing = RenewAsync(ended.Token);
        await Task.WhenAll([LookAsync(stoppingToken), .. _loops.Select(loop => loop.RunAsync(stoppingToken))]);
        await ended.CancelAsync();
        await renewing;
        await QuietlyAsync(() => _store.ReleaseAsync(_worker));
    }

    private IEnumerable<Measurement<long>> Measure(Func<ConsumerLoop, long> value) =>
        _loops.Select(loop => new Measurement<long>(value(loop), new KeyValuePair<string, object?>("consumer", loop.Consumer.Name)));

    private IEnumerable<ConsumerLag> LagsOf(ConsumerLoop loop) => _lags.Where(lag => lag.Consumer == loop.Consumer.Name);

    /// <summary>Finds what nobody reads: entries of other processes, retries that are due, what was released by hand.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await QuietlyAsync(async () =>
            {
                _lags = await _store.LookAsync([.. _loops.Select(loop => loop.Consumer.Name)], cancel);
                foreach (var loop in _loops)
                {
                    foreach (var lag in LagsOf(loop).Where(lag => !lag.IsTaken))
                        loop.Dirty.Mark(lag.WorkspaceId);
                }
            });
            var pause = Stopwatch.GetElapsedTime(started) * 20;
            await Task.Delay(pause > _settings.Look ? pause : _settings.Look, _clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RenewAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await Task.Delay(_settings.Lease / RenewalsPerLease, _clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await QuietlyAsync(() => _store.RenewAsync(_worker, _settings.Lease));
        }
    }

    private async Task QuietlyAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            LogFailed(_logger, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The cursors of consumers could not be read or written; trying again")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
