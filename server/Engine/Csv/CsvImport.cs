using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Csv;

public static class ImportFailures
{
    internal static readonly FailureCode TooManyRows = new("import.too_many_rows", 422, "The table has more rows than one import takes.");
    internal static readonly FailureCode Empty = new("import.empty", 422, "The table has no rows.");
    internal static readonly FailureCode NoColumn = new("import.no_column", 422, "The table has no such column.");
    internal static readonly FailureCode Rows = new("import.rows", 422, "Some rows cannot be imported.");
}

/// <summary>What is wrong with a cell, or with a row where no column is to blame.</summary>
/// <param name="Row">As a spreadsheet counts: the heads are row 1.</param>
/// <param name="Column">The head of the column.</param>
/// <param name="Failure">What is wrong.</param>
public sealed record RowFault(int Row, string? Column, Failure Failure);

/// <summary>What came of an import, or would come of it.</summary>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Faults">The first <see cref="CsvImport.MostFaults"/> of what is wrong.</param>
/// <param name="FaultyRows">How many rows are not sound.</param>
/// <param name="Transaction">The one that made all records, by which it is undone; null where nothing was written.</param>
/// <param name="Outcome">Its outcome.</param>
public sealed record Imported(int Rows, IReadOnlyList<RowFault> Faults, int FaultyRows, Transaction? Transaction, Outcome? Outcome);

/// <summary>
/// Makes records from a table: all of them in one transaction of the person, or none. Every row is judged first as if it were
/// written, by permissions and rules as well; a dry run ends there.
/// </summary>
public sealed class CsvImport(RecordRegistry registry, WritePath writePath, AccessReader accesses)
{
    /// <summary>How many rows an import takes.</summary>
    public const int MostRows = 5000;

    /// <summary>How many faults it tells.</summary>
    public const int MostFaults = 100;

    /// <param name="workspace">Where.</param>
    /// <param name="person">Who imports.</param>
    /// <param name="type">The records' type.</param>
    /// <param name="table">The table as text, with heads.</param>
    /// <param name="columns">Which column, by its head, is which field. Columns that are not named are left out.</param>
    /// <param name="isDry">Whether to say only what would come of it.</param>
    /// <param name="cancel">Stops what comes before the writing.</param>
    public async Task<(Imported? Imported, Failure? Failure)> ImportAsync(
        Guid workspace, Actor person, string type, string table, IReadOnlyDictionary<string, string> columns, bool isDry, CancellationToken cancel)
    {
        if (await accesses.ReadAsync(workspace, person, cancel) is not { } access)
            return (null, WriteFailures.NoWorkspace.With("There is no such workspace, or you are not in it."));
        if (registry.Find(type) is not { } known || !Reading.AllowsSome(known, access))
            return (null, WriteFailures.NotFound.With("There are no such records, or you may not read them."));
        var actor = person with { Via = "ImportRecords" };
        if (Read(known, table, columns, out var rows) is { } failure)
            return (null, failure);

        var faults = rows.SelectMany(row => row.Faults).ToList();
        var sound = rows.Where(row => row.Faults.Count == 0).ToArray();
        var outcomes = await writePath.JudgeAsync(workspace, [.. sound.Select(row => new Transaction { Id = Guid.CreateVersion7(), Actor = actor, Operations = [row.Create] })], cancel);
        faults.AddRange(sound.Zip(outcomes).Where(pair => !pair.Second.Succeeded).Select(pair => pair.First.Blame(pair.Second.Failure!)));
        var faulty = faults.Select(fault => fault.Row).Distinct().Count();
        RowFault[] told = [.. faults.OrderBy(fault => fault.Row).Take(MostFaults)];
        if (isDry)
            return (new Imported(rows.Count, told, faulty, null, null), null);
        if (faulty > 0)
            return (null, ImportFailures.Rows.With($"{faulty} of {rows.Count} rows are not sound. Run it dry to see them, mend them, and send all again.", null, ("count", faulty)));
        var transaction = new Transaction { Id = Guid.CreateVersion7(), Actor = actor, Operations = [.. rows.Select(row => row.Create)] };
        return (new Imported(rows.Count, [], 0, transaction, await writePath.WriteAsync(workspace, transaction)), null);
    }

    private sealed record Row(CreateOperation Create, IReadOnlyList<RowFault> Faults, int Number, IReadOnlyDictionary<string, string> HeadOf)
    {
        internal RowFault Blame(Failure failure) => new(Number, failure.Field is { } field ? HeadOf.GetValueOrDefault(field) : null, failure);
    }

    private static Failure? Read(RecordType type, string table, IReadOnlyDictionary<string, string> columns, out IReadOnlyList<Row> rows)
    {
        rows = [];
        var text = CsvText.Read(table);
        if (text.Count < 2)
            return ImportFailures.Empty.With("Send a row of heads, and a row for each record.", "csv");
        if (text.Count - 1 > MostRows)
            return ImportFailures.TooManyRows.With($"It has {text.Count - 1} rows; {MostRows} go at once. Split it.", "csv", ("max", MostRows));
        var heads = text[0].Select(head => head.Trim()).ToList();
        var fields = new List<(int Place, Field Field)>();
        var headOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (head, name) in columns)
        {
            var place = heads.IndexOf(head.Trim());
            if (place < 0)
                return ImportFailures.NoColumn.With($"The table has the columns {OperationReader.Shorten(string.Join(", ", heads))}.", "columns", ("column", head));
            if (type.Find(name) is not { ReadOnly: false } field || field is SecretField or SealedField || !headOf.TryAdd(name, head))
                return FieldFailures.Unknown.With($"'{OperationReader.Shorten(name)}' is no field of {type.Name} that a column can be, or two columns are it.", "columns");
            fields.Add((place, field));
        }

        rows = [.. text.Skip(1).Select((cells, i) => ReadRow(type, fields, headOf, cells, number: i + 2))];
        return null;
    }

    private static Row ReadRow(RecordType type, List<(int Place, Field Field)> fields, Dictionary<string, string> headOf, IReadOnlyList<string> cells, int number)
    {
        string Cell(int place) => place < cells.Count ? cells[place] : "";
        var (values, faults) = (new List<(Field, object?)>(), new List<RowFault>());
        foreach (var (place, field) in fields)
        {
            var currency = field is MoneyField money && fields.Find(other => other.Field.Name == money.Currency) is { Field: not null } said ? Cell(said.Place).Trim() : null;
            var json = CsvCell.Read(field, Cell(place), currency);
            // An empty cell leaves the field as the type has it.
            if (json.ValueKind == System.Text.Json.JsonValueKind.Null)
                continue;
            if (field.TryRead(json, out var value) is { } failure)
                faults.Add(new RowFault(number, headOf[field.Name], failure));
            else
                values.Add((field, value));
        }

        // What only the tables would refuse at the end is asked of each row.
        var given = values.Select(value => value.Item1).ToHashSet();
        var guards = type.Uniques.Where(unique => unique.Fields.All(given.Contains)).Select(unique => new UniqueGuard(unique.Fields));
        return new Row(new CreateOperation(type, Guid.CreateVersion7(), values) { Guards = [.. guards] }, faults, number, headOf);
    }
}
