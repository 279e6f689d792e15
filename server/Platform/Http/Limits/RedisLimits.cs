using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Holdfast.Platform.Http;

/// <summary>Limits in a Redis: all processes count together, and the database is spared. What is at rest leaves by itself.</summary>
public sealed class RedisLimits(RedisClient redis, TimeProvider time) : ILimitStore
{
    // The formula is that of Gcra.cs, and a test holds the two together. Numbers are below 2^53, where Lua's are exact.
    private const string Take = """
        local now, waits, after, passes = tonumber(ARGV[1]), {}, {}, true
        for i, key in ipairs(KEYS) do
          local at = (i - 1) * 4 + 1
          local burst, step, cap, keep = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
          local rest, count = now, 0
          local held = redis.call('GET', key)
          if held then
            local first, second = string.match(held, '^(%d+) (%d+)$')
            rest, count = tonumber(first), tonumber(second)
          end
          if keep == 0 then
            rest = math.max(rest, now) + step
            waits[i] = rest - burst * step - now
            after[i] = { rest, 0 }
          else
            waits[i] = 0
            if rest > now and count >= burst then
              waits[i] = rest - keep + math.min(cap, step * 2 ^ math.min(count - burst, 30)) - now
            end
            after[i] = { now + keep, rest <= now and 1 or count + 1 }
          end
          passes = passes and waits[i] <= 0
        end
        if passes then
          for i, key in ipairs(KEYS) do
            local rest, count = after[i][1], after[i][2]
            redis.call('SET', key, string.format('%.0f %d', rest, count), 'PX', math.ceil((rest - now) / 1000))
          end
        end
        return waits
        """;

    private const string GiveBack = """
        for i, key in ipairs(KEYS) do
          local step, grows, held = tonumber(ARGV[i * 2]), ARGV[i * 2 + 1] == '1', redis.call('GET', key)
          if held and grows and ARGV[1] == '1' then
            redis.call('DEL', key)
          elseif held then
            local rest, count = string.match(held, '^(%d+) (%d+)$')
            rest, count = tonumber(rest), tonumber(count)
            if grows then count = math.max(0, count - 1) else rest = rest - step end
            redis.call('SET', key, string.format('%.0f %d', rest, count), 'KEEPTTL')
          end
        end
        """;

    public async Task<Taken> TakeAsync(params IReadOnlyList<Draw> draws)
    {
        var waits = await redis.SendAsync(
        [
            "EVAL", Take, Text(draws.Count), .. draws.Select(draw => Key(draw.Key)), Text(LimitClock.Micros(time)),
            .. draws.SelectMany(draw => new[] { Text(draw.Limit.Burst), Text(draw.Limit.Interval), Text(draw.Limit.Cap), Text(draw.Limit.Keep) }),
        ]);
        return new Taken([.. ((object?[])waits!).Select(wait => (long)wait!)]);
    }

    public Task GiveBackAsync(bool forget, params IReadOnlyList<Draw> draws) => redis.SendAsync(
    [
        "EVAL", GiveBack, Text(draws.Count), .. draws.Select(draw => Key(draw.Key)), forget ? "1" : "0",
        .. draws.SelectMany(draw => new[] { Text(draw.Limit.Interval), draw.Limit.Keep > 0 ? "1" : "0" }),
    ]);

    public async Task<IReadOnlyList<TimeSpan>> RestsAsync(IReadOnlyList<string> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
            return [];
        var now = LimitClock.Micros(time);
        var held = (object?[])(await redis.SendAsync(["MGET", .. keys.Select(Key)]))!;
        return [.. held.Select(text => text is null ? TimeSpan.Zero : LimitClock.Until(long.Parse(((string)text).Split(' ')[0], CultureInfo.InvariantCulture), now))];
    }

    private static string Key(string key) => $"limit:{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
