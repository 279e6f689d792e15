namespace Holdfast.Engine.Records;

/// <summary>Makes a property a field of its record. The kind of the attribute is the kind of the field.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class FieldAttribute : Attribute
{
    public bool Required { get; set; }

    /// <summary>Only the server sets it; an operation of a person that names it is rejected.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>For how many days the log keeps a value after another took its place, or the record was deleted; for as long as the entry where 0.</summary>
    public int PastDays { get; set; }

    /// <summary>The column, where it is not the property's name in snake_case.</summary>
    public string? Column { get; set; }
}

/// <summary>Text of one line, on a <c>string?</c>.</summary>
/// <param name="max">The greatest length in Unicode code points.</param>
public sealed class TextAttribute(int max) : FieldAttribute
{
    public int Max { get; } = max;

    public TextFormat Format { get; set; }

    /// <summary>Several lines are allowed, and tabs.</summary>
    public bool Lines { get; set; }
}

/// <summary>One of a few words, on a <c>string?</c>.</summary>
public sealed class ChoiceAttribute(params string[] choices) : FieldAttribute
{
    public string[] Choices { get; } = choices;
}

/// <summary>Beside a choice: which of its words may follow on one of them. Together they are the lifecycle of a record, as one table.</summary>
/// <param name="from">The word that is left.</param>
/// <param name="to">Those that may follow on it.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class StepAttribute(string from, params string[] to) : Attribute
{
    public string From { get; } = from;

    public string[] To { get; } = to;
}

/// <summary>A short list of text, without repeats, on an <c>IReadOnlyList&lt;string&gt;</c>.</summary>
/// <param name="max">The greatest length of an item in Unicode code points.</param>
/// <param name="maxItems">How many items a list may hold.</param>
public sealed class TextListAttribute(int max, int maxItems) : FieldAttribute
{
    public int Max { get; } = max;

    public int MaxItems { get; } = maxItems;
}

/// <summary>A whole number, on a <c>long?</c>. Within 2^53 - 1 either way, up to where a browser's numbers are exact.</summary>
public sealed class IntegerAttribute : FieldAttribute
{
    public long Min { get; set; } = -NumberField.Exact;

    public long Max { get; set; } = NumberField.Exact;
}

/// <summary>An amount in the minor unit of its currency (cents), on a <c>long?</c>. Never a fraction.</summary>
/// <param name="currency">The property beside it that says in which currency: a text of the format <see cref="TextFormat.Currency"/>.</param>
public sealed class MoneyAttribute(string currency) : FieldAttribute
{
    public string Currency { get; } = currency;
}

/// <summary>True or false, on a <c>bool?</c>.</summary>
public sealed class BooleanAttribute : FieldAttribute;

/// <summary>A day without a place or an hour, on a <c>DateOnly?</c>.</summary>
public sealed class DateAttribute : FieldAttribute;

/// <summary>A moment, to the millisecond, on a <c>DateTimeOffset?</c>.</summary>
public sealed class TimeAttribute : FieldAttribute;

/// <summary>The id of something that is no record, such as a user, on a <c>Guid?</c>.</summary>
public class ReferenceAttribute : FieldAttribute
{
    internal virtual Type? Target => null;

    /// <summary>
    /// Whoever holds this value under this kind of key may read the record: <c>party</c> for the party of a guest, or a
    /// kind that some record type hands out by <see cref="GrantsAttribute"/>.
    /// </summary>
    public string? ReadBy { get; set; }

    /// <summary>
    /// The property, a text, that names the type of the record that this is the id of: for what is about a record of any
    /// type. The record must exist when it is named; it may go, and what is about it stays.
    /// </summary>
    public string? TypeIn { get; set; }

    /// <summary>
    /// The property that refers to the record above this one, whose key of the same kind this one has as well: nobody sets
    /// it, the write path keeps it. So what lies below something is read by whoever reads that, however deep it lies. With
    /// <c>ReadBy = "topic"</c> it is the text that names a record type: whoever may read all records of that type by his role
    /// reads what is about them.
    /// </summary>
    public string? From
    {
        get;
        set
        {
            field = value;
            ReadOnly = true;
        }
    }
}

/// <summary>The id of a record, on a <c>Guid?</c>. It must exist; a foreign key in the database says the same.</summary>
public sealed class ReferenceAttribute<T> : ReferenceAttribute
    where T : Record
{
    internal override Type Target => typeof(T);
}

/// <summary>A text that stays out of record, log and wire, on a <see cref="Secret"/>. Reading it is an audited action of its own.</summary>
/// <param name="max">The greatest length in Unicode code points.</param>
public sealed class SecretAttribute(int max) : FieldAttribute
{
    public int Max { get; } = max;
}

/// <summary>Bytes that browsers encrypted for one another, on a <c>byte[]?</c>. The server never looks inside.</summary>
/// <param name="maxBytes">The greatest length.</param>
public sealed class SealedAttribute(int maxBytes) : FieldAttribute
{
    public int MaxBytes { get; } = maxBytes;
}

/// <summary>
/// A field that not everyone sees who may read the record: it takes a permission of its own to see it,
/// <c>module.noun.see.name</c>, and one to change it, <c>module.noun.change.name</c>. Fields may share a name.
/// </summary>
/// <param name="name">What the permissions are called by, such as <c>rates</c>.</param>
/// <param name="roles">The built-in roles, besides owner and admin, that see and change it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class GuardedAttribute(string name, params string[] roles) : Attribute
{
    public string Name { get; } = name;

    public string[] Roles { get; } = roles;
}

/// <summary>Each record of this type hands a member a key: who is in a team, who takes part in a conversation.</summary>
/// <param name="kind">The kind of key, as <see cref="ReferenceAttribute.ReadBy"/> names it.</param>
/// <param name="member">The property that holds the member's id.</param>
/// <param name="key">The property that holds the key.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GrantsAttribute(string kind, string member, string key) : Attribute
{
    public string Kind { get; } = kind;

    public string Member { get; } = member;

    public string Key { get; } = key;

    /// <summary>Whether a role can permit to hand out any key of the kind (<c>module.noun.grant</c>). Else only who holds one hands it on.</summary>
    public bool ByRole { get; set; }
}

/// <summary>What a text looks like beyond its length.</summary>
public enum TextFormat
{
    Any,

    /// <summary>An address with one @, no white space and a dot in its domain. Whether it exists, only a mail tells.</summary>
    Email,

    /// <summary>ISO 4217: three capital letters.</summary>
    Currency,

    /// <summary>BCP 47, such as <c>de</c> or <c>en-GB</c>.</summary>
    Language,

    /// <summary>A name for machines: a lower-case letter, then letters and digits.</summary>
    Key,

    /// <summary>ISO 3166-1: two capital letters.</summary>
    Country,

    /// <summary>A place among others, as <see cref="OrderKey"/> makes them.</summary>
    Order,
}
