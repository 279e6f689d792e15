using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Storage;

namespace Holdfast.Engine.Records;

/// <summary>Fields that are unique together, or indexed together, and the name of what says so in the table.</summary>
internal sealed record FieldKey(IReadOnlyList<Field> Fields, bool AcrossWorkspaces, string Constraint);

/// <summary>
/// The metadata of a record type, read once from its class. It is the only source of the SQL of the write path,
/// of JSON, of the contract and of the permission names.
/// </summary>
public sealed class RecordType
{
    /// <summary>What a browser can hold of one scope and still answer lists and searches at once.</summary>
    private const int MostWhole = 50_000;

    /// <summary>The kind of key that <see cref="Topic"/> is.</summary>
    internal const string TopicKind = "topic";

    private static readonly string[] ChangingVerbs = ["create", "update", "delete"];
    private readonly Dictionary<string, Field> _byName;

    internal RecordType(Type type)
    {
        var attribute = type.GetCustomAttribute<RecordAttribute>()
            ?? throw new InvalidOperationException($"{type} has no [Record] attribute. Put [Record(\"module.noun\", \"module.nouns\")] on it.");
        if (attribute.Name.Split('.').Length != 2 || attribute.Table.Split('.').Length != 2)
            throw new InvalidOperationException($"{type}: a record is called module.noun and its table schema.nouns, and not '{attribute.Name}' and '{attribute.Table}'.");
        Class = type;
        Name = attribute.Name;
        Table = new SqlName(attribute.Table);
        Topic = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(Name)).AsSpan(0, 16), bigEndian: true);
        var table = attribute.Table[(attribute.Table.IndexOf('.', StringComparison.Ordinal) + 1)..];
        Scope = $"{Name[..Name.IndexOf('.', StringComparison.Ordinal)]}.{table}";
        ReadPermission = Permission("read");
        ChangedBy = attribute.ChangedBy;
        ReadByGuests = attribute.ReadByGuests;
        MostAtOnce = attribute.Window > 0 ? attribute.Window : MostWhole;
        RevealedBy = attribute.RevealedBy;
        RulesSeeAll = attribute.RulesSeeAll;
        TakesCustomFields = attribute.CustomFields;
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (property, field: property.GetCustomAttribute<FieldAttribute>()))
            .Where(pair => pair.field is not null)
            .OrderBy(pair => pair.property.MetadataToken)
            .Select(pair => (pair.property.Name, Field: Field.From(pair.property, pair.field!))).ToArray();
        Fields = [.. properties.Select(pair => pair.Field)];
        _byName = Fields.ToDictionary(field => field.Name, StringComparer.Ordinal);
        var byProperty = properties.ToDictionary(pair => pair.Name, pair => pair.Field, StringComparer.Ordinal);
        FieldKey Key(string[] names, bool across, string suffix)
        {
            Field[] fields =
            [
                .. names.Select(name => byProperty.GetValueOrDefault(name)
                    ?? throw new InvalidOperationException($"{type} names '{name}' in an index or as unique, which is no property with a field attribute.")),
            ];
            string[] columns = [.. fields.Select(field => field.Column)];
            return new FieldKey(fields, across, string.Join('_', [table, .. across ? columns : columns.Prepend("workspace_id"), suffix]));
        }

        Uniques = [.. type.GetCustomAttributes<UniqueAttribute>().Select(unique => Key(unique.Properties, across: false, "key"))];
        Indexes = [.. type.GetCustomAttributes<IndexAttribute>().Select(index => Key(index.Properties, index.AcrossWorkspaces, "idx"))];
        Secrets = [.. Fields.OfType<SecretField>()];
        References = [.. Fields.OfType<ReferenceField>().Where(field => field.Target is not null)];
        Loose = [.. Fields.OfType<ReferenceField>().Where(field => field.TypeIn is not null).Select(field => (field, FieldOf(field.TypeIn!)))];
        Guarded = [.. Fields.Where(field => field.Guard is not null)];
        Keys =
        [
            .. attribute.ReadBy is { } own ? [new ScopeKey("id", "id", own, Permission($"read.{own}"), record => record.Id)] : Array.Empty<ScopeKey>(),
            .. Fields.OfType<ReferenceField>().Where(field => field.ReadBy is not null)
                .Select(field => new ScopeKey(field.Name, field.Column, field.ReadBy!, Permission($"read.{field.ReadBy}"), record => (Guid?)field.Get(record))),
        ];
        var grants = type.GetCustomAttribute<GrantsAttribute>();
        Grant = grants is null ? null : new Grant(grants.Kind, FieldOf(grants.Member), FieldOf(grants.Key));
        if (Grant is { Kind: "member" or "party" } or { Member.Required: false } or { Key.Required: false } or { Member.Guard: not null } or { Key.Guard: not null })
            throw new InvalidOperationException($"{type} hands out keys: their kind is its own, and member and key are required and not guarded.");
        if (Grant is { Key: ReferenceField { Above: not null } } or { Member: ReferenceField { Above: not null } })
            throw new InvalidOperationException($"{type} hands out a key that it inherits: it would move with the record above, and nobody be asked.");
        if (Fields.FirstOrDefault(field => field.Guard is not null && Keys.Any(key => key.Name == field.Name)) is { } both)
            throw new InvalidOperationException($"{type}.{both.Name} is a key and guarded: who subscribes by it would learn it.");
        if (Guarded.GroupBy(field => field.Guard!.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Select(field => string.Join(',', field.Guard!.Roles.Order(StringComparer.Ordinal))).Distinct(StringComparer.Ordinal).Count() > 1) is { } torn)
            throw new InvalidOperationException($"{type}: {string.Join(" and ", torn.Select(field => $"'{field.Name}'"))} share the guard '{torn.Key}' and so one permission, but name other roles. Name the same, or another guard.");
        Verbs =
        [
            .. attribute.ReadByRole ? ["read"] : Array.Empty<string>(),
            .. Keys.Select(key => $"read.{key.Kind}").Distinct(StringComparer.Ordinal),
            .. Fields.Select(field => field.Guard?.Name).OfType<string>().Distinct(StringComparer.Ordinal).SelectMany(name => new[] { $"see.{name}", $"change.{name}" }),
            .. grants is { ByRole: true } ? ["grant"] : Array.Empty<string>(),
            .. ChangingVerbs.Except(attribute.ServerOnly, StringComparer.Ordinal),
            .. attribute.Actions,
            .. Secrets.Count > 0 ? ["reveal"] : Array.Empty<string>(),
        ];
        if (Fields.OfType<MoneyField>().FirstOrDefault(money => Find(money.Currency) is not TextField { Format: TextFormat.Currency }) is { } lost)
            throw new InvalidOperationException($"{type}: '{lost.Name}' names '{lost.Currency}' as its currency, which is no text of that format.");
        if (Fields.OfType<MoneyField>().FirstOrDefault(money => money.Guard is { } guard && Find(money.Currency) is { Required: false } currency && currency.Guard?.Name != guard.Name) is { } shown)
            throw new InvalidOperationException($"{type}: '{shown.Name}' is guarded, and whether it is filled shows in whether '{shown.Currency}' can be emptied. Make that required, or guard it in the same way.");
        if (Fields.FirstOrDefault(field => field.Steps.Any(step => !(field is ChoiceField choice && step.Prepend(step.Key).All(choice.Choices.Contains)))) is { } astray)
            throw new InvalidOperationException($"{type}: '{astray.Name}' has a step from or to what is none of its choices.");
        Sql = new RecordSql(this);
    }

    public string Name { get; }

    /// <summary>The name that a class declares.</summary>
    internal static string NameOf(Type type) => type.GetCustomAttribute<RecordAttribute>()!.Name;

    public SqlName Table { get; }

    /// <summary>The scope by which a browser subscribes to all records of this type that its person may read.</summary>
    public string Scope { get; }

    public IReadOnlyList<Field> Fields { get; }

    /// <summary>Whether a workspace may define fields of its own for records of this type.</summary>
    public bool TakesCustomFields { get; }

    /// <summary>The permission to do <paramref name="verb"/> (read, create, update, delete, reveal) with records of this type.</summary>
    public string Permission(string verb) => $"{Name}.{verb}";

    /// <summary>The columns by which records of this type are read and subscribed to, beside by role.</summary>
    internal ImmutableArray<ScopeKey> Keys { get; }

    /// <summary>
    /// The key that stands for the type itself, the same for ever: whoever may read all of its records holds it. By it is read
    /// what is about a record of any type.
    /// </summary>
    internal Guid Topic { get; }

    /// <summary>The fields that hold the key of the type that another field names.</summary>
    internal IReadOnlyList<(ReferenceField Field, Field Named)> Topics { get; set; } = [];

    /// <summary>The keys that records of this type have from those above them.</summary>
    internal IReadOnlyList<InheritedKey> Inherits { get; set; } = [];

    /// <summary>The fields that not everyone sees who may read a record.</summary>
    internal IReadOnlyList<Field> Guarded { get; }

    /// <summary>How records of this type hand out keys; null where they do not.</summary>
    internal Grant? Grant { get; }

    /// <summary>The permission to read every record of this type.</summary>
    internal string ReadPermission { get; }

    /// <summary>What roles can permit; the rest the server does alone.</summary>
    internal IReadOnlyList<string> Verbs { get; }

    internal Type Class { get; }

    internal RecordSql Sql { get; }

    internal IReadOnlyList<string> ChangedBy { get; }

    internal bool ReadByGuests { get; }

    /// <summary>How many records of a scope a browser gets at once.</summary>
    internal int MostAtOnce { get; }

    internal IReadOnlyList<string> RevealedBy { get; }

    internal bool RulesSeeAll { get; }

    internal IReadOnlyList<FieldKey> Uniques { get; }

    internal IReadOnlyList<FieldKey> Indexes { get; }

    internal IReadOnlyList<SecretField> Secrets { get; }

    /// <summary>The fields that hold the id of a record.</summary>
    internal IReadOnlyList<ReferenceField> References { get; }

    /// <summary>The fields that hold the id of a record of whatever type another field names.</summary>
    internal IReadOnlyList<(ReferenceField Field, Field Named)> Loose { get; }

    /// <summary>Higher than that of every type that this one refers to.</summary>
    internal int Rank { get; set; }

    /// <summary>Whether some type refers to this one.</summary>
    internal bool IsReferenced { get; set; }

    /// <summary>The field of a name; for <c>ext.</c> and a key that of whatever is stored there.</summary>
    internal Field? Find(string name)
    {
        if (_byName.TryGetValue(name, out var field))
            return field;
        return TakesCustomFields && name.StartsWith(CustomValues.Prefix, StringComparison.Ordinal)
            ? new CustomValueField(name[CustomValues.Prefix.Length..])
            : null;
    }

    /// <summary>The values of <see cref="Keys"/>, in their order.</summary>
    internal Guid?[] KeysOf(Record record) => [.. Keys.Select(key => key.Of(record))];

    /// <summary>The values of <see cref="Keys"/> in a JSON object of fields, such as the log keeps.</summary>
    internal Guid?[] KeysIn(Guid id, string values)
    {
        using var json = JsonDocument.Parse(values);
        return
        [
            .. Keys.Select(key => key.Name == "id" ? id
                : json.RootElement.TryGetProperty(key.Name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetGuid()
                : (Guid?)null),
        ];
    }

    /// <summary>The field of a property.</summary>
    internal Field FieldOf(string property) => Fields.SingleOrDefault(field => field.Name == JsonNamingPolicy.CamelCase.ConvertName(property))
        ?? throw new InvalidOperationException($"{Class} names '{property}', which is no property with a field attribute.");

    /// <summary>A record with the defaults of its class.</summary>
    internal Record New(Guid id)
    {
        var record = (Record)Activator.CreateInstance(Class)!;
        record.Id = id;
        return record;
    }

    /// <summary>
    /// A record with the values that the log holds of it. Secrets are not among them, and what a field no longer takes is
    /// left out; if it is required, the record cannot be stored.
    /// </summary>
    internal Record Read(Guid id, JsonElement values)
    {
        var record = New(id);
        foreach (var member in values.EnumerateObject())
        {
            if (Find(member.Name) is { } field and not SecretField && field.TryRead(member.Value, out var value) is null)
                field.Set(record, value);
        }

        return record;
    }

    /// <summary>The fields of a record, and those custom ones that it has a value of.</summary>
    internal IEnumerable<Field> FieldsOf(Record record) =>
        record.Custom.Count == 0 ? Fields : Fields.Concat(record.Custom.Keys.Select(key => new CustomValueField(key)));

    /// <summary>The fields that differ between two states of a record.</summary>
    internal IEnumerable<Field> Changed(Record before, Record after)
    {
        var custom = ReferenceEquals(before.Custom, after.Custom)
            ? []
            : before.Custom.Keys.Union(after.Custom.Keys, StringComparer.Ordinal).Select(key => new CustomValueField(key));
        return Fields.Concat(custom).Where(field => !field.Same(field.Get(before), field.Get(after)));
    }

    /// <summary>What keeps a record from being stored, whoever changes it.</summary>
    internal Failure? CheckWhole(Record record)
    {
        foreach (var field in Fields)
        {
            if (field.Required && field.IsEmpty(field.Get(record)))
                return FieldFailures.Required.With($"'{field.Name}' must not be empty.", field.Name);
            if (field is MoneyField { Currency: var currency } && field.Get(record) is not null && Find(currency)!.Get(record) is null)
                return FieldFailures.Required.With($"'{currency}' must not be empty: it says in which currency '{field.Name}' is.", currency);
        }

        return null;
    }

    /// <summary>The record as the wire and the browser know it.</summary>
    /// <param name="json">Where it goes.</param>
    /// <param name="record">Of this type.</param>
    /// <param name="sees">The fields that the reader sees.</param>
    internal void Write(Utf8JsonWriter json, Record record, Func<Field, bool> sees)
    {
        json.WriteStartObject();
        json.WriteString("type", Name);
        json.WriteString("id", record.Id);
        json.WriteNumber("version", record.Version);
        json.WriteString("createdAt", record.CreatedAt.UtcDateTime);
        WriteId(json, "createdBy", record.CreatedBy);
        json.WriteString("updatedAt", record.UpdatedAt.UtcDateTime);
        WriteId(json, "updatedBy", record.UpdatedBy);
        json.WriteStartObject("values");
        WriteValues(json, record, FieldsOf(record).Where(sees));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static void WriteValues(Utf8JsonWriter json, Record record, IEnumerable<Field> fields)
    {
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            field.Write(json, field.Get(record));
        }
    }

    internal static void WriteId(Utf8JsonWriter json, string name, Guid? id)
    {
        if (id is { } known)
            json.WriteString(name, known);
        else
            json.WriteNull(name);
    }
}
