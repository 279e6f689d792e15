using Holdfast.Engine.Permissions;
using Holdfast.Engine.Records;

namespace Holdfast.Apps.Solo.Customers;

/// <summary>Where a customer is, or is to be billed, from some day on. The latest that is valid counts; the older ones stay for the documents of their time.</summary>
[Record("solo.address", "solo.addresses", ChangedBy = [Roles.Member])]
[Index(nameof(Customer))]
public sealed class Address : Record
{
    [Reference<Customer>(Required = true)]
    public Guid? Customer { get; set; }

    [Choice("main", "billing", "delivery", Required = true)]
    public string? Kind { get; set; } = "main";

    /// <summary>The first day on which it holds; empty for always.</summary>
    [Date]
    public DateOnly? ValidFrom { get; set; }

    /// <summary>To whom, where it is not the customer's name.</summary>
    [Text(200)]
    public string? Addressee { get; set; }

    /// <summary>Street and number, or a post box; several lines.</summary>
    [Text(300, Lines = true)]
    public string? Street { get; set; }

    [Text(20)]
    public string? PostalCode { get; set; }

    [Text(100)]
    public string? City { get; set; }

    [Text(100)]
    public string? Region { get; set; }

    [Text(2, Required = true, Format = TextFormat.Country)]
    public string? Country { get; set; }
}
