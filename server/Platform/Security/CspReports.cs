using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Security;

/// <summary>
/// POST /api/csp-reports: what browsers say they have kept a page of ours from doing. Anyone can send it, so it is small, limited
/// by client address, and of its words only those are kept that the standard has.
/// </summary>
internal static class CspReports
{
    internal const int MaxBytes = 16_384;
    private const int MostAtOnce = 5;

    internal static async Task<IResult> HandleAsync(HttpContext context, SecurityEvents events)
    {
        foreach (var details in Read(await BytesAsync(context)).Take(MostAtOnce))
            await events.NoteAsync(SecurityEvent.Of(context, SecurityEventNames.PolicyBroken) with { Details = details });
        return TypedResults.NoContent();
    }

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpContext context)
    {
        var bytes = new byte[MaxBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, context.RequestAborted);
        return length > MaxBytes ? ReadOnlyMemory<byte>.Empty : bytes.AsMemory(0, length);
    }

    /// <summary>Both forms: one object of the older, a list of the newer. What is neither is nothing.</summary>
    internal static List<Dictionary<string, string>> Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 });
            var root = json.RootElement;
            IEnumerable<JsonElement> reports = root.ValueKind == JsonValueKind.Array
                ? [.. root.EnumerateArray().Where(report => Text(report, "type") == "csp-violation").Select(report => Member(report, "body"))]
                : [Member(root, "csp-report")];
            return [.. reports.Where(report => report.ValueKind == JsonValueKind.Object).Select(Details).Where(details => details.Count > 0)];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static Dictionary<string, string> Details(JsonElement report)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        var directive = Text(report, "effective-directive") ?? Text(report, "effectiveDirective") ?? Text(report, "violated-directive");
        if (directive is { Length: <= 40 } && directive.All(letter => letter is '-' || char.IsAsciiLetterLower(letter)))
            details["directive"] = directive;
        // A word such as inline, or where something was to be had from, without its path: that may hold what people wrote.
        var blocked = Text(report, "blocked-uri") ?? Text(report, "blockedURL");
        if (blocked is { Length: > 0 and <= 20 } && blocked.All(letter => letter is '-' || char.IsAsciiLetterLower(letter)))
            details["blocked"] = blocked;
        else if (Uri.TryCreate(blocked, UriKind.Absolute, out var uri) && uri.IdnHost is { Length: > 0 and <= 100 } host)
            details["blocked"] = $"{uri.Scheme}://{host}";
        return details;
    }

    private static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
