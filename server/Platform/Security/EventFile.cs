using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Engine.Csv;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Security;

/// <summary>Events as the browser and other programs read them: a page as JSON, all as a file.</summary>
internal static class EventFile
{
    /// <summary>One page: <c>{events: […], next, people}</c>, where <c>next</c> is what the next page comes after, or null.</summary>
    /// <param name="events">The page.</param>
    /// <param name="limit">How many were asked for.</param>
    /// <param name="people">Who the people in it are, by id; null where the reader knows them.</param>
    internal static IResult Page(IReadOnlyList<EventRow> events, int limit, object? people = null) => TypedResults.Ok(new
    {
        events = events.Select(ToJson),
        next = events.Count == limit ? events[^1].Id : (Guid?)null,
        people,
    });

    /// <summary>All pages as a file: a table without formulas, or one JSON object a line.</summary>
    /// <param name="http">The request.</param>
    /// <param name="read">Reads a page.</param>
    internal static async Task<IResult> WriteAsync(HttpContext http, Func<EventFilter, CancellationToken, Task<IReadOnlyList<EventRow>>> read)
    {
        if (EventsAddress.ReadFile(http.Request, out var filter, out var format) is { } failure)
            return Problem.Of(failure);
        var response = http.Response;
        IReadOnlyList<EventRow> page = await read(filter, http.RequestAborted);
        response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"security-events.{(format == "csv" ? "csv" : "jsonl")}\"";
        if (format == "csv")
            await response.WriteAsync(CsvLine.Of("id", "at", "name", "user", "workspace", "session", "address", "agent", "details"), Encoding.UTF8, http.RequestAborted);
        while (true)
        {
            var text = new StringBuilder();
            foreach (var row in page)
                text.Append(format == "csv" ? ToCsv(row) : ToLine(row) + "\n");
            await response.WriteAsync(text.ToString(), Encoding.UTF8, http.RequestAborted);
            if (page.Count < filter.Limit)
                return TypedResults.Empty;
            filter = filter with { After = page[^1].Id };
            page = await read(filter, http.RequestAborted);
        }
    }

    /// <summary>One event as a line of JSON.</summary>
    internal static string ToLine(EventRow row) => JsonSerializer.Serialize(ToJson(row), JsonSerializerOptions.Web);

    private static object ToJson(EventRow row) => new
    {
        row.Id,
        row.At,
        row.Name,
        row.User,
        row.Workspace,
        row.Session,
        row.Address,
        row.Agent,
        Details = row.Details is null ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(row.Details),
    };

    private static string ToCsv(EventRow row) => CsvLine.Of(
        $"{row.Id}", row.At.ToString("O", CultureInfo.InvariantCulture), row.Name, $"{row.User}", $"{row.Workspace}", $"{row.Session}", row.Address ?? "", row.Agent ?? "", row.Details ?? "");
}
