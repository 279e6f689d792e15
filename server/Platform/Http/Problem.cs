using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Engine.Operations;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>The one place where an expected failure becomes problem details (RFC 9457).</summary>
public static class Problem
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static IResult Of(Failure failure) => new Answer(failure);

    /// <param name="context">A response that has not started.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="traceId">Under which the log tells more; given for failures that are ours alone.</param>
    public static Task WriteAsync(HttpContext context, Failure failure, string? traceId = null)
    {
        context.Response.StatusCode = failure.Code.Status;
        if (failure.Params?.GetValueOrDefault("retryAfter") is { } seconds)
            context.Response.Headers.RetryAfter = Convert.ToString(seconds, CultureInfo.InvariantCulture);
        var shape = new Shape(
            $"urn:holdfast:problem:{failure.Code.Code}", failure.Code.Title, failure.Code.Status,
            failure.Detail, failure.Code.Code, failure.Field, failure.Params, traceId);
        return context.Response.WriteAsJsonAsync(shape, Json, "application/problem+json", context.RequestAborted);
    }

    private sealed record Shape(
        string Type, string Title, int Status, string Detail, string Code, string? Field,
        IReadOnlyDictionary<string, object>? Params, string? TraceId);

    private sealed class Answer(Failure failure) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, failure);
    }
}
