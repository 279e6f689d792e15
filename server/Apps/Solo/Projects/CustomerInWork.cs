using Holdfast.Apps.Solo.Customers;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;

namespace Holdfast.Apps.Solo.Projects;

/// <summary>What projects ask of a customer: that it is not put away while work for it goes on.</summary>
internal sealed class CustomerInWork : Rules<Customer>
{
    internal static readonly FailureCode OpenProjects = new("customer.open_projects", 422, "A customer with active projects is not archived.");

    protected override Failure? Check(Change<Customer> change)
    {
        if (change is not { Before.Status: not "archived", After: { Status: "archived" } customer })
            return null;
        var open = change.CountLike(new Project { Customer = customer.Id, State = "active" }, nameof(Project.Customer), nameof(Project.State));
        return open == 0 ? null : OpenProjects.With($"{open} of its projects are active. Complete them first, or give them to another customer.", "status", ("count", open));
    }
}
