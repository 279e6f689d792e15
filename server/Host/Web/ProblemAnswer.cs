using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Host.Web;

/// <summary>Answers with problem details (RFC 9457).</summary>
internal static class ProblemAnswer
{
    public static async Task WriteAsync(HttpContext context, Failure failure, string? traceId = null)
    {
        context.Response.StatusCode = failure.Code.Status;
        context.Response.ContentType = "application/problem+json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        failure.Write(json, traceId);
    }
}
