using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Jobs;

/// <summary>A job of the instance that recurs.</summary>
/// <param name="Name">Its own.</param>
/// <param name="Kind">What is enqueued.</param>
/// <param name="Expression">See <see cref="Cron"/>.</param>
/// <param name="Zone">A time zone of the IANA list.</param>
/// <param name="Payload">What the job carries.</param>
public sealed record JobSchedule(string Name, string Kind, string Expression, string Zone, object Payload)
{
    internal Cron Cron { get; } = new(Expression, Zone);
}

/// <summary>Enqueues what recurs, once for all processes. What was missed while no server ran is made up for once.</summary>
internal sealed class Schedules(Db db, JobRegistry registry, IEnumerable<JobSchedule> schedules, TimeProvider clock)
{
    private readonly Dictionary<string, (JobSchedule Schedule, DateTimeOffset NextAt)> _next = new(StringComparer.Ordinal);

    internal async Task EnqueueDueAsync(CancellationToken cancel)
    {
        foreach (var schedule in schedules)
        {
            var now = clock.GetUtcNow();
            if (!_next.TryGetValue(schedule.Name, out var known))
                _next[schedule.Name] = known = (schedule, await EnterAsync(schedule, now, cancel));
            if (known.NextAt > now)
                continue;
            var next = schedule.Cron.Next(now) ?? DateTimeOffset.MaxValue;
            // Whoever moves the time on enqueues the job, in one statement; the others find it moved.
            Sql move = $"UPDATE engine.schedules SET next_at = {next} WHERE name = {schedule.Name} AND next_at <= {now} RETURNING name";
            await db.System.ExecuteAsync(JobStore.InsertIf(
                registry, move, Guid.Empty, Actor.Server($"schedule {schedule.Name}"), new NewJob(schedule.Kind, schedule.Payload), now));
            _next[schedule.Name] = (schedule, next);
        }
    }

    private async Task<DateTimeOffset> EnterAsync(JobSchedule schedule, DateTimeOffset now, CancellationToken cancel)
    {
        var first = schedule.Cron.Next(now) ?? throw new InvalidOperationException($"The schedule '{schedule.Name}' never comes: {schedule.Expression}.");
        var at = await db.System.FirstAsync<DateTime>(
            $"""
            INSERT INTO engine.schedules AS schedule (name, expression, zone, next_at) VALUES ({schedule.Name}, {schedule.Expression}, {schedule.Zone}, {first})
            ON CONFLICT (name) DO UPDATE SET expression = excluded.expression, zone = excluded.zone,
              next_at = CASE WHEN (schedule.expression, schedule.zone) = (excluded.expression, excluded.zone) THEN schedule.next_at ELSE excluded.next_at END
            RETURNING next_at
            """, cancel);
        return new DateTimeOffset(at);
    }
}
