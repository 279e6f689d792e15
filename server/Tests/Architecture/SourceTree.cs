using System.Text.RegularExpressions;
using Holdfast.Tests.Support;

namespace Holdfast.Tests.Architecture;

/// <summary>One arrow of the house, with the place in the source that draws it.</summary>
internal sealed record Arrow(string From, string To, string Place);

/// <summary>Reads the arrows between projects and between the slices of a project from the sources.</summary>
internal static partial class SourceTree
{
    public static IReadOnlyList<string> ProjectReferences(string project) =>
        [.. ProjectReference().Matches(File.ReadAllText(Path.Combine(Repository.Root, "server", project))).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal)];

    /// <summary>The arrows between the folders of a project. A name of another slice is reached by a using or by writing the slice before it.</summary>
    /// <param name="folder">The project's folder under <c>server</c>.</param>
    /// <param name="rootNamespace">Its root namespace.</param>
    public static IReadOnlyList<Arrow> Slices(string folder, string rootNamespace)
    {
        var root = Path.Combine(Repository.Root, "server", folder);
        var slices = Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj")).ToArray();
        return
        [
            .. slices.SelectMany(slice => Directory.EnumerateFiles(Path.Combine(root, slice), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => SliceArrows(slice, File.ReadAllText(file), Path.GetRelativePath(Repository.Root, file), rootNamespace, slices))),
        ];
    }

    public static IEnumerable<Arrow> SliceArrows(string slice, string source, string place, string rootNamespace, IReadOnlyList<string> slices) =>
        slices.Where(other => other != slice && Reaches(source, rootNamespace, other)).Select(other => new Arrow(slice, other, place));

    /// <summary>A circle among the arrows, as the names it runs through; empty where there is none.</summary>
    public static IReadOnlyList<string> FindCircle(IEnumerable<Arrow> arrows)
    {
        var next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (var start in next.Select(group => group.Key))
        {
            if (Walk(start) is { } circle)
                return circle;
        }

        return [];

        List<string>? Walk(string node)
        {
            if (path.IndexOf(node) is >= 0 and var at)
                return [.. path[at..], node];
            if (!done.Add(node))
                return null;
            path.Add(node);
            var circle = next[node].Select(Walk).FirstOrDefault(found => found is not null);
            path.RemoveAt(path.Count - 1);
            return circle;
        }
    }

    /// <summary>What the browser's files of a folder import by <c>@/</c>, as the first folder below <c>src</c> (two for <c>apps</c>).</summary>
    public static IEnumerable<Arrow> BrowserArrows()
    {
        var root = Path.Combine(Repository.Root, "web", "src");
        foreach (var file in Directory.EnumerateFiles(root, "*.ts*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(root, file);
            foreach (Match match in BrowserImport().Matches(File.ReadAllText(file)))
                yield return new Arrow(Room(relative), Room(match.Groups["path"].Value), relative);
        }
    }

    private static string Room(string path)
    {
        var parts = path.Split('/');
        return parts is ["apps", _, ..] ? $"apps/{parts[1]}" : parts.Length == 1 ? "main" : parts[0];
    }

    private static bool Reaches(string source, string rootNamespace, string other) =>
        Regex.IsMatch(source, $@"\b{Regex.Escape(rootNamespace)}\.{other}\b|(?<![.\w""]){other}\.[A-Z]", RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*?(?<name>\w+)\.csproj""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"from ""@/(?<path>[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BrowserImport();
}
