namespace Holdfast.Platform.Http;

/// <summary>Limits in the memory of this process: at the price of a look-up, and forgotten by a restart.</summary>
public sealed class MemoryLimits(TimeProvider time) : ILimitStore
{
    // Enough for every caller of a small company and the scans of a bad day; at 100 bytes a key some 20 MB.
    internal const int MostKeys = 200_000;

    private const long SweepEvery = 60_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tally> _tallies = new(StringComparer.Ordinal);
    private long _sweptAt;

    public Task<Taken> TakeAsync(params IReadOnlyList<Draw> draws) => Task.FromResult(Take(draws));

    /// <inheritdoc cref="ILimitStore.TakeAsync"/>
    public Taken Take(params IReadOnlyList<Draw> draws)
    {
        var now = LimitClock.Micros(time);
        lock (_gate)
        {
            Sweep(now);
            var waits = new long[draws.Count];
            var passes = true;
            for (var i = 0; i < waits.Length; i++)
            {
                var isKnown = _tallies.TryGetValue(draws[i].Key, out var tally);
                // Full of keys that are all in use: whoever is new waits, whoever is known goes on.
                waits[i] = !isKnown && _tallies.Count >= MostKeys ? SweepEvery : Gcra.Wait(draws[i].Limit, tally, now);
                passes &= waits[i] <= 0;
            }

            if (passes)
            {
                foreach (var draw in draws)
                    _tallies[draw.Key] = Gcra.After(draw.Limit, _tallies.GetValueOrDefault(draw.Key), now);
            }

            return new Taken(waits);
        }
    }

    public Task GiveBackAsync(bool forget, params IReadOnlyList<Draw> draws)
    {
        lock (_gate)
        {
            foreach (var draw in draws)
            {
                if (forget && draw.Limit.Keep > 0)
                    _tallies.Remove(draw.Key);
                else if (_tallies.TryGetValue(draw.Key, out var tally))
                    _tallies[draw.Key] = Gcra.Before(draw.Limit, tally);
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<TimeSpan>> RestsAsync(IReadOnlyList<string> keys, CancellationToken cancel)
    {
        var now = LimitClock.Micros(time);
        lock (_gate)
            return Task.FromResult<IReadOnlyList<TimeSpan>>([.. keys.Select(key => LimitClock.Until(_tallies.GetValueOrDefault(key).RestAt, now))]);
    }

    private void Sweep(long now)
    {
        if (now - _sweptAt < SweepEvery)
            return;
        _sweptAt = now;
        foreach (var (key, tally) in _tallies)
        {
            if (tally.RestAt <= now)
                _tallies.Remove(key);
        }
    }
}
