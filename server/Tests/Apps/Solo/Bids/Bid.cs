using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Bids;

/// <summary>What a customer is offered, until the answer.</summary>
[Record("solo.bid", "solo.bids", ChangedBy = [Roles.Member], CustomFields = true)]
[Unique(nameof(Number))]
[Index(nameof(Party))]
[Index(nameof(Customer))]
public sealed class Bid : Record
{
    [Text(200, Required = true)]
    public string? Name { get; set; }

    [Text(20)]
    public string? Number { get; set; }

    [Reference<Customer>]
    public Guid? Customer { get; set; }

    /// <summary>Guests of this party read the bid.</summary>
    [Reference(ReadBy = "party")]
    public Guid? Party { get; set; }

    [Choice("open", "done", Required = true)]
    public string? State { get; set; } = "open";

    /// <summary>Seen and changed by admins and owners alone.</summary>
    [Money(nameof(Currency))]
    [Guarded("money")]
    public long? Budget { get; set; }

    [Text(3, Format = TextFormat.Currency)]
    [Guarded("money")]
    public string? Currency { get; set; }
}
