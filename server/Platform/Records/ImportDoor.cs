using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Csv;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Holdfast.Platform.Records;

/// <summary>
/// POST /api/workspaces/{workspace}/records/{type}/import with <c>{"csv", "columns": {head: field}, "dryRun", "id"}</c>, or with the bytes
/// of a file in base64 and, where it is known, their encoding: <c>{"file", "encoding", …}</c>. A dry run answers
/// <c>{"rows", "encoding", "faultyRows", "faults": [{"row", "column", "error"}]}</c>; a real one is a job, and answers
/// <c>{"rows", "run", "transaction"}</c>: the record that says how far it is, and the transaction by which it is undone.
/// </summary>
internal static class ImportDoor
{
    /// <summary>More than other doors take: what <see cref="CsvImport.MostRows"/> rows need, each a page of text.</summary>
    internal sealed class Size : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Table.MostBytes;
    }

    /// <summary>A table and its heads: a text, or the bytes of a file.</summary>
    internal sealed class Table : Body, IBindableFromHttpContext<Table>
    {
        internal const int MostBytes = 8_000_000;
        private const int Depth = 3;

        public string Csv { get; private init; } = "";

        /// <summary>In which the file was; null where the table came as text.</summary>
        public string? Encoding { get; private init; }

        public IReadOnlyDictionary<string, string> Columns { get; private init; } = new Dictionary<string, string>(StringComparer.Ordinal);

        public bool DryRun { get; private init; }

        /// <summary>See <see cref="WriteDoor.ReadId"/>.</summary>
        public Guid? Id { get; private init; }

        public static async ValueTask<Table?> BindAsync(HttpContext context, ParameterInfo parameter)
        {
            var (json, failure) = await ReadAsync(context.Request, context.RequestAborted, MostBytes, Depth);
            if (json is null)
                return new Table { Failure = failure };
            using (json)
                return Read(json.RootElement);
        }

        private static Table Read(JsonElement root)
        {
            if (root.EnumerateObject().Any(member => member.Name is not ("csv" or "file" or "encoding" or "columns" or "dryRun" or "id")))
                return new Table { Failure = FieldFailures.Unknown.With("An import takes csv or file and encoding, columns, dryRun and id.") };
            if (WriteDoor.ReadId(root, out var id) is { } malformed)
                return new Table { Failure = malformed };
            var (csv, encoding, failure) = root.TryGetProperty("file", out var file) ? ReadFile(root, file) : ReadText(root);
            if (failure is not null)
                return new Table { Failure = failure };
            if (!root.TryGetProperty("columns", out var columns) || columns.ValueKind != JsonValueKind.Object || columns.EnumerateObject().Any(column => column.Value.ValueKind != JsonValueKind.String))
                return new Table { Failure = FieldFailures.WrongKind.With("'columns' takes an object: for each head the name of a field.", "columns", ("expected", "an object of text")) };
            // Whoever misspells it must not write thousands of records instead.
            if (root.TryGetProperty("dryRun", out var dry) && dry.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                return new Table { Failure = FieldFailures.WrongKind.With("'dryRun' takes true or false.", "dryRun", ("expected", "true or false")) };
            return new Table
            {
                Csv = csv,
                Encoding = encoding,
                Columns = columns.EnumerateObject().ToDictionary(column => column.Name, column => column.Value.GetString()!, StringComparer.Ordinal),
                DryRun = dry.ValueKind == JsonValueKind.True,
                Id = id,
            };
        }

        private static (string Csv, string? Encoding, Failure? Failure) ReadText(JsonElement root) =>
            !root.TryGetProperty("csv", out var csv) || csv.ValueKind != JsonValueKind.String || !TextRules.TryText(csv, out var text)
                ? ("", null, FieldFailures.WrongKind.With("'csv' takes the table as text; 'file' takes the bytes of one in base64.", "csv", ("expected", "text")))
                : root.TryGetProperty("encoding", out _)
                ? ("", null, FieldFailures.Unknown.With("'encoding' is about the bytes of a 'file'. A text as 'csv' has none.", "encoding"))
                : (text, null, CsvBytes.Check(text));

        private static (string Csv, string? Encoding, Failure? Failure) ReadFile(JsonElement root, JsonElement file)
        {
            if (root.TryGetProperty("csv", out _))
                return ("", null, FieldFailures.Unknown.With("Send the table as 'csv' or as 'file', not both.", "csv"));
            if (file.ValueKind != JsonValueKind.String || !file.TryGetBytesFromBase64(out var bytes))
                return ("", null, FieldFailures.WrongKind.With("'file' takes the bytes of the table in base64.", "file", ("expected", "base64")));
            var asked = root.TryGetProperty("encoding", out var named) ? named.ToString() : null;
            return asked is null || CsvBytes.Encodings.Contains(asked, StringComparer.Ordinal)
                ? CsvBytes.Read(bytes, asked)
                : ("", null, FieldFailures.NotAllowed.With($"'encoding' takes one of: {string.Join(", ", CsvBytes.Encodings)}.", "encoding", ("allowed", CsvBytes.Encodings.ToArray())));
        }
    }

    internal static async Task<IResult> HandleAsync(Guid workspace, string type, SignedIn who, Table table, CsvImport import, CancellationToken cancel)
    {
        var order = new ImportOrder(type, table.Csv, table.Columns);
        return table.DryRun
            ? await CheckAsync(workspace, who.ToActor(), order, table.Encoding, import, cancel)
            : await AskAsync(workspace, who.ToActor(), order, table.Id, import, cancel);
    }

    private static async Task<IResult> AskAsync(Guid workspace, Actor person, ImportOrder order, Guid? id, CsvImport import, CancellationToken cancel)
    {
        var (asked, outcome, failure) = await import.AskAsync(workspace, person, order, id, cancel);
        if (failure is not null)
            return Problem.Of(failure);
        return outcome!.Succeeded ? TypedResults.Accepted((string?)null, asked) : WriteDoor.Answer(asked!.Transaction, outcome);
    }

    private static async Task<IResult> CheckAsync(Guid workspace, Actor person, ImportOrder order, string? encoding, CsvImport import, CancellationToken cancel)
    {
        var (check, failure) = await import.CheckAsync(workspace, person, order, cancel);
        if (failure is not null)
            return Problem.Of(failure);
        using var stream = new MemoryStream();
        await using (var json = new Utf8JsonWriter(stream))
            Write(json, check!, encoding);
        return TypedResults.Bytes(stream.ToArray(), "application/json");
    }

    private static void Write(Utf8JsonWriter json, ImportCheck check, string? encoding)
    {
        json.WriteStartObject();
        json.WriteNumber("rows", check.Rows);
        if (encoding is not null)
            json.WriteString("encoding", encoding);
        json.WriteNumber("faultyRows", check.FaultyRows);
        json.WriteStartArray("faults");
        foreach (var fault in check.Faults)
        {
            json.WriteStartObject();
            json.WriteNumber("row", fault.Row);
            json.WriteString("column", fault.Column);
            json.WritePropertyName("error");
            fault.Failure.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
