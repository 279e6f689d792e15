namespace Holdfast.Platform.Http;

/// <summary>The time as limits count it: the caller's, since sessions go by it too and tests set it.</summary>
internal static class LimitClock
{
    /// <summary>Microseconds of Unix time: a number that every store holds exactly.</summary>
    internal static long Micros(TimeProvider time) => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>What is left until then.</summary>
    internal static TimeSpan Until(long restAt, long now) => TimeSpan.FromMicroseconds(Math.Max(0, restAt - now));
}
