using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Engine.Csv;

public static class ImportFailures
{
    internal static readonly FailureCode TooManyRows = new("import.too_many_rows", 422, "The table has more rows than one import takes.");
    internal static readonly FailureCode TooManyCells = new("import.too_many_cells", 422, "A row of the table has more cells than one import takes.");
    internal static readonly FailureCode Busy = new("import.busy", 409, "Imports of yours wait or run already.");
    internal static readonly FailureCode NoImport = new("import.not_here", 422, "Records of this type are not imported.");
    internal static readonly FailureCode Empty = new("import.empty", 422, "The table has no rows.");
    internal static readonly FailureCode NoColumn = new("import.no_column", 422, "The table has no such column.");
    internal static readonly FailureCode NotText = new("import.not_text", 422, "The file is no table of text.");
    internal static readonly FailureCode Encoding = new("import.encoding", 422, "The file is not in this encoding.");
    internal static readonly FailureCode LostCharacters = new("import.lost_characters", 422, "Characters of the table were lost before it was sent.");
    internal static readonly FailureCode Rows = new("import.rows", 422, "Some rows cannot be imported.");
}

/// <summary>What is wrong with a cell, or with a row where no column is to blame.</summary>
/// <param name="Row">As a spreadsheet counts: the heads are row 1.</param>
/// <param name="Column">The head of the column.</param>
/// <param name="Failure">What is wrong.</param>
public sealed record RowFault(int Row, string? Column, Failure Failure);

/// <summary>What would come of an import.</summary>
/// <param name="Rows">How many rows there are.</param>
/// <param name="FaultyRows">How many of them are not sound.</param>
/// <param name="Faults">What is wrong with the first <see cref="CsvImport.MostFaultyRows"/> of them, row by row, of each the first <see cref="CsvImport.MostFaultsOfRow"/>.</param>
public sealed record ImportCheck(int Rows, int FaultyRows, IReadOnlyList<RowFault> Faults);

/// <summary>An import that was asked for.</summary>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Run">The <see cref="JobRun"/> that says how far it is.</param>
/// <param name="Transaction">The one that will make all records, by which it is undone.</param>
public sealed record ImportAsked(int Rows, Guid Run, Guid Transaction);

/// <summary>A table that shall become records.</summary>
/// <param name="Type">The records' type.</param>
/// <param name="Csv">The table as text, with heads.</param>
/// <param name="Columns">Which column, by its head, is which field. Columns that are not named are left out.</param>
public sealed record ImportOrder(string Type, string Csv, IReadOnlyDictionary<string, string> Columns);

/// <summary>
/// Makes records from a table: all of them in one transaction of the person, or none. Every row is judged first as if it were
/// written, by permissions and rules as well; a dry run ends there. What is no dry run is a job that its asker sees.
/// </summary>
public sealed class CsvImport(RecordRegistry registry, WritePath writePath, AccessReader accesses) : IJobHandler<ImportOrder>
{
    /// <summary>How many rows an import takes.</summary>
    public const int MostRows = 5000;

    /// <summary>Of so many rows it tells what is wrong, so that whoever sends no more at once knows each row that he must leave out.</summary>
    public const int MostFaultyRows = 500;

    /// <summary>How much is told of one row.</summary>
    public const int MostFaultsOfRow = 10;

    /// <summary>How many imports of one person wait or run in a workspace.</summary>
    public const int MostAsked = 2;

    /// <summary>What the log calls it.</summary>
    public const string Command = "ImportRecords";

    /// <summary>The kind of its jobs. Their steps are <c>check</c> and <c>write</c>, of so many rows.</summary>
    internal const string Job = "records.import";

    /// <summary>So many rows are judged at once, while nobody else writes in the workspace.</summary>
    private const int Together = 500;

    /// <summary>A table takes many times its size while it is read: so many are read at once, whoever sends them.</summary>
    private static readonly SemaphoreSlim Places = new(2);

    /// <summary>A dry run: every row is judged, nothing is written.</summary>
    public async Task<(ImportCheck? Check, Failure? Failure)> CheckAsync(Guid workspace, Actor person, ImportOrder order, CancellationToken cancel)
    {
        var (rows, failure) = await ReadAsync(workspace, person, order, cancel);
        if (failure is not null)
            return (null, failure);
        var faults = await JudgeAsync(workspace, person, rows, _ => { }, cancel);
        var byRow = faults.GroupBy(fault => fault.Row).OrderBy(row => row.Key).ToArray();
        return (new ImportCheck(rows.Count, byRow.Length, [.. byRow.Take(MostFaultyRows).SelectMany(row => row.Take(MostFaultsOfRow))]), null);
    }

    /// <summary>Asks for an import, where the table can be read.</summary>
    /// <param name="workspace">Where.</param>
    /// <param name="person">Who asks.</param>
    /// <param name="order">What for.</param>
    /// <param name="id">The id of the transaction that asks: whoever sends it again is answered as the first time. A new one where null.</param>
    /// <param name="cancel">Stops what comes before the asking.</param>
    /// <returns>The outcome of the asking is null where there is a failure.</returns>
    public async Task<(ImportAsked? Asked, Outcome? Outcome, Failure? Failure)> AskAsync(Guid workspace, Actor person, ImportOrder order, Guid? id, CancellationToken cancel)
    {
        var (rows, failure) = await ReadAsync(workspace, person, order, cancel);
        if (failure is not null)
            return (null, null, failure);
        var own = id ?? Guid.CreateVersion7();
        var job = new NewJob(Job, order) { Id = StableId.OfRecord(workspace, own, Guid.Empty), IsShown = true };
        var most = JobWrites.AtMost(MostAsked, workspace, Job, ImportFailures.Busy.With($"{MostAsked} of yours wait or run. Wait until one is done, or cancel it.", null, ("max", MostAsked)), person.User);
        var asking = new Transaction { Id = own, Actor = person with { Via = Command }, Jobs = [job], Companions = [most] };
        var outcome = await writePath.WriteAsync(workspace, asking);
        // What a companion refuses is not stored: the same may be asked for again later.
        return outcome is { Succeeded: false, Answer: null, Failure: { } busy }
            ? (null, null, busy)
            : (new ImportAsked(rows.Count, job.Id, JobWrites.IdOf(job.Id)), outcome, null);
    }

    /// <inheritdoc/>
    public async Task RunAsync(Job job, ImportOrder payload, CancellationToken cancel)
    {
        var (rows, failure) = await ReadAsync(job.Workspace, job.Actor, payload, cancel);
        if (failure is not null)
            throw Refused(failure);
        // A later attempt may find the records of an earlier one, and is told so by the write path.
        var faults = job.Attempt > 1 ? [] : await JudgeAsync(job.Workspace, job.Actor, rows, done => job.Say(90 * done / rows.Count, "check", done), cancel);
        if (faults.Count > 0)
            throw Refused(ImportFailures.Rows.With($"{CountRows(faults)} of {rows.Count} rows are not sound. Run it dry to see them, mend them, and send all again."));
        job.Say(90, "write", rows.Count);
        await writePath.WriteAsync(job, [.. rows.Select(row => row.Create)]);
    }

    /// <summary>The message is read by whoever runs the server, so it says nothing of what stands in the table.</summary>
    private static JobFailedException Refused(Failure failure) => new($"The import was refused: {failure.Code.Code}.") { Failure = failure };

    private async Task<(IReadOnlyList<Row> Rows, Failure? Failure)> ReadAsync(Guid workspace, Actor person, ImportOrder order, CancellationToken cancel)
    {
        var (fields, failure) = await FindAsync(workspace, person, order, cancel);
        if (fields is null)
            return ([], failure);
        await Places.WaitAsync(cancel);
        try
        {
            failure = Read(fields.Type, fields.Custom, order, out var rows);
            return failure is null ? (rows, null) : ([], failure);
        }
        finally
        {
            Places.Release();
        }
    }

    /// <summary>What the records may hold that the person would make, if he may.</summary>
    private async Task<(Fields? Fields, Failure? Failure)> FindAsync(Guid workspace, Actor person, ImportOrder order, CancellationToken cancel)
    {
        await using var visit = await accesses.EnterAsync(workspace, person, cancel);
        if (visit is null)
            return (null, WriteFailures.NotHere());
        var (database, access) = visit;
        if (registry.Find(order.Type) is not { } type || !Reading.AllowsSome(type, access))
            return (null, WriteFailures.NotFound.With("There are no such records, or you may not read them."));
        if (Policy.CheckPermission(type, access, "create") is { } denied)
            return (null, denied);
        // Nobody has a table of what is a person's own, such as a view.
        if (!type.Verbs.Contains("read"))
            return (null, ImportFailures.NoImport.With($"Make a {type.Name} by itself."));
        var custom = await CustomFields.InUseAsync(database, registry, workspace, type, cancel);
        return (new Fields(type, custom.Select(definition => definition.Field()).ToDictionary(field => field.Name, StringComparer.Ordinal)), null);
    }

    /// <summary>Judges each row alone, as it would be after those that are in the tables; and the rows against one another, where something must be unique.</summary>
    private async Task<List<RowFault>> JudgeAsync(Guid workspace, Actor person, IReadOnlyList<Row> rows, Action<int> tell, CancellationToken cancel)
    {
        var faults = rows.SelectMany(row => row.Faults).Concat(Twice(rows)).ToList();
        var faulty = faults.Select(fault => fault.Row).ToHashSet();
        var actor = person with { Via = Command };
        var done = 0;
        foreach (var chunk in rows.Chunk(Together))
        {
            var sound = chunk.Where(row => !faulty.Contains(row.Number)).ToArray();
            var outcomes = await writePath.JudgeAsync(workspace, [.. sound.Select(row => new Transaction { Id = Guid.CreateVersion7(), Actor = actor, Operations = [row.Create] })], cancel);
            faults.AddRange(sound.Zip(outcomes).Where(pair => !pair.Second.Succeeded).Select(pair => pair.First.Blame(pair.Second.Failure!)));
            tell(done += chunk.Length);
        }

        return faults;
    }

    private static IEnumerable<RowFault> Twice(IReadOnlyList<Row> rows) => rows
        .SelectMany(row => row.Create.Guards.OfType<UniqueGuard>().Select(guard => (Row: row, guard.Fields)))
        .GroupBy(given => string.Join('\n', given.Fields.Select(field => $"{field.Name} {given.Row.Create.Values.First(value => value.Field == field).Value}")), StringComparer.Ordinal)
        .SelectMany(same => same.Skip(1))
        .Select(later => later.Row.Blame(WriteFailures.NotUnique.With("A row above has the same value.", later.Fields[0].Name)));

    private static int CountRows(List<RowFault> faults) => faults.Select(fault => fault.Row).Distinct().Count();

    private sealed record Row(CreateOperation Create, IReadOnlyList<RowFault> Faults, int Number, IReadOnlyDictionary<string, string> HeadOf)
    {
        internal RowFault Blame(Failure failure) => new(Number, failure.Field is { } field ? HeadOf.GetValueOrDefault(field) : null, failure);
    }

    private sealed record Fields(RecordType Type, Dictionary<string, Field> Custom);

    /// <param name="Place">Of the column.</param>
    /// <param name="Field">That it is.</param>
    /// <param name="Form">What its cells are read as: a custom field as it is defined.</param>
    private sealed record Column(int Place, Field Field, Field Form);

    private static Failure? Read(RecordType type, Dictionary<string, Field> custom, ImportOrder order, out IReadOnlyList<Row> rows)
    {
        rows = [];
        // The heads, and one row too many.
        var text = CsvText.Read(order.Csv).Take(1 + MostRows + 1).ToArray();
        if (text.Length < 2)
            return ImportFailures.Empty.With("Send a row of heads, and a row for each record.", "csv");
        if (text.Length - 1 > MostRows)
            return ImportFailures.TooManyRows.With($"It has more than {MostRows} rows, which is what goes at once. Split it.", "csv", ("max", MostRows));
        if (text.FirstOrDefault(row => row.Cells.Count > CsvText.MostCells) is { Cells: not null } wide)
            return ImportFailures.TooManyCells.With($"Row {wide.Number} has more than {CsvText.MostCells} cells. Leave out columns.", "csv", ("max", CsvText.MostCells), ("line", wide.Number));
        var heads = text[0].Cells.Select(head => head.Trim()).ToList();
        var fields = new List<Column>();
        var headOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (head, name) in order.Columns)
        {
            var place = heads.IndexOf(head.Trim());
            if (place < 0)
                return ImportFailures.NoColumn.With($"The table has the columns {OperationReader.Shorten(string.Join(", ", heads))}.", "columns", ("column", head));
            var form = custom.GetValueOrDefault(name);
            if (type.Find(name) is not { ReadOnly: false } field || field is SecretField or SealedField || (field is CustomValueField && form is null) || !headOf.TryAdd(name, head))
                return FieldFailures.Unknown.With($"'{OperationReader.Shorten(name)}' is no field of {type.Name} that a column can be, or two columns are it.", "columns");
            fields.Add(new Column(place, field, form ?? field));
        }

        rows = [.. text.Skip(1).Select(row => ReadRow(type, fields, headOf, row.Cells, row.Number))];
        return null;
    }

    private static Row ReadRow(RecordType type, List<Column> fields, Dictionary<string, string> headOf, IReadOnlyList<string> cells, int number)
    {
        string Cell(int place) => place < cells.Count ? cells[place] : "";
        var (values, faults) = (new List<(Field, object?)>(), new List<RowFault>());
        foreach (var (place, field, form) in fields)
        {
            var currency = field is MoneyField money && fields.Find(other => other.Field.Name == money.Currency) is { } said ? Cell(said.Place).Trim() : null;
            var json = CsvCell.Read(form, Cell(place), currency);
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
