using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>
/// The budget of all that one caller asks. It keeps the server from being busy for one alone, so it must cost next to nothing and
/// never stand in the way: in memory, or in Redis where there is one, and while that is away in memory again.
/// </summary>
internal sealed class RequestLimits(SiteSettings site, MemoryLimits memory, RedisLimits? redis = null)
{
    /// <summary>Counts a request for its client address, before anything of it is believed.</summary>
    /// <returns>The refusal, where that had its share.</returns>
    internal Task<Failure?> CountAddressAsync(HttpContext context) => CountAsync(context, "requests", ByAddress(context));

    /// <summary>
    /// Counts it for whoever it turned out to be, and no longer for the address, which many share. What one asks beyond his own
    /// share stays the address's: who goes on and on has his session looked up no oftener than a stranger.
    /// </summary>
    /// <returns>The refusal, where he had his share.</returns>
    internal async Task<Failure?> CountPersonAsync(HttpContext context, SignedIn who)
    {
        // A program that runs wild must not keep its owner from ending it.
        var (name, key) = who.Until is null ? ("person", $"requests person {who.User}") : ("token", $"requests token {who.Session}");
        if (await CountAsync(context, name, new Draw(site.Requests, key)) is { } refusal)
            return refusal;
        await GiveBackAsync(ByAddress(context));
        return null;
    }

    private Draw ByAddress(HttpContext context) => new(site.Requests, $"requests {ClientAddress.Caller(context)}");

    private async Task<Failure?> CountAsync(HttpContext context, string name, Draw draw)
    {
        var taken = await TakeAsync(draw);
        LimitHeaders.Tell(context.Response, name, draw.Limit, taken.Waits[0]);
        return taken.Wait is { } wait ? RequestFailures.TooManyFor(wait) : null;
    }

    /// <summary>Takes where it is counted at this moment.</summary>
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

    private async Task GiveBackAsync(Draw draw)
    {
        try
        {
            await (redis ?? (ILimitStore)memory).GiveBackAsync(forget: false, draw);
        }
        catch (RedisException)
        {
            await memory.GiveBackAsync(forget: false, draw);
        }
    }
}
