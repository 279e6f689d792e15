using System.Text.RegularExpressions;
using Holdfast.Engine;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Architecture;

/// <summary>The walls of the house. Each check has a control beside it that proves it can fail.</summary>
public sealed class ArchitectureTests
{
    [Theory]
    [InlineData("Engine/Engine.csproj", "")]
    [InlineData("Platform/Platform.csproj", "Engine")]
    [InlineData("Apps/Solo/Solo.csproj", "Platform")]
    [InlineData("Host/Host.csproj", "Solo")]
    public void Projects_point_one_way(string project, string expected) =>
        Assert.Equal(expected, string.Join(", ", SourceTree.ProjectReferences(project)));

    [Fact]
    public void The_engine_knows_no_web_server() =>
        Assert.DoesNotContain(EngineModule.Project.GetReferencedAssemblies(), name => name.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Theory]
    [InlineData("Engine", "Holdfast.Engine")]
    [InlineData("Platform", "Holdfast.Platform")]
    [InlineData("Apps/Solo", "Holdfast.Apps.Solo")]
    [InlineData("Host", "Holdfast.Host")]
    public void Slices_of_a_project_have_no_circle(string folder, string rootNamespace)
    {
        var circle = SourceTree.FindCircle(SourceTree.Slices(folder, rootNamespace));
        Assert.True(circle.Count == 0, string.Join(" -> ", circle));
    }

    [Fact]
    public void A_circle_between_slices_is_found()
    {
        string[] slices = ["Records", "Log", "Sync"];
        Arrow[] arrows =
        [
            .. SourceTree.SliceArrows("Records", "using Holdfast.Engine.Log;", "a.cs", "Holdfast.Engine", slices),
            .. SourceTree.SliceArrows("Log", "class X { Sync.Room room; }", "b.cs", "Holdfast.Engine", slices),
        ];
        Assert.Empty(SourceTree.FindCircle(arrows));
        Assert.Equal(
            ["Records", "Log", "Sync", "Records"],
            SourceTree.FindCircle([.. arrows, .. SourceTree.SliceArrows("Sync", "using Holdfast.Engine.Records;", "c.cs", "Holdfast.Engine", slices)]));
    }

    [Fact]
    public void Rooms_of_the_browser_point_one_way() => Assert.Empty(Forbidden(SourceTree.BrowserArrows()));

    [Fact]
    public void A_wrong_arrow_in_the_browser_is_found() =>
        Assert.Equal(2, Forbidden([new("engine", "ui", "a.ts"), new("apps/solo", "apps/comms", "b.tsx"), new("shell", "engine", "c.tsx")]).Count);

    /// <summary>PostgreSQL lets transactions that notify commit one after the other: no transaction that writes may be one.</summary>
    [Fact]
    public void Nothing_notifies_but_the_hints_after_a_commit()
    {
        var server = Path.Combine(Repository.Root, "server");
        var files = new[] { "Engine", "Platform", "Apps", "Host" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(server, project), "*", SearchOption.AllDirectories))
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".sql", StringComparison.Ordinal));
        Assert.Equal(["Engine/Sync/Hints.cs"], files.Where(file => Notifies(File.ReadAllText(file))).Select(file => Path.GetRelativePath(server, file)));
        Assert.True(Notifies("NOTIFY jobs;"));
    }

    private static bool Notifies(string source) => Regex.IsMatch(source, @"\bNOTIFY\b|\bpg_notify\(", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>A room may use the rooms before it in this list; an app uses no other app.</summary>
    private static List<Arrow> Forbidden(IEnumerable<Arrow> arrows)
    {
        string[] order = ["contract", "engine", "ui", "platform", "apps", "shell", "main"];
        int Rank(string room) => Array.IndexOf(order, room.Split('/')[0]);
        return [.. arrows.Where(arrow => arrow.From != arrow.To && Rank(arrow.To) >= Rank(arrow.From))];
    }
}
