using System.Text.RegularExpressions;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;

namespace Holdfast.Apps.Solo.Customers;

internal static class CustomerFailures
{
    internal static readonly FailureCode Step = new("customer.step", 422, "A customer does not go from this status to that one.");
    internal static readonly FailureCode ReasonMissing = new("customer.reason_missing", 422, "Whoever archives a customer says why.");
    internal static readonly FailureCode Archived = new("customer.archived", 422, "An archived customer does not change.");
    internal static readonly FailureCode VatId = new("customer.vat_id", 422, "This is no VAT id.");
    internal static readonly FailureCode EInvoice = new("customer.e_invoice", 422, "An e-invoice address and its scheme belong together.");
}

internal sealed partial class CustomerRules : Rules<Customer>
{
    protected override Failure? Check(Change<Customer> change)
    {
        var (before, after) = (change.Before, change.After);
        if (after is null)
            return null;
        if (change.CheckStep(nameof(Customer.Status), CustomerFailures.Step) is { } refused)
            return refused;
        if (after is { Status: "archived", Reason: null })
            return CustomerFailures.ReasonMissing.With("Set 'reason' in the same transaction.", "reason");
        if (before is { Status: "archived" } && after is { Status: "archived" } && change.Fields.FirstOrDefault(field => field != "reason") is { } changed)
            return CustomerFailures.Archived.With("Restore it first: set 'status' to what it was.", changed);
        return CheckVatId(before, after) ?? CheckEInvoice(after);
    }

    /// <summary>Only where it is new: what was written before this was checked stays until someone touches it.</summary>
    private static Failure? CheckVatId(Customer? before, Customer after) =>
        after.VatId is null || after.VatId == before?.VatId || VatId.Fault(after.VatId) is not { } fault
            ? null
            : CustomerFailures.VatId.With(fault, "vatId", ("example", VatId.ExampleFor(after.VatId)));

    private static Failure? CheckEInvoice(Customer after)
    {
        if (after.EInvoiceAddress is null != after.EInvoiceScheme is null)
            return CustomerFailures.EInvoice.With("Set both, or neither.", after.EInvoiceScheme is null ? "eInvoiceScheme" : "eInvoiceAddress");
        return after.EInvoiceScheme is null || Scheme().IsMatch(after.EInvoiceScheme)
            ? null
            : CustomerFailures.EInvoice.With("The scheme is four digits of ISO 6523, such as 0204, or EM.", "eInvoiceScheme");
    }

    [GeneratedRegex("^([0-9]{4}|EM)$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Scheme();
}
