using System.Reflection;
using Holdfast.Apps.Solo;
using Holdfast.Engine;

namespace Holdfast.Tests.Support;

/// <summary>The projects of the product, in the order of the arrows.</summary>
internal static class TestProjects
{
    public static IReadOnlyList<Assembly> All { get; } = [EngineModule.Project, SoloModule.Project];
}
