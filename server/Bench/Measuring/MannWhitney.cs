namespace Holdfast.Bench.Measuring;

/// <summary>Whether two series of measurements can be told apart by rank, whatever their shape.</summary>
internal static class MannWhitney
{
    /// <summary>
    /// How probable ranks that differ at least so much are where both come from the same source: two-sided, by the normal
    /// approximation with its corrections for ties and continuity, which is good from twenty of each on.
    /// </summary>
    internal static double P(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        var (n, m) = ((double)first.Count, (double)second.Count);
        var all = first.Select(value => (value, isFirst: true)).Concat(second.Select(value => (value, isFirst: false))).OrderBy(one => one.value).ToArray();
        var (ranks, ties) = (0.0, 0.0);
        for (var from = 0; from < all.Length;)
        {
            var to = from;
            while (to < all.Length && all[to].value == all[from].value)
                to++;
            double count = to - from;
            ranks += all[from..to].Count(one => one.isFirst) * (from + 1 + to) / 2.0;
            ties += (count * count * count) - count;
            from = to;
        }

        var apart = Math.Abs(ranks - (n * (n + 1) / 2) - (n * m / 2));
        var spread = Math.Sqrt(n * m / 12 * (n + m + 1 - (ties / ((n + m) * (n + m - 1)))));
        return spread == 0 ? 1 : Math.Min(1, 2 * Tail(Math.Max(0, apart - 0.5) / spread));
    }

    /// <summary>The upper tail of the normal distribution, by Zelen and Severo's polynomial, which errs by less than 10⁻⁷.</summary>
    private static double Tail(double z)
    {
        var t = 1 / (1 + (0.2316419 * z));
        var polynomial = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * polynomial;
    }
}
