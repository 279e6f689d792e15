using System.Runtime.InteropServices;

namespace Holdfast.Platform.Http;

/// <summary>What is known of a key. Whoever is at rest by now is as if he had never been.</summary>
/// <param name="RestAt">When, in microseconds of Unix time.</param>
/// <param name="Count">How many in a row; growing limits alone count.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Tally(long RestAt, int Count);

/// <summary>
/// The formula of all limits (GCRA), which PostgreSQL and Redis spell once more each: a key has one instant at which it
/// would be at rest. One draw moves it on by an interval, and passes as long as it is no more than a burst ahead.
/// A growing limit counts as well, and doubles the wait with each.
/// </summary>
internal static class Gcra
{
    private const int MostDoublings = 30;

    /// <summary>How long one more has to wait; 0 or below where it may pass.</summary>
    internal static long Wait(Limit limit, Tally tally, long now)
    {
        if (limit.Keep == 0)
            return After(limit, tally, now).RestAt - (limit.Burst * limit.Interval) - now;
        return tally.RestAt <= now || tally.Count < limit.Burst
            ? 0
            : tally.RestAt - limit.Keep + Math.Min(limit.Cap, limit.Interval << Math.Min(tally.Count - limit.Burst, MostDoublings)) - now;
    }

    /// <summary>The key after one more.</summary>
    internal static Tally After(Limit limit, Tally tally, long now) => limit.Keep == 0
        ? new Tally(Math.Max(tally.RestAt, now) + limit.Interval, 0)
        : new Tally(now + limit.Keep, tally.RestAt <= now ? 1 : tally.Count + 1);

    /// <summary>The key as if the last one had not been.</summary>
    internal static Tally Before(Limit limit, Tally tally) => limit.Keep == 0
        ? tally with { RestAt = tally.RestAt - limit.Interval }
        : tally with { Count = Math.Max(0, tally.Count - 1) };
}
