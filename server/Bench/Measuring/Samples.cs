namespace Holdfast.Bench.Measuring;

/// <summary>Percentiles and medians.</summary>
internal static class Samples
{
    internal static double Median(this IEnumerable<double> values) => values.Percentile(0.5);

    /// <summary>By nearest rank: a value that was measured, none in between.</summary>
    internal static double Percentile(this IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
