using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Security;

/// <summary>Which events one asks for. What is null asks for all.</summary>
internal sealed record EventFilter
{
    public string? Name { get; init; }

    public Guid? User { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Before this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The last event of the page before.</summary>
    public Guid? After { get; init; }

    public int Limit { get; init; } = EventReader.DefaultLimit;
}

/// <summary>A security event as it was written down.</summary>
/// <param name="Id">Its own.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Name">One of <see cref="SecurityEventNames"/>.</param>
/// <param name="User">Whom it concerns.</param>
/// <param name="Workspace">Where it happened.</param>
/// <param name="Session">Through which session.</param>
/// <param name="Address">The neighbourhood it came from, such as <c>192.0.2.0/24</c>.</param>
/// <param name="Agent">Such as <c>Firefox on Linux</c>.</param>
/// <param name="Details">What else is to be said, as a JSON object.</param>
internal sealed record EventRow(Guid Id, DateTime At, string Name, Guid? User, Guid? Workspace, Guid? Session, string? Address, string? Agent, string? Details);

/// <summary>How often something happened in an hour or a day.</summary>
/// <param name="At">Its beginning (UTC).</param>
/// <param name="Name">One of <see cref="SecurityEventNames"/>.</param>
/// <param name="Times">How often.</param>
/// <param name="Unwritten">How many of them were only counted.</param>
internal sealed record EventCount(DateTime At, string Name, long Times, long Unwritten);

/// <summary>Reads security events, the newest first. Who may is for its callers to say.</summary>
internal sealed class EventReader(Db db)
{
    internal const int DefaultLimit = 50;
    internal const int MaxLimit = 500;

    /// <summary>A person's own, wherever they happened.</summary>
    internal Task<IReadOnlyList<EventRow>> OfAsync(Guid user, EventFilter filter, CancellationToken cancel) =>
        db.System.QueryAsync<EventRow>(Select($"user_id = {user}", filter), cancel);

    /// <summary>Those of a workspace; row security holds it besides.</summary>
    internal Task<IReadOnlyList<EventRow>> InAsync(Guid workspace, EventFilter filter, CancellationToken cancel) =>
        db.In(workspace).QueryAsync<EventRow>(Select($"workspace_id = {workspace}", filter), cancel);

    internal Task<IReadOnlyList<EventRow>> AllAsync(EventFilter filter, CancellationToken cancel) => db.System.QueryAsync<EventRow>(Select($"true", filter), cancel);

    /// <summary>How often what happened since a time, in all processes.</summary>
    internal Task<IReadOnlyList<EventCount>> CountAsync(bool byHour, DateTimeOffset from, CancellationToken cancel)
    {
        var table = new SqlName(byHour ? "security.counts_hours" : "security.counts_days");
        return db.In(Guid.Empty).QueryAsync<EventCount>(
            $"""
            SELECT at, label AS name, sum(times_sum)::bigint AS times, sum(unwritten_sum)::bigint AS unwritten
            FROM {table} WHERE workspace_id = {Guid.Empty} AND at >= {from} GROUP BY at, label ORDER BY at, label
            """, cancel);
    }

    private static Sql Select(Sql whose, EventFilter filter)
    {
        Sql name = filter.Name is { } called ? (Sql)$" AND name = {called}" : (Sql)$"";
        Sql user = filter.User is { } person ? (Sql)$" AND user_id = {person}" : (Sql)$"";
        Sql from = filter.From is { } begin ? (Sql)$" AND at >= {begin}" : (Sql)$"";
        Sql to = filter.To is { } end ? (Sql)$" AND at < {end}" : (Sql)$"";
        Sql after = filter.After is { } last ? (Sql)$" AND id < {last}" : (Sql)$"";
        return $"""
            SELECT id, at, name, user_id AS user, workspace_id AS workspace, session_id AS session, address::text AS address, agent, details::text AS details
            FROM security.events WHERE {whose}{name}{user}{from}{to}{after} ORDER BY id DESC LIMIT {filter.Limit}
            """;
    }
}
