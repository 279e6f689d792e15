using System.Globalization;
using System.Text.Json;
using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>The one place where an expected failure becomes an answer over HTTP: problem details (RFC 9457).</summary>
public static class Problem
{
    public static IResult Of(Failure failure) => new Answer(failure);

    /// <param name="context">A response that has not started.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="traceId">Under which the log tells more; given for failures that are ours alone.</param>
    public static async Task WriteAsync(HttpContext context, Failure failure, string? traceId = null)
    {
        // For whoever writes down afterwards what was refused.
        context.Features.Set(failure);
        var response = context.Response;
        response.StatusCode = failure.Code.Status;
        response.ContentType = "application/problem+json";
        // A refusal is of this moment.
        response.Headers.CacheControl = "no-store";
        if (failure.Params is { } values && values.TryGetValue("retryAfter", out var seconds))
            response.Headers.RetryAfter = Convert.ToString(seconds, CultureInfo.InvariantCulture);
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        failure.Write(json, traceId);
        await json.FlushAsync(context.RequestAborted);
    }

    private sealed class Answer(Failure failure) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, failure);
    }
}
