using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>Tells a client how much it may still ask (draft-ietf-httpapi-ratelimit-headers): of steady limits that are nobody's secret.</summary>
internal static class LimitHeaders
{
    private const long Second = 1_000_000;

    /// <param name="response">One that has not started.</param>
    /// <param name="name">What the limit is called outside.</param>
    /// <param name="limit">A steady limit.</param>
    /// <param name="wait">What taking one gave.</param>
    internal static void Tell(HttpResponse response, string name, Limit limit, long wait)
    {
        var left = Math.Max(0, -wait / limit.Interval);
        var until = Math.Max(1, Up(wait > 0 ? wait : wait + (limit.Burst * limit.Interval)));
        response.Headers.Append("RateLimit-Policy", string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={limit.Burst};w={Up(limit.Burst * limit.Interval)}"));
        response.Headers.Append("RateLimit", string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={left};t={until}"));
    }

    private static long Up(long micros) => (micros + Second - 1) / Second;
}
