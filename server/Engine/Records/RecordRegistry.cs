using System.Text.Json.Nodes;

namespace Holdfast.Engine.Records;

/// <summary>One record type, as its module hands it to the registry.</summary>
/// <param name="Class">The class that derives from <see cref="Record"/>.</param>
public sealed record RecordRegistration(Type Class);

/// <summary>All record types of this server. Made once at start; an unsound type stops the start.</summary>
public sealed class RecordRegistry
{
    private readonly Dictionary<string, RecordType> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecordType> _byScope = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecordType> _byTable = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, RecordType> _byClass = [];
    private readonly ILookup<string, SchemaChange> _changes;

    /// <summary>The oldest schema whose operations are still brought up to date. Queues older than that can only be exported.</summary>
    public const int OldestSchema = 1;

    public RecordRegistry(IEnumerable<RecordRegistration> registrations, IEnumerable<SchemaChange> changes)
    {
        var types = registrations.Select(registration => new RecordType(registration.Class));
        foreach (var type in types.OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            if (_byName.GetValueOrDefault(type.Name) is { } twice)
                throw new InvalidOperationException($"{type.Class} and {twice.Class} are both called {type.Name}; or one of them is registered twice.");
            if (_byTable.GetValueOrDefault(type.Table.Text) is { } shared)
                throw new InvalidOperationException($"{type.Class} and {shared.Class} both stand in {type.Table.Text}.");
            _byName.Add(type.Name, type);
            _byScope.Add(type.Scope, type);
            _byTable.Add(type.Table.Text, type);
            _byClass.Add(type.Class, type);
        }

        All = [.. _byName.Values];
        if (All.SelectMany(type => type.Keys.Where(key => key.Name == "id").Select(key => (key.Kind, type.Class))).GroupBy(own => own.Kind, StringComparer.Ordinal).FirstOrDefault(kind => kind.Count() > 1) is { } rivals)
            throw new InvalidOperationException($"{string.Join(" and ", rivals.Select(rival => rival.Class))} both open by their ids what is read by '{rivals.Key}': who makes a record of the one under an id of the other would be in it. Give each its own kind.");
        Grants = [.. All.Where(type => type.Grant is not null)];
        var ordered = changes.OrderBy(change => change.From).ToArray();
        _changes = ordered.ToLookup(change => change.Type, StringComparer.Ordinal);
        Schema = ordered.Length == 0 ? OldestSchema : ordered[^1].From + 1;
        Link();
    }

    /// <summary>
    /// Version of the shape of all records: one more for each step in which some of them changed. Operations and log
    /// entries say which one they were made under.
    /// </summary>
    public int Schema { get; }

    public IReadOnlyList<RecordType> All { get; }

    /// <summary>The types whose records hand out keys.</summary>
    internal IReadOnlyList<RecordType> Grants { get; }

    /// <summary>The types that inherit keys, each after those from which it does.</summary>
    internal IReadOnlyList<RecordType> Heirs { get; private set; } = [];

    internal RecordType Of(Type record) => _byClass.GetValueOrDefault(record)
        ?? throw new InvalidOperationException($"{record} is not registered. {WayOut(record)}");

    public RecordType Of<T>()
        where T : Record => Of(typeof(T));

    /// <summary>What to do for a record type that no module has handed over.</summary>
    internal static string WayOut(Type record) => $"Call services.AddRecord<{record.Name}>() in its module, or AddRecord(new {record.Name}Rules()) where it has rules.";

    /// <summary>The values of a record, or some of them, as written under an older schema, in today's shape.</summary>
    public JsonObject Upcast(string type, int schema, JsonObject values) =>
        ChangesSince(type, schema).Aggregate(values, (mapped, change) => change.Map(mapped));

    /// <summary>What fields of an older schema are called in today's.</summary>
    internal IEnumerable<string> Upcast(string type, int schema, IEnumerable<string> fields) =>
        ChangesSince(type, schema).Aggregate(fields, (names, change) => names.SelectMany(change.Names));

    internal IEnumerable<SchemaChange> ChangesSince(string type, int schema) => _changes[type].Where(change => change.From >= schema);

    internal RecordType? Find(string name) => _byName.GetValueOrDefault(name);

    internal RecordType? FindByScope(string scope) => _byScope.GetValueOrDefault(scope);

    internal RecordType? FindByTable(string? schema, string? table) => _byTable.GetValueOrDefault($"{schema}.{table}");

    /// <summary>Ranks types so that each comes after those that it refers to, and looks for references to nowhere.</summary>
    private void Link()
    {
        var done = new HashSet<RecordType>();
        var rank = 0;
        foreach (var type in All)
            Visit(type);

        void Visit(RecordType type)
        {
            if (!done.Add(type))
                return;
            foreach (var field in type.References)
            {
                var target = Find(field.Target!)
                    ?? throw new InvalidOperationException($"{type.Name}.{field.Name} refers to {field.Target}, which is not registered. Call services.AddRecord for it in its module.");
                target.IsReferenced = true;
                Visit(target);
            }

            type.Rank = rank++;
        }

        foreach (var type in All)
        {
            var had = type.Fields.OfType<ReferenceField>().Where(field => field.Above is not null).ToLookup(field => field.ReadBy == RecordType.TopicKind);
            type.Inherits = [.. had[false].Select(field => Inherit(type, field))];
            type.Topics = [.. had[true].Select(field => (field, NameIn(type, field)))];
        }

        Heirs = [.. All.Where(type => type.Inherits.Count + type.Topics.Count > 0).OrderBy(type => type.Rank)];
    }

    /// <summary>The field that says which type a record is about.</summary>
    private static TextField NameIn(RecordType type, ReferenceField field) => type.Find(field.Above!) is TextField { Required: true } named
        ? named
        : throw new InvalidOperationException($"{type.Name}.{field.Name} is had from '{field.Above}': that is no required text that names a record type.");

    private InheritedKey Inherit(RecordType type, ReferenceField field)
    {
        InvalidOperationException Unsound(string why) => new($"{type.Name}.{field.Name} is had from '{field.Above}': {why}");
        if (type.Find(field.Above!) is not ReferenceField { Target: { } target } through)
            throw Unsound("that is no reference to a record type.");
        var parent = Find(target)!;
        if (parent.Keys.Where(key => key.Kind == field.ReadBy).ToArray() is not [var above])
            throw Unsound($"{parent.Name} does not have one key of the kind '{field.ReadBy}'.");
        if (parent.Rank >= type.Rank)
            throw Unsound($"{parent.Name} refers to {type.Name} in turn, so neither comes first.");
        if (!type.Indexes.Any(index => !index.AcrossWorkspaces && index.Fields[0] == through))
            throw Unsound($"what lies below a record is found by '{through.Name}', which takes an [Index] that begins with it.");
        return new InheritedKey(field, through, parent, above);
    }
}
