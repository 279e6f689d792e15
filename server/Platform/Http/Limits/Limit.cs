namespace Holdfast.Platform.Http;

/// <summary>How much of something is allowed. Times are whole microseconds, which all stores count in alike.</summary>
public sealed record Limit
{
    private const long Second = 1_000_000;

    /// <summary>A steady limit.</summary>
    /// <param name="burst">So many at once, after a rest.</param>
    /// <param name="perHour">So many in the long run, evenly.</param>
    public Limit(int burst, int perHour) => (Burst, Interval) = (burst, 3600 * Second / perHour);

    private Limit(int burst, long interval, long cap, long keep) => (Burst, Interval, Cap, Keep) = (burst, interval, cap, keep);

    /// <summary>So many at once; of a growing limit, so many before the first wait.</summary>
    internal int Burst { get; }

    /// <summary>How long one takes to come back; of a growing limit, the first wait.</summary>
    internal long Interval { get; }

    /// <summary>The longest wait of a growing limit.</summary>
    internal long Cap { get; }

    /// <summary>After how long a growing limit begins anew; 0 makes a limit steady.</summary>
    internal long Keep { get; }

    /// <summary>A limit whose waits double: free at first, and then after each one longer.</summary>
    /// <param name="free">So many without a wait.</param>
    /// <param name="first">The wait after the last of those.</param>
    /// <param name="longest">No wait is longer.</param>
    /// <param name="forget">All is forgotten this long after the last one.</param>
    public static Limit Growing(int free, TimeSpan first, TimeSpan longest, TimeSpan forget) =>
        new(free, Micros(first), Micros(longest), Micros(forget));

    /// <summary>No limit, but a mark that stands this long.</summary>
    internal static Limit Mark(TimeSpan stands) => new(int.MaxValue, 0, 0, Math.Max(1, Micros(stands)));

    private static long Micros(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}

/// <summary>One of what a limit allows, for whoever the key names.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Key">What is counted, and for whom. Stores keep a digest of it.</param>
public readonly record struct Draw(Limit Limit, string Key);

/// <summary>What came of taking: all was taken, or nothing.</summary>
/// <param name="Waits">For each draw in microseconds how long it would have to wait; below 0 how much is left.</param>
public readonly record struct Taken(IReadOnlyList<long> Waits)
{
    /// <summary>How long until the same would pass; null where it passed.</summary>
    public TimeSpan? Wait => Waits.Max() is var longest and > 0 ? TimeSpan.FromMicroseconds(longest) : null;
}
