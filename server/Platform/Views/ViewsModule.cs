using Holdfast.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Views;

/// <summary>What people want to see: again of the lists, and on their home.</summary>
public static class ViewsModule
{
    public static void Add(IServiceCollection services)
    {
        services.AddRecord(new SavedViewRules());
        services.AddRecord(new HomeRules());
    }
}
