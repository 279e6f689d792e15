using System.Reflection;
using Holdfast.Apps.Solo.Customers;
using Holdfast.Apps.Solo.Projects;
using Holdfast.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Apps.Solo;

/// <summary>The work of a small company: customers and projects today; time and invoices as they come.</summary>
public static class SoloModule
{
    public static Assembly Project => typeof(SoloModule).Assembly;

    public static void Add(IServiceCollection services)
    {
        services.AddRecord(new CustomerRules());
        services.AddRecord<Contact>();
        services.AddRecord<Address>();
        services.AddRecord<Note>();
        services.AddRecord(new ProjectRules());
        services.AddRecord(new ProjectTaskRules());
    }
}
