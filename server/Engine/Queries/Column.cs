using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Queries;

internal enum ColumnKind
{
    Text,
    Choice,
    List,
    Id,
    Person,
    Number,
    Boolean,
    Date,
    Time,

    /// <summary>Nobody looks inside: not for a query, not for an order.</summary>
    Closed,
}

/// <summary>Something that a query asks after and a list is ordered by: a field, or what every record has.</summary>
/// <param name="Called">As people write it.</param>
/// <param name="Name">Where it is stored.</param>
/// <param name="Kind">How it is compared.</param>
/// <param name="Of">Its value in a record.</param>
internal sealed record Column(string Called, SqlName Name, ColumnKind Kind, Func<Record, object?> Of)
{
    /// <summary>The words that a choice takes, in their order.</summary>
    internal IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What every record has, and one alone.</summary>
    internal static Column OfId { get; } = new("id", new SqlName("id"), ColumnKind.Id, record => record.Id) { MayBeEmpty = false };

    internal bool MayBeEmpty { get; init; } = true;

    internal bool CanOrder => Kind is not (ColumnKind.List or ColumnKind.Closed);

    internal static Column From(Field field) =>
        new(field.Name, new SqlName(field.Column), KindOf(field), field.Get)
        {
            Choices = field is ChoiceField choice ? choice.Choices : [],
            MayBeEmpty = !field.Required,
        };

    /// <summary>
    /// A field that the workspace defined, under the name that operations call it by. What was stored while the definition
    /// said otherwise is as empty here as it is in the record.
    /// </summary>
    internal static Column From(CustomField definition)
    {
        var field = definition.Field();
        var kind = KindOf(field);
        // A key is a lower-case letter and then letters and digits; it was read as such, and nothing else comes in here.
        var key = definition.Key!.All(char.IsAsciiLetterOrDigit) ? definition.Key : throw new InvalidOperationException("A key holds a sign that none may hold.");
        var (json, text) = ($"({CustomValues.Column} -> '{key}')", $"({CustomValues.Column} ->> '{key}')");
        var stored = kind switch
        {
            ColumnKind.Number => $"(CASE jsonb_typeof{json} WHEN 'number' THEN {text}::bigint END)",
            ColumnKind.Boolean => $"(CASE jsonb_typeof{json} WHEN 'boolean' THEN {text}::boolean END)",
            ColumnKind.List => $"ARRAY(SELECT jsonb_array_elements_text(CASE jsonb_typeof{json} WHEN 'array' THEN {json} ELSE '[]' END))",
            // By its parts, so that no text breaks it, whatever it holds.
            ColumnKind.Date => $"(CASE WHEN {text} ~ '^(?!0000)[0-9]{{4}}-(0[1-9]|1[0-2])-[0-3][0-9]$' THEN (left({text}, 7) || '-01')::date + (right({text}, 2)::int - 1) END)",
            _ => $"(CASE jsonb_typeof{json} WHEN 'string' THEN {text} END)",
        };
        return new Column(field.Name, new SqlName(stored), kind, field.Get) { Choices = definition.Choices };
    }

    private static ColumnKind KindOf(Field field) => field.Kind switch
    {
        "text" => ColumnKind.Text,
        "choice" => ColumnKind.Choice,
        "list" => ColumnKind.List,
        "reference" => ColumnKind.Id,
        "integer" or "money" => ColumnKind.Number,
        "boolean" => ColumnKind.Boolean,
        "date" => ColumnKind.Date,
        "time" => ColumnKind.Time,
        _ => ColumnKind.Closed,
    };
}

/// <summary>The columns of a type that one reader sees. For him there are no others.</summary>
internal sealed class Columns
{
    private static readonly Column[] OfEveryRecord =
    [
        Column.OfId,
        new("version", new SqlName("version"), ColumnKind.Number, record => record.Version) { MayBeEmpty = false },
        new("created", new SqlName("created_at"), ColumnKind.Time, record => record.CreatedAt) { MayBeEmpty = false },
        new("createdBy", new SqlName("created_by"), ColumnKind.Person, record => record.CreatedBy),
        new("updated", new SqlName("updated_at"), ColumnKind.Time, record => record.UpdatedAt) { MayBeEmpty = false },
        new("updatedBy", new SqlName("updated_by"), ColumnKind.Person, record => record.UpdatedBy),
    ];

    private readonly Dictionary<string, Column> _byName = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="type">Whose columns.</param>
    /// <param name="access">The reader's.</param>
    /// <param name="custom">The fields that the workspace defined for the type.</param>
    internal Columns(RecordType type, Access access, IEnumerable<CustomField> custom)
    {
        Reader = access.Actor.User;
        foreach (var column in OfEveryRecord)
            _byName[column.Called] = column;
        foreach (var field in type.Fields.Where(field => Reading.Sees(type, access, field)))
            _byName[field.Name] = Column.From(field);
        foreach (var definition in custom)
            _byName.TryAdd(CustomValues.Prefix + definition.Key, Column.From(definition));
        Texts = [.. _byName.Values.Where(column => column.Kind is ColumnKind.Text or ColumnKind.List)];
    }

    /// <summary>Where words are looked for.</summary>
    internal IReadOnlyList<Column> Texts { get; }

    /// <summary>Who is meant by <c>me</c>.</summary>
    internal Guid? Reader { get; }

    internal IEnumerable<string> Names => _byName.Values.Select(column => column.Called).Order(StringComparer.Ordinal);

    /// <summary>What a list can be ordered by.</summary>
    internal IEnumerable<string> Orders => Names.Where(name => _byName[name].CanOrder);

    /// <summary>Whatever its case.</summary>
    internal Column? Find(string name) => _byName.GetValueOrDefault(name);
}
