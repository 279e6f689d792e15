using System.Globalization;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Series;

/// <summary>How one of a series' tables stands: that of the points, or one of the sums.</summary>
public sealed record SeriesTableState
{
    /// <summary><c>points</c>, <c>hours</c> or <c>days</c>.</summary>
    public string Holds { get; init; } = "";

    /// <summary>How many parts it is cut into.</summary>
    public int Parts { get; init; }

    /// <summary>Where the oldest part begins (UTC); null where there is none.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Where the newest one begins.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether there is a part for what happens now; else what is written waits until one is made.</summary>
    public bool HasNow { get; init; }

    /// <summary>With its indexes.</summary>
    public long Bytes { get; init; }

    /// <summary>As the database has counted them the last time.</summary>
    public long Rows { get; init; }

    /// <summary>How many days what it holds is kept.</summary>
    public int KeepDays { get; init; }
}

/// <summary>A series and its tables.</summary>
public sealed record SeriesState(string Name, IReadOnlyList<string> Values, IReadOnlyList<SeriesTableState> Tables);

/// <summary>How the series of the whole instance stand, for whoever runs it. It reads the catalogue alone, however much they hold.</summary>
public sealed class SeriesBoard(Db db, SeriesRegistry registry, TimeProvider clock)
{
    /// <summary>All series of this version, by name.</summary>
    public async Task<IReadOnlyList<SeriesState>> ReadAsync(CancellationToken cancel)
    {
        var tables = registry.All.SelectMany(series => series.Tables).ToArray();
        var parts = (await db.System.QueryAsync<Part>(
            $"""
            SELECT parent.name, c.relname::text AS part_name, pg_total_relation_size(c.oid) AS bytes, greatest(c.reltuples, 0)::bigint AS rows
            FROM unnest({tables.Select(table => SeriesSql.NameOf(table).Text).ToArray()}) AS parent(name)
            JOIN pg_inherits i ON i.inhparent = to_regclass(parent.name) JOIN pg_class c ON c.oid = i.inhrelid
            ORDER BY c.relname
            """, cancel)).ToLookup(part => part.Name, StringComparer.Ordinal);
        return
        [
            .. registry.All.OrderBy(series => series.Name, StringComparer.Ordinal).Select(series => new SeriesState(
                series.Name, series.Values, [.. series.Tables.Select(table => StateOf(table, [.. parts[SeriesSql.NameOf(table).Text]]))])),
        ];
    }

    private SeriesTableState StateOf(SeriesTable table, Part[] parts)
    {
        var now = clock.GetUtcNow();
        var begins = parts.Select(part => part.Begins).ToArray();
        return new SeriesTableState
        {
            Holds = table.Unit is null ? "points" : table.Unit + "s",
            Parts = parts.Length,
            From = begins.Length == 0 ? null : begins[0],
            To = begins.Length == 0 ? null : begins[^1],
            HasNow = begins.Any(begin => begin <= now && now < table.EndOf(begin)),
            Bytes = parts.Sum(part => part.Bytes),
            Rows = parts.Sum(part => part.Rows),
            KeepDays = (int)table.Keep.TotalDays,
        };
    }

    private sealed record Part
    {
        public string Name { get; init; } = "";

        /// <summary>Ends with the day on which it begins: see <c>engine.series_keep</c>.</summary>
        public string PartName { get; init; } = "";

        public long Bytes { get; init; }

        public long Rows { get; init; }

        internal DateTimeOffset Begins => new(DateTime.ParseExact(PartName[^8..], "yyyyMMdd", CultureInfo.InvariantCulture), TimeSpan.Zero);
    }
}
