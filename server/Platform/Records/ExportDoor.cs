using System.Text;
using Holdfast.Engine.Csv;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>GET /api/workspaces/{workspace}/records/{type}/export?format=csv|json&amp;query=&amp;sort=: what one may read of a list, as a file.</summary>
internal static class ExportDoor
{
    internal static async Task<IResult?> HandleAsync(Guid workspace, string type, SignedIn who, HttpContext http, CsvExport export, CancellationToken cancel)
    {
        if (Address.Read(http.Request, ["format", "query", "sort"], out var asked) is { } failure)
            return Problem.Of(failure);
        var format = asked.GetValueOrDefault("format", "csv");
        if (format is not ("csv" or "json"))
            return Problem.Of(FieldFailures.NotAllowed.With("'format' takes one of: csv, json.", "format", ("allowed", "csv, json")));
        var request = new ListRequest { Query = asked.GetValueOrDefault("query", ""), Sort = asked.GetValueOrDefault("sort", ListRequest.NewestFirst) };
        var response = http.Response;
        var refused = await export.WriteAsync(workspace, who.ToActor(), type, request, asJson: format == "json", WriteAsync, cancel);
        if (refused is not null && !response.HasStarted)
            return Problem.Of(refused);
        // A file that ends too early must not look whole.
        if (refused is not null)
            http.Abort();
        return TypedResults.Empty;

        async Task WriteAsync(string part)
        {
            if (!response.HasStarted)
            {
                response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/json";
                response.Headers.ContentDisposition = $"attachment; filename=\"{type}.{format}\"";
            }

            await response.WriteAsync(part, Encoding.UTF8, cancel);
        }
    }
}
