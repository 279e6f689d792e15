using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Customers;

/// <summary>A person or company that the workspace works for, or hopes to.</summary>
[Record("solo.customer", "solo.customers", ChangedBy = [Roles.Member], CustomFields = true)]
public sealed class Customer : Record
{
    [Choice("person", "company", Required = true)]
    public string? Kind { get; set; } = "company";

    [Text(200, Required = true)]
    public string? Name { get; set; }

    [Text(254, Format = TextFormat.Email)]
    public string? Email { get; set; }

    [Text(50)]
    public string? Phone { get; set; }

    [Text(20)]
    public string? VatId { get; set; }

    /// <summary>
    /// Where it stands between a first word and the last one. Who has once been a customer is no lead again; who never was, does
    /// not fall asleep. Archived is left for anywhere.
    /// </summary>
    [Choice("lead", "prospect", "active", "dormant", "lost", "archived", Required = true)]
    [Step("lead", "prospect", "active", "lost", "archived")]
    [Step("prospect", "lead", "active", "lost", "archived")]
    [Step("active", "dormant", "lost", "archived")]
    [Step("dormant", "active", "lost", "archived")]
    [Step("lost", "lead", "prospect", "active", "archived")]
    [Step("archived", "lead", "prospect", "active", "dormant", "lost")]
    public string? Status { get; set; } = "active";

    /// <summary>Why it is archived, or was lost.</summary>
    [Text(500)]
    public string? Reason { get; set; }

    /// <summary>In which the customer is invoiced, unless a document says otherwise.</summary>
    [Text(3, Format = TextFormat.Currency)]
    public string? Currency { get; set; }

    /// <summary>In which the customer is written to.</summary>
    [Text(35, Format = TextFormat.Language)]
    public string? Language { get; set; }

    /// <summary>Within how many days an invoice is to be paid.</summary>
    [Integer(Min = 0, Max = 365)]
    public long? PaymentDays { get; set; }

    /// <summary>Which tax an invoice bears, in the categories of EN 16931: S, AE, K, G, E and O.</summary>
    [Choice("standard", "reverseCharge", "intraCommunity", "export", "exempt", "outOfScope")]
    public string? TaxProfile { get; set; }

    /// <summary>Where e-invoices go, within <see cref="EInvoiceScheme"/> (EN 16931, BT-49).</summary>
    [Text(200)]
    public string? EInvoiceAddress { get; set; }

    /// <summary>In which list of addresses that stands: four digits of ISO 6523, or EM for an e-mail address.</summary>
    [Text(4)]
    public string? EInvoiceScheme { get; set; }

    /// <summary>What the customer wants to find on each invoice, such as a Leitweg-ID (EN 16931, BT-10).</summary>
    [Text(100)]
    public string? BuyerReference { get; set; }

    [TextList(max: 50, maxItems: 50)]
    public IReadOnlyList<string> Tags { get; set; } = [];
}
