using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>A field of a record type: how its values are read, written, stored and compared.</summary>
public abstract class Field
{
    private readonly Func<Record, object?> _get;
    private readonly Action<Record, object?> _set;

    private protected Field(PropertyInfo property, FieldAttribute attribute)
    {
        Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        Column = attribute.Column ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        Required = attribute.Required;
        ReadOnly = attribute.ReadOnly;
        Guard = property.GetCustomAttribute<GuardedAttribute>();

        var record = Expression.Parameter(typeof(Record));
        var value = Expression.Parameter(typeof(object));
        var access = Expression.Property(Expression.Convert(record, property.DeclaringType!), property);
        _get = Expression.Lambda<Func<Record, object?>>(Expression.Convert(access, typeof(object)), record).Compile();
        _set = Expression.Lambda<Action<Record, object?>>(
            Expression.Assign(access, Expression.Convert(value, property.PropertyType)), record, value).Compile();
    }

    /// <summary>camelCase, as on the wire and in the log.</summary>
    public string Name { get; }

    public string Column { get; }

    /// <summary>Never empty: neither null nor white space.</summary>
    public bool Required { get; }

    public bool ReadOnly { get; }

    /// <summary>Who sees and changes it besides; null where whoever may read and change the record.</summary>
    internal GuardedAttribute? Guard { get; }

    public abstract string Kind { get; }

    /// <summary>The PostgreSQL type of the column.</summary>
    public abstract string SqlType { get; }

    internal object? Get(Record record) => _get(record);

    internal void Set(Record record, object? value) => _set(record, value);

    /// <summary>Reads a value from outside.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    internal abstract Failure? TryRead(JsonElement json, out object? value);

    internal abstract void Write(Utf8JsonWriter json, object? value);

    internal abstract object? Read(DbDataReader row, int ordinal);

    internal virtual bool Same(object? left, object? right) => Equals(left, right);

    /// <summary>Adds what the contract says of this kind of field.</summary>
    internal virtual void Describe(Utf8JsonWriter json)
    {
    }

    internal static Field From(PropertyInfo property, FieldAttribute attribute) => attribute switch
    {
        TextAttribute text => new TextField(property, text),
        ChoiceAttribute choice => new ChoiceField(property, choice),
        TextListAttribute list => new TextListField(property, list),
        ReferenceAttribute reference => new ReferenceField(property, reference),
        _ => throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has a field attribute of an unknown kind."),
    };

    private protected Failure WrongKind(string expected) =>
        FieldFailures.WrongKind.With($"'{Name}' takes {expected}.", Name, ("expected", expected));
}

internal sealed class TextField(PropertyInfo property, TextAttribute attribute) : Field(property, attribute)
{
    public override string Kind => "text";

    public override string SqlType => "text";

    public int Max { get; } = attribute.Max;

    public TextFormat Format { get; } = attribute.Format;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("text");
        if (TextRules.Check(Name, json, Max, out var text) is { } failure)
            return failure;
        // An empty text says nothing, so there is one way to be empty: null.
        value = text.Length == 0 ? null : text;
        return value is null || TextRules.Matches(Format, text)
            ? null
            : FieldFailures.Malformed.With($"'{Name}' is not {TextRules.Describe(Format)}.", Name, ("format", Format.ToString().ToLowerInvariant()));
    }

    internal override void Write(Utf8JsonWriter json, object? value) => json.WriteStringValue((string?)value);

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    internal override void Describe(Utf8JsonWriter json)
    {
        json.WriteNumber("max", Max);
        if (Format != TextFormat.Any)
            json.WriteString("format", Format.ToString().ToLowerInvariant());
    }
}

internal sealed class ChoiceField(PropertyInfo property, ChoiceAttribute attribute) : Field(property, attribute)
{
    public override string Kind => "choice";

    public override string SqlType => "text";

    public IReadOnlyList<string> Choices { get; } = attribute.Choices;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String)
            return WrongKind("text");
        value = Choices.FirstOrDefault(choice => json.ValueEquals(choice));
        return value is null
            ? FieldFailures.NotAllowed.With($"'{Name}' takes one of: {string.Join(", ", Choices)}.", Name, ("allowed", string.Join(", ", Choices)))
            : null;
    }

    internal override void Write(Utf8JsonWriter json, object? value) => json.WriteStringValue((string?)value);

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    internal override void Describe(Utf8JsonWriter json)
    {
        json.WriteStartArray("choices");
        foreach (var choice in Choices)
            json.WriteStringValue(choice);
        json.WriteEndArray();
    }
}

internal sealed class TextListField(PropertyInfo property, TextListAttribute attribute) : Field(property, attribute)
{
    public override string Kind => "list";

    public override string SqlType => "text[]";

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = Array.Empty<string>();
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.Array)
            return WrongKind("a list of text");
        if (json.GetArrayLength() > attribute.MaxItems)
            return FieldFailures.TooMany.With($"'{Name}' holds at most {attribute.MaxItems} items.", Name, ("max", attribute.MaxItems));
        var items = new List<string>();
        foreach (var item in json.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
                return WrongKind("a list of text");
            if (TextRules.Check(Name, item, attribute.Max, out var text) is { } failure)
                return failure;
            if (TextRules.IsBlank(text))
                return FieldFailures.Required.With($"An item of '{Name}' is empty.", Name);
            if (!items.Contains(text, StringComparer.Ordinal))
                items.Add(text);
        }

        value = items.ToArray();
        return null;
    }

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        json.WriteStartArray();
        foreach (var item in (IReadOnlyList<string>)value!)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    internal override object? Read(DbDataReader row, int ordinal) => row.GetFieldValue<string[]>(ordinal);

    internal override bool Same(object? left, object? right) =>
        ((IReadOnlyList<string>)left!).SequenceEqual((IReadOnlyList<string>)right!, StringComparer.Ordinal);

    internal override void Describe(Utf8JsonWriter json)
    {
        json.WriteNumber("max", attribute.Max);
        json.WriteNumber("maxItems", attribute.MaxItems);
    }
}

internal sealed class ReferenceField(PropertyInfo property, ReferenceAttribute attribute) : Field(property, attribute)
{
    public override string Kind => "reference";

    public override string SqlType => "uuid";

    /// <inheritdoc cref="ReferenceAttribute.ReadBy"/>
    internal string? ReadBy { get; } = attribute.ReadBy;

    internal override Failure? TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
            return null;
        if (json.ValueKind != JsonValueKind.String || !json.TryGetGuid(out var id))
            return WrongKind("an id (UUID)");
        value = id;
        return null;
    }

    internal override void Write(Utf8JsonWriter json, object? value)
    {
        if (value is Guid id)
            json.WriteStringValue(id);
        else
            json.WriteNullValue();
    }

    internal override object? Read(DbDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetGuid(ordinal);
}
