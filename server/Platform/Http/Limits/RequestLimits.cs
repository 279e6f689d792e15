namespace Holdfast.Platform.Http;

/// <summary>
/// The budget of all that one caller asks. It keeps the server from being busy for one alone, so it must cost next to nothing and
/// never stand in the way: in memory, or in Redis where there is one, and while that is away in memory again.
/// </summary>
internal sealed class RequestLimits(MemoryLimits memory, RedisLimits? redis = null)
{
    internal async ValueTask<Taken> TakeAsync(Draw draw)
    {
        if (redis is null)
            return memory.Take(draw);
        try
        {
            return await redis.TakeAsync(draw);
        }
        catch (RedisException)
        {
            return memory.Take(draw);
        }
    }
}
