using Holdfast.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Views;

/// <summary>What people want to see again of the lists.</summary>
public static class ViewsModule
{
    public static void Add(IServiceCollection services) => services.AddRecord<SavedView>();
}
