using Holdfast.Engine.Failures;

namespace Holdfast.Engine.Records;

/// <summary>A field that a workspace defined for records of one type. Operations name it <c>ext.</c> and its key.</summary>
[Record("access.field", "access.fields", RulesSeeAll = true)]
[Unique(nameof(RecordType), nameof(Key))]
public sealed class CustomField : Record
{
    /// <summary>The record type that has the field. Stays as it was made.</summary>
    [Text(100, Required = true)]
    public string? RecordType { get; set; }

    /// <summary>Stays as it was made: the values stand under it.</summary>
    [Text(40, Required = true, Format = TextFormat.Key)]
    public string? Key { get; set; }

    /// <summary>What people call it.</summary>
    [Text(100, Required = true)]
    public string? Label { get; set; }

    /// <summary>Changes only while no record holds a value.</summary>
    [Choice("text", "integer", "boolean", "date", "choice", "list", Required = true)]
    public string? Kind { get; set; } = "text";

    /// <summary>A record that is made needs a value, and none is emptied. Those that lack one already may go on.</summary>
    [Boolean(Required = true)]
    public bool? Required { get; set; } = false;

    /// <summary>The words that a choice takes.</summary>
    [TextList(max: 100, maxItems: 100)]
    public IReadOnlyList<string> Choices { get; set; } = [];

    /// <summary>Its place among the fields of the type. Those without one come last; of two in the same place the key decides.</summary>
    [Text(OrderKey.Max, Format = TextFormat.Order, Column = "order_key")]
    public string? Order { get; set; }

    /// <summary>Nobody is asked for it any more. The values stay, and are there when it is brought back.</summary>
    [Boolean]
    public bool? Retired { get; set; }

    /// <summary>The field that this definition describes.</summary>
    internal Field Field()
    {
        Field field = null!;
        var json = new CustomValueField(Key!);
        var place = new FieldPlace(
            json.Name,
            json.Column,
            // What was stored while the definition said otherwise reads as empty.
            record => json.Get(record) is string text && field.TryRead(JsonText.Parse(text), out var value) is null ? value : field.Empty,
            (record, value) => json.Set(record, field.IsEmpty(value) ? null : JsonText.Text(writer => field.Write(writer, value))));
        return field = Records.Field.From(place, Attribute());
    }

    private FieldAttribute Attribute() => Kind switch
    {
        "integer" => new IntegerAttribute { Required = Required == true },
        "boolean" => new BooleanAttribute { Required = Required == true },
        "date" => new DateAttribute { Required = Required == true },
        "choice" => new ChoiceAttribute([.. Choices]) { Required = Required == true },
        "list" => new TextListAttribute(max: 100, maxItems: 50) { Required = Required == true },
        _ => new TextAttribute(1000) { Required = Required == true },
    };
}

internal static class CustomFieldFailures
{
    internal static readonly FailureCode NoCustomFields = new("custom_field.type_takes_none", 422, "Records of this type take no custom fields.");
    internal static readonly FailureCode TooMany = new("custom_field.too_many", 422, "The type has as many custom fields as it can have.");
    internal static readonly FailureCode Fixed = new("custom_field.fixed", 422, "Type and key of a custom field stay as they were made.");
    internal static readonly FailureCode KeyTaken = new("custom_field.key_taken", 409, "The type has a custom field with this key already.");
    internal static readonly FailureCode HasValues = new("custom_field.has_values", 409, "Records hold values of another kind under this key.");
}
