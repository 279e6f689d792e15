using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Customers;

/// <summary>What was said to a customer, or is to be remembered of one: an entry of his history.</summary>
[Record("solo.note", "solo.notes", ChangedBy = [Roles.Member], Window = 5000)]
[Index(nameof(Customer), nameof(At))]
[Index(nameof(Contact))]
public sealed class Note : Record
{
    [Reference<Customer>(Required = true)]
    public Guid? Customer { get; set; }

    /// <summary>With whom.</summary>
    [Reference<Contact>]
    public Guid? Contact { get; set; }

    [Choice("note", "call", "mail", "meeting", Required = true)]
    public string? Kind { get; set; } = "note";

    /// <summary>When it happened, which may be long before it was written down.</summary>
    [Time(Required = true)]
    public DateTimeOffset? At { get; set; }

    [Text(10_000, Lines = true, Required = true)]
    public string? Text { get; set; }
}
