using System.Text.Json;
using Holdfast.Engine.Series;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Security;

/// <summary>
/// Writes down what happens to people, sessions and rights. Who reads it: the person, the admins of its workspace, the operator
/// (<see cref="EventReader"/>).
/// </summary>
public sealed partial class SecurityEvents
{
    /// <summary>How often what happened, by name. They are the instance's own: of no workspace.</summary>
    internal static readonly SeriesKind Counts = new("security.counts", "times", "unwritten") { KeepPoints = TimeSpan.FromDays(1) };

    private static readonly Limit MostOfOne = new(burst: 10, perHour: 600);

    // What others can make happen as often as they like. Enough to see what they do; beyond it they are only counted.
    private static readonly Dictionary<string, Limit> Cheap = new(StringComparer.Ordinal)
    {
        [SecurityEventNames.SignInFailed] = MostOfOne,
        [SecurityEventNames.SignInLocked] = MostOfOne,
        [SecurityEventNames.TokenRefused] = MostOfOne,
        [SecurityEventNames.TokenRefreshed] = MostOfOne,
        [SecurityEventNames.Refused] = MostOfOne,
        [SecurityEventNames.TooMany] = MostOfOne,
        [SecurityEventNames.CrossSite] = MostOfOne,
        [SecurityEventNames.PolicyBroken] = MostOfOne,
        [SecurityEventNames.ProgramCaught] = MostOfOne,
        // By session: once tells it all.
        [SecurityEventNames.SessionUsedAfterEnd] = new(burst: 1, perHour: 1),
    };

    // Of its own: nobody is kept from anything by it, so each process may count for itself.
    private readonly MemoryLimits _limits;

    private readonly Db _db;
    private readonly EventTally _tally;
    private readonly TimeProvider _time;
    private readonly ILogger<SecurityEvents> _logger;

    internal SecurityEvents(Db db, EventTally tally, TimeProvider time, ILogger<SecurityEvents> logger) =>
        (_db, _tally, _time, _logger, _limits) = (db, tally, time, logger, new MemoryLimits(time));

    /// <summary>
    /// Writes down what happened, and waits until it is. Where a stranger could tell two cases apart by the time of the answer, both note
    /// something.
    /// </summary>
    public async Task NoteAsync(params IReadOnlyList<SecurityEvent> several)
    {
        var fitting = several.Where(Fits).ToArray();
        if (fitting.Length > 0)
            await _db.System.ExecuteAsync(Insert(fitting, $"true"));
    }

    /// <summary>
    /// The same in the transaction of what happened, so that no kill comes between the two: a statement for whoever runs that by
    /// <c>db.In(Guid.Empty)</c>, and calls <see cref="Count"/> when it is committed.
    /// </summary>
    /// <param name="when">Whether it happened, as the statements before have left things.</param>
    /// <param name="several">What happens, of no workspace; nothing that others can make happen as often as they like.</param>
    internal Sql Statement(Sql when, params IReadOnlyList<SecurityEvent> several) => Insert(several, when);

    /// <summary>Counts what was written down by <see cref="Statement"/>.</summary>
    internal void Count(params IReadOnlyList<SecurityEvent> several)
    {
        foreach (var what in several)
            _tally.Add(what.Name, isWritten: true);
    }

    private Sql Insert(IReadOnlyList<SecurityEvent> several, Sql when)
    {
        var now = _time.GetUtcNow();
        var rows = several.Select((what, place) => new
        {
            // They are listed by their ids: of what happens at once each comes after the one before.
            id = Guid.CreateVersion7(now.AddMilliseconds(place)),
            name = what.Name,
            user_id = what.User,
            workspace_id = what.Workspace,
            session_id = what.Session,
            address = what.Address?.ToString(),
            agent = what.Agent,
            details = what.Details,
        });
        return $"""
            INSERT INTO security.events (id, at, name, user_id, workspace_id, session_id, address, agent, details)
            SELECT id, {now}, name, user_id, workspace_id, session_id, address, agent, details
            FROM jsonb_to_recordset({new SqlJson(JsonSerializer.Serialize(rows))})
              AS event(id uuid, name text, user_id uuid, workspace_id uuid, session_id uuid, address cidr, agent text, details jsonb)
            WHERE {when}
            """;
    }

    /// <summary>Counts it, and says whether it is written down as well.</summary>
    private bool Fits(SecurityEvent what)
    {
        var fits = !Cheap.TryGetValue(what.Name, out var most) || _limits.Take(new Draw(most, $"{what.Name} {what.Source}")).Wait is null;
        _tally.Add(what.Name, fits);
        return fits;
    }

    /// <summary>The same for what has happened already and cannot be held up by it: where it cannot be written, the log says that something is missing.</summary>
    internal async Task TryNoteAsync(SecurityEvent what)
    {
        try
        {
            await NoteAsync(what);
        }
        catch (Exception e)
        {
            LogLost(_logger, e, what.Name);
        }
    }

    [LoggerMessage(LogLevel.Error, "A security event {Name} could not be written down")]
    private static partial void LogLost(ILogger logger, Exception exception, string name);
}
