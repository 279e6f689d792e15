using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Series;

/// <summary>Reads the sums of series. It asks no rights; its callers do.</summary>
public sealed class SeriesReader(Db db)
{
    /// <summary>The sums by the hour from one time up to another, of those hours in which something happened.</summary>
    /// <param name="series">Which.</param>
    /// <param name="workspace">Whose.</param>
    /// <param name="subjects">What it is about; all together where null.</param>
    /// <param name="from">The first hour begins here or later.</param>
    /// <param name="to">The last one begins before this.</param>
    /// <param name="cancel">Stops the reading.</param>
    public Task<IReadOnlyList<SeriesSum>> HoursAsync(SeriesKind series, Guid workspace, Guid[]? subjects, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) =>
        ReadAsync(series, "_hours", workspace, subjects, from, to, cancel);

    /// <summary>The same by the day (UTC).</summary>
    public Task<IReadOnlyList<SeriesSum>> DaysAsync(SeriesKind series, Guid workspace, Guid[]? subjects, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) =>
        ReadAsync(series, "_days", workspace, subjects, from, to, cancel);

    private async Task<IReadOnlyList<SeriesSum>> ReadAsync(
        SeriesKind series, string suffix, Guid workspace, Guid[]? subjects, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        var table = series.Tables.Single(table => table.Suffix == suffix);
        Sql of = subjects is null ? (Sql)$"" : $" AND subject = ANY({subjects})";
        var rows = await db.In(workspace).QueryAsync<Row>(
            $"""
            SELECT at, sum(points)::bigint AS points, {new SqlName(Array(series, "sum({0}_sum)::bigint"))} AS sums, {new SqlName(Array(series, "max({0}_max)"))} AS maxima
            FROM {SeriesSql.NameOf(table)} WHERE workspace_id = {workspace}{of} AND at >= {from} AND at < {to} GROUP BY at ORDER BY at
            """, cancel);
        return [.. rows.Select(row => new SeriesSum(row.At, row.Points, row.Sums, row.Maxima))];
    }

    private static string Array(SeriesKind series, string pattern) => $"ARRAY[{SeriesSql.Names(series, pattern).Text}]";

    private sealed record Row
    {
        public DateTimeOffset At { get; init; }

        public long Points { get; init; }

        public long[] Sums { get; init; } = [];

        public long[] Maxima { get; init; } = [];
    }
}
