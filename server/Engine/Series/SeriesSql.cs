using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Series;

/// <summary>The statements of series.</summary>
public static class SeriesSql
{
    private const int LongestLabel = 200;
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <summary>
    /// Writes points into a series and adds them to its sums. For what shall hold together with something else, such as
    /// a consumer's step; <see cref="SeriesWriter"/> is for all the rest. A point older than what a table keeps counts in the
    /// others alone.
    /// </summary>
    /// <param name="series">Which.</param>
    /// <param name="points">At least one.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ArgumentException">A point lies more than a day ahead, has not as many values as the series, or a label that cannot be stored.</exception>
    public static IEnumerable<Sql> Insert(SeriesKind series, IReadOnlyCollection<SeriesPoint> points, DateTimeOffset now)
    {
        foreach (var point in points)
            Check(series, point, now);
        return series.Tables.Select(table => table.Unit is null ? InsertPoints(table, points, now) : AddToSums(table, points, now));
    }

    internal static void Check(SeriesKind series, SeriesPoint point, DateTimeOffset now)
    {
        if (point.Values.Count != series.Values.Count)
            throw new ArgumentException($"A point of {series.Name} has {series.Values.Count} values ({string.Join(", ", series.Values)}), and not {point.Values.Count}.", nameof(point));
        if (point.At > now + MostAhead)
            throw new ArgumentException($"A point of {series.Name} lies more than a day ahead, at {point.At:u}.", nameof(point));
        if (point.Label.Length > LongestLabel || StoredText.Of(point.Label) != point.Label)
            throw new ArgumentException($"A label of {series.Name} is up to {LongestLabel} characters of well-formed Unicode without U+0000.", nameof(point));
    }

    private static Sql InsertPoints(SeriesTable table, IReadOnlyCollection<SeriesPoint> points, DateTimeOffset now)
    {
        var values = Names(table.Series, "{0}");
        return $"""
            INSERT INTO {NameOf(table)} (workspace_id, subject, label, at, {values})
            SELECT workspace_id, subject, label, at, {values} FROM {Rows(table.Series, points)} WHERE at >= {now - table.Keep}
            """;
    }

    /// <remarks>In the order of the key, so that two processes that add to the same sums wait for one another, and not in a circle.</remarks>
    private static Sql AddToSums(SeriesTable table, IReadOnlyCollection<SeriesPoint> points, DateTimeOffset now) =>
        $"""
        INSERT INTO {NameOf(table)} AS s (workspace_id, subject, label, at, points, {Names(table.Series, "{0}_sum, {0}_max")})
        SELECT workspace_id, subject, label, date_trunc({table.Unit}, at, 'UTC'), count(*), {Names(table.Series, "sum({0})::bigint, max({0})")}
        FROM {Rows(table.Series, points)} WHERE at >= {now - table.Keep} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (workspace_id, subject, label, at) DO UPDATE SET points = s.points + excluded.points,
          {Names(table.Series, "{0}_sum = s.{0}_sum + excluded.{0}_sum, {0}_max = greatest(s.{0}_max, excluded.{0}_max)")}
        """;

    /// <summary>Makes the parts of a table that are missing, and drops those that are old.</summary>
    internal static Sql Keep(SeriesTable table, DateTimeOffset now) =>
        $"SELECT engine.series_keep({table.Series.Name}, {table.Suffix}, {"1 " + table.Part}::interval, {table.Keep}, {table.Ahead}, {now})";

    internal static SqlName NameOf(SeriesTable table) => new(table.Series.Name + table.Suffix);

    /// <summary>The pattern for each value, with commas between.</summary>
    internal static SqlName Names(SeriesKind series, string pattern) => new(string.Join(", ", series.Values.Select(value => pattern.Replace("{0}", value, StringComparison.Ordinal))));

    private static Sql Rows(SeriesKind series, IReadOnlyCollection<SeriesPoint> points)
    {
        Sql rows = $"unnest({points.Select(point => point.Workspace).ToArray()}, {points.Select(point => point.Subject).ToArray()}, {points.Select(point => point.Label).ToArray()}, {points.Select(point => point.At).ToArray()}";
        for (var i = 0; i < series.Values.Count; i++)
        {
            rows.AppendLiteral(", ");
            rows.AppendFormatted(points.Select(point => point.Values[i]).ToArray());
        }

        rows.AppendLiteral(") AS point(workspace_id, subject, label, at, ");
        rows.AppendFormatted(Names(series, "{0}"));
        rows.AppendLiteral(")");
        return rows;
    }
}
