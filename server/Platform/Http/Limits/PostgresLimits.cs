using System.Security.Cryptography;
using System.Text;
using Holdfast.Engine.Storage;

namespace Holdfast.Platform.Http;

/// <summary>
/// Limits in the database: all processes count together, and no restart forgives. The table is unlogged: it costs no
/// write-ahead log and no wait for a disk, and is empty after a crash of PostgreSQL itself.
/// </summary>
public sealed class PostgresLimits(Db db, TimeProvider time) : ILimitStore
{
    public async Task<Taken> TakeAsync(params IReadOnlyList<Draw> draws)
    {
        var now = LimitClock.Micros(time);
        var waits = await db.Instance.QueryAsync<long>($"""
            SELECT wait FROM unnest(http.take(
              {Keys(draws)}, {draws.Select(draw => (long)draw.Limit.Burst).ToArray()}, {draws.Select(draw => draw.Limit.Interval).ToArray()},
              {draws.Select(draw => draw.Limit.Cap).ToArray()}, {draws.Select(draw => draw.Limit.Keep).ToArray()}, {now}))
              WITH ORDINALITY AS given(wait, place) ORDER BY place
            """);
        return new Taken(waits);
    }

    public Task GiveBackAsync(bool forget, params IReadOnlyList<Draw> draws) => db.Instance.ExecuteAsync($"""
        SELECT http.give_back(
          {Keys(draws)}, {draws.Select(draw => draw.Limit.Interval).ToArray()}, {draws.Select(draw => draw.Limit.Keep > 0).ToArray()}, {forget})
        """);

    public async Task<IReadOnlyList<TimeSpan>> RestsAsync(IReadOnlyList<string> keys, CancellationToken cancel)
    {
        var now = LimitClock.Micros(time);
        var rests = await db.Instance.QueryAsync<long>($"""
            SELECT coalesce(l.rest_at, 0) FROM unnest({keys.Select(Digest).ToArray()}) WITH ORDINALITY AS given(key, place)
            LEFT JOIN http.limits l USING (key) ORDER BY place
            """, cancel);
        return [.. rests.Select(rest => LimitClock.Until(rest, now))];
    }

    /// <summary>Forgets what is at rest. In the order of the keys, as everybody locks them; whoever holds one is not at rest.</summary>
    internal Task SweepAsync() => db.Instance.ExecuteAsync($"""
        DELETE FROM http.limits WHERE key IN (
          SELECT key FROM http.limits WHERE rest_at <= {LimitClock.Micros(time)} ORDER BY key FOR UPDATE SKIP LOCKED)
        """);

    private static byte[][] Keys(IReadOnlyList<Draw> draws) => [.. draws.Select(draw => Digest(draw.Key))];

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
