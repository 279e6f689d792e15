namespace Holdfast.Engine.Records;

/// <summary>One record type, as its module hands it to the registry.</summary>
/// <param name="Class">The class that derives from <see cref="Record"/>.</param>
public sealed record RecordRegistration(Type Class);

/// <summary>All record types of this server. Made once at start; an unsound type stops the start.</summary>
public sealed class RecordRegistry
{
    private readonly Dictionary<string, RecordType> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RecordType> _byScope = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, RecordType> _byClass = [];

    /// <summary>Version of the shape of all records; operations say which one they were made under.</summary>
    public const int Schema = 1;

    public RecordRegistry(IEnumerable<RecordRegistration> registrations)
    {
        var types = registrations.Select(registration => new RecordType(registration.Class));
        foreach (var type in types.OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            _byName.Add(type.Name, type);
            _byScope.Add(type.Scope, type);
            _byClass.Add(type.Class, type);
        }

        All = [.. _byName.Values];
        Grants = [.. All.Where(type => type.Grant is not null)];
    }

    public IReadOnlyList<RecordType> All { get; }

    /// <summary>The types whose records hand out keys.</summary>
    internal IReadOnlyList<RecordType> Grants { get; }

    internal RecordType Of(Type record) => _byClass[record];

    public RecordType Of<T>()
        where T : Record => _byClass[typeof(T)];

    internal RecordType? Find(string name) => _byName.GetValueOrDefault(name);

    internal RecordType? FindByScope(string scope) => _byScope.GetValueOrDefault(scope);
}
