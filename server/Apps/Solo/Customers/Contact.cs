using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Customers;

/// <summary>A person to talk to at a customer.</summary>
[Record("solo.contact", "solo.contacts", ChangedBy = [Roles.Member], CustomFields = true)]
[Index(nameof(Customer))]
public sealed class Contact : Record
{
    [Reference<Customer>(Required = true)]
    public Guid? Customer { get; set; }

    [Text(200, Required = true)]
    public string? Name { get; set; }

    /// <summary>What the person does there.</summary>
    [Text(100)]
    public string? Role { get; set; }

    [Text(254, Format = TextFormat.Email)]
    public string? Email { get; set; }

    [Text(50)]
    public string? Phone { get; set; }

    /// <summary>In which the person is written to, where it is not the customer's.</summary>
    [Text(35, Format = TextFormat.Language)]
    public string? Language { get; set; }

    [Text(1000, Lines = true)]
    public string? Remark { get; set; }
}
