namespace Holdfast.Engine.Series;

/// <summary>
/// What only ever happens, in numbers: traffic, usage, deliveries. Points are kept for a while, their sums by the hour and by
/// the day for longer. Its tables are made by <c>SELECT engine.series_table('proxy.traffic', ARRAY['bytes_in', 'bytes_out'])</c>.
/// </summary>
/// <param name="Name">Its table, <c>schema.noun</c>.</param>
/// <param name="Values">The columns of its values, as its migration names them.</param>
public sealed record SeriesKind(string Name, params IReadOnlyList<string> Values)
{
    /// <summary>How long the points themselves are kept.</summary>
    public TimeSpan KeepPoints { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the sums by the hour are kept.</summary>
    public TimeSpan KeepHours { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long the sums by the day are kept.</summary>
    public TimeSpan KeepDays { get; init; } = TimeSpan.FromDays(3660);

    /// <summary>The table of the points and those of the sums, each with the unit of its times and how long it is kept.</summary>
    internal IEnumerable<SeriesTable> Tables =>
    [
        new(this, "", null, "day", KeepPoints, TimeSpan.FromDays(7)),
        new(this, "_hours", "hour", "month", KeepHours, TimeSpan.FromDays(35)),
        new(this, "_days", "day", "year", KeepDays, TimeSpan.FromDays(35)),
    ];
}

/// <summary>One of the tables of a series.</summary>
/// <param name="Series">Which.</param>
/// <param name="Suffix">What its name has behind the series'.</param>
/// <param name="Unit">What its times are cut to; null for the points themselves.</param>
/// <param name="Part">What lies in one part of it: a <c>day</c>, a <c>month</c> or a <c>year</c>.</param>
/// <param name="Keep">How long it is kept.</param>
/// <param name="Ahead">How far ahead parts are made.</param>
internal sealed record SeriesTable(SeriesKind Series, string Suffix, string? Unit, string Part, TimeSpan Keep, TimeSpan Ahead)
{
    /// <summary>Where a part ends.</summary>
    internal DateTimeOffset EndOf(DateTimeOffset begin) => Part switch
    {
        "day" => begin.AddDays(1),
        "month" => begin.AddMonths(1),
        _ => begin.AddYears(1),
    };
}

/// <summary>Something that happened.</summary>
/// <param name="Workspace">Whose.</param>
/// <param name="Subject">What it is about: a device, a customer, a connection.</param>
/// <param name="At">When. Up to a day ahead, for clocks that differ; how late does not matter.</param>
/// <param name="Values">The numbers, in the order of <see cref="SeriesKind.Values"/>.</param>
public sealed record SeriesPoint(Guid Workspace, Guid Subject, DateTimeOffset At, params IReadOnlyList<long> Values)
{
    /// <summary>Tells apart what is summed up apart: a country, a kind of event. Up to 200 characters.</summary>
    public string Label { get; init; } = "";
}

/// <summary>What happened in an hour or a day.</summary>
/// <param name="At">Its beginning (UTC).</param>
/// <param name="Points">How often.</param>
/// <param name="Sums">The sum of each value.</param>
/// <param name="Maxima">The largest of each value.</param>
public sealed record SeriesSum(DateTimeOffset At, long Points, IReadOnlyList<long> Sums, IReadOnlyList<long> Maxima);

/// <summary>All series of this server.</summary>
public sealed class SeriesRegistry(IEnumerable<SeriesKind> series)
{
    internal IReadOnlyList<SeriesKind> All { get; } = [.. series];
}
