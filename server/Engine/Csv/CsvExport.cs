using System.Text;
using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Queries;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Csv;

/// <summary>
/// The records that someone may read, page by page: as a table whose heads are the names of the fields, which an import takes
/// again, or as JSON. No cell is a formula to a spreadsheet. Fields that were retired are in JSON alone.
/// </summary>
public sealed class CsvExport(RecordReader records, RecordRegistry registry)
{
    /// <param name="workspace">Where.</param>
    /// <param name="person">Who reads.</param>
    /// <param name="type">The records' type.</param>
    /// <param name="request">Which, and in which order. Its limit and place do not count.</param>
    /// <param name="asJson">As one JSON list of records instead.</param>
    /// <param name="write">Takes each part as it is read. Not called where the answer is a failure.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>Why nothing is exported, or null.</returns>
    public async Task<Failure?> WriteAsync(Guid workspace, Actor person, string type, ListRequest request, bool asJson, Func<string, Task> write, CancellationToken cancel)
    {
        // From the definitions: no page of records says what stands in the others.
        IReadOnlyList<string> heads = asJson ? [] : await records.FieldsAsync(workspace, person, type, cancel);
        string? after = null;
        var isFirst = true;
        do
        {
            var (bytes, failure) = await records.ListAsync(workspace, person, type, request with { Limit = ListRequest.MaxLimit, After = after }, cancel);
            if (failure is not null)
                return failure;
            using var page = JsonDocument.Parse(bytes!);
            var rows = page.RootElement.GetProperty("records").EnumerateArray().ToArray();
            var text = new StringBuilder();
            if (asJson)
                text.Append(isFirst ? "[" : rows.Length > 0 ? ",\n" : "").AppendJoin(",\n", rows.Select(row => row.GetRawText()));
            else
                WriteRows(text, registry.Find(type)!, heads, rows, isFirst);
            after = page.RootElement.GetProperty("next").GetString();
            await write(text.Append(asJson && after is null ? "]\n" : "").ToString());
            isFirst = false;
        }
        while (after is not null);
        return null;
    }

    private static void WriteRows(StringBuilder text, RecordType type, IReadOnlyList<string> heads, JsonElement[] rows, bool isFirst)
    {
        if (isFirst)
            CsvText.Write(text, heads.Prepend("id"));
        foreach (var row in rows)
        {
            var values = row.GetProperty("values");
            string Cell(string name)
            {
                var field = type.Find(name)!;
                var currency = field is MoneyField money && values.TryGetProperty(money.Currency, out var said) ? said.GetString() : null;
                return values.TryGetProperty(name, out var value) ? CsvCell.Write(field, value, currency) : "";
            }

            CsvText.Write(text, heads.Select(Cell).Prepend(row.GetProperty("id").GetString()!));
        }
    }
}
