namespace Holdfast.Tests.Simulation;

/// <summary>Time that passes when the simulator says so. Each node reads it with an error of its own.</summary>
internal sealed class VirtualTime
{
    private readonly List<VirtualTimer> _timers = [];
    private int _made;

    public TimeSpan Elapsed { get; private set; }

    public void Pass(TimeSpan span)
    {
        Elapsed += span;
        // A timer that is late rings once.
        foreach (var timer in _timers.Where(timer => timer.Due <= Elapsed).OrderBy(timer => timer.Due).ThenBy(timer => timer.Number).ToArray())
            timer.Ring();
    }

    public void Forget(VirtualClock clock) => _timers.RemoveAll(timer => timer.Clock == clock);

    internal sealed class VirtualTimer(VirtualTime time, VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public VirtualClock Clock => clock;

        public int Number { get; } = time._made++;

        public TimeSpan? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : time.Elapsed + dueTime;
            _period = period;
            time._timers.Remove(this);
            if (Due is not null)
                time._timers.Add(this);
            return true;
        }

        public void Ring()
        {
            if (!time._timers.Contains(this))
                return;
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            // On the node, as all that it does: what a timer starts goes on there.
            _ = Task.Factory.StartNew(() => callback(state), CancellationToken.None, TaskCreationOptions.DenyChildAttach, clock.Strand);
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A node's view of the time.</summary>
internal sealed class VirtualClock(VirtualTime time, TimeSpan error, Strand strand) : TimeProvider
{
    public Strand Strand => strand;

    private static readonly DateTimeOffset Beginning = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning + time.Elapsed + error;

    public override long GetTimestamp() => time.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTime.VirtualTimer(time, this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
