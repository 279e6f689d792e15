using System.Collections.Concurrent;

namespace Holdfast.Platform.Http;

/// <param name="Burst">So many at once, after a rest.</param>
/// <param name="PerHour">So many in the long run, evenly.</param>
public sealed record Limit(int Burst, int PerHour)
{
    internal long Interval => TimeSpan.TicksPerHour / PerHour;
}

/// <summary>
/// Counts requests by key with GCRA: per key one instant, at which the key would be at rest again. Kept in memory,
/// so a restart forgives.
/// </summary>
public sealed class RateLimiter(TimeProvider time)
{
    // Enough for every caller of a small company and the scans of a bad day; at 100 bytes a key some 20 MB.
    internal const int MostKeys = 200_000;

    private readonly ConcurrentDictionary<string, long> _restAt = new(StringComparer.Ordinal);
    private long _sweptAt;

    /// <summary>Takes one, before the work is done, so that parallel attempts cannot overrun the limit.</summary>
    /// <returns>Null if it passes, else how long to wait.</returns>
    public TimeSpan? Take(Limit limit, string key)
    {
        var now = time.GetUtcNow().Ticks;
        Sweep(now);
        while (true)
        {
            var known = _restAt.TryGetValue(key, out var stored);
            // Full of keys that are all in use: whoever is new waits, whoever is known goes on.
            if (!known && _restAt.Count >= MostKeys)
                return TimeSpan.FromMinutes(1);
            var rest = Math.Max(stored, now) + limit.Interval;
            var wait = rest - (limit.Burst * limit.Interval) - now;
            if (wait > 0)
                return TimeSpan.FromTicks(wait);
            if (known ? _restAt.TryUpdate(key, rest, stored) : _restAt.TryAdd(key, rest))
                return null;
        }
    }

    /// <summary>Gives one back that turned out to be welcome.</summary>
    public void GiveBack(Limit limit, string key)
    {
        while (_restAt.TryGetValue(key, out var stored) && !_restAt.TryUpdate(key, stored - limit.Interval, stored))
        {
        }
    }

    private void Sweep(long now)
    {
        var last = Interlocked.Read(ref _sweptAt);
        if (now - last < TimeSpan.TicksPerMinute || Interlocked.CompareExchange(ref _sweptAt, now, last) != last)
            return;
        foreach (var entry in _restAt)
        {
            if (entry.Value <= now)
                _restAt.TryRemove(entry);
        }
    }
}
