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

    [Choice("lead", "prospect", "active", "dormant", "lost", "archived", Required = true)]
    public string? Status { get; set; } = "active";

    /// <summary>In which the customer is invoiced, unless a document says otherwise.</summary>
    [Text(3, Format = TextFormat.Currency)]
    public string? Currency { get; set; }

    /// <summary>In which the customer is written to.</summary>
    [Text(35, Format = TextFormat.Language)]
    public string? Language { get; set; }

    [TextList(max: 50, maxItems: 50)]
    public IReadOnlyList<string> Tags { get; set; } = [];
}
