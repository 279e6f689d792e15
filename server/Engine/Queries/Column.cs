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

    internal Columns(RecordType type, Access access)
    {
        Reader = access.Actor.User;
        foreach (var column in OfEveryRecord)
            _byName[column.Called] = column;
        foreach (var field in type.Fields.Where(field => Reading.Sees(type, access, field)))
            _byName[field.Name] = Column.From(field);
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
