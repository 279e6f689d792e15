using System.Data.Common;
using System.Reflection;
using System.Text.Json;
using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>A field of a record type: how its values are read, written, stored and compared.</summary>
public abstract class Field
{
    private readonly FieldPlace _place;

    private protected Field(FieldPlace place, FieldAttribute attribute)
    {
        _place = place;
        Required = attribute.Required;
        ReadOnly = attribute.ReadOnly;
        PastDays = attribute.PastDays;
        Guard = place.Guard;
        Steps = place.Steps;
    }

    /// <summary>camelCase, as on the wire and in the log.</summary>
    public string Name => _place.Name;

    public string Column => _place.Column;

    /// <summary>Never empty: neither null nor white space.</summary>
    public bool Required { get; }

    public bool ReadOnly { get; }

    /// <summary>For how many days the log keeps what it held before; for as long as the entry where 0.</summary>
    internal int PastDays { get; }

    /// <summary>Who sees and changes it besides; null where whoever may read and change the record.</summary>
    internal GuardedAttribute? Guard { get; }

    /// <summary>What may follow on each word of a choice; nothing where the field says nothing of it.</summary>
    internal ILookup<string, string> Steps { get; }

    public abstract string Kind { get; }

    /// <summary>The PostgreSQL type of the column.</summary>
    public abstract string SqlType { get; }

    /// <summary>Whether the column holds a value in every row.</summary>
    public virtual bool NotNull => Required;

    /// <summary>Whether guards, filters and unique checks refuse to look at the value.</summary>
    public virtual bool Opaque => false;

    /// <summary>What the field holds when nothing was ever put there.</summary>
    internal virtual object? Empty => null;

    internal object? Get(Record record) => _place.Get(record);

    internal void Set(Record record, object? value) => _place.Set(record, value);

    /// <summary>Reads a value from outside, or back from the log.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    internal abstract Failure? TryRead(JsonElement json, out object? value);

    /// <summary>Writes a value for the wire and the log.</summary>
    internal abstract void Write(Utf8JsonWriter json, object? value);

    /// <summary>Writes a value for <c>jsonb_to_recordset</c>.</summary>
    internal virtual void WriteRow(Utf8JsonWriter json, object? value) => Write(json, value);

    internal abstract object? Read(DbDataReader row, int ordinal);

    internal virtual bool Same(object? left, object? right) => Equals(left, right);

    internal virtual bool IsEmpty(object? value) => value is null || (value is string text && TextRules.IsBlank(text));

    /// <summary>Adds what the contract says of this kind of field.</summary>
    internal virtual void Describe(Utf8JsonWriter json)
    {
    }

    internal static Field From(PropertyInfo property, FieldAttribute attribute) => From(FieldPlace.Of(property, attribute.Column), attribute);

    internal static Field From(FieldPlace place, FieldAttribute attribute) => attribute switch
    {
        TextAttribute text => new TextField(place, text),
        ChoiceAttribute choice => new ChoiceField(place, choice),
        TextListAttribute list => new TextListField(place, list),
        IntegerAttribute integer => new IntegerField(place, integer),
        MoneyAttribute money => new MoneyField(place, money),
        BooleanAttribute boolean => new BooleanField(place, boolean),
        DateAttribute date => new DateField(place, date),
        TimeAttribute time => new TimeField(place, time),
        ReferenceAttribute reference => new ReferenceField(place, reference),
        SecretAttribute secret => new SecretField(place, secret),
        SealedAttribute @sealed => new SealedField(place, @sealed),
        _ => throw new InvalidOperationException($"{attribute.GetType()} is a field attribute of an unknown kind."),
    };

    private protected Failure WrongKind(string expected) =>
        FieldFailures.WrongKind.With($"'{Name}' takes {expected}.", Name, ("expected", expected));
}
