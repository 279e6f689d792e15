using System.Reflection;
using Holdfast.Apps.Solo.Customers;
using Holdfast.Apps.Solo.Projects;
using Holdfast.Apps.Solo.Samples;
using Holdfast.Engine;
using Holdfast.Engine.Consumers;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
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
        services.AddRules(new CustomerInWork());
        services.AddRecord(new ProjectTaskRules());
        services.AddConsumer(new Consumer(BudgetWatch.Name, provider => ActivatorUtilities.CreateInstance<BudgetWatch>(provider)));
        services.AddRecord(new SampleRules());
        services.AddSingleton<SampleBook>();
    }

    public static void Map(WebApplication app) => SampleDoor.Map(app.MapApi());
}
