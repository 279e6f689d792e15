using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>What kind of program a request comes from, coarse enough to stay the same through its updates.</summary>
internal static class AgentFamily
{
    // The order matters: most name each other.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <returns>Such as <c>Firefox on Linux</c>.</returns>
    internal static string Of(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        var browser = Browsers.FirstOrDefault(known => agent.Contains(known.Mark, StringComparison.Ordinal)).Name ?? "Other";
        return Systems.FirstOrDefault(known => agent.Contains(known.Mark, StringComparison.Ordinal)).Name is { } system
            ? $"{browser} on {system}"
            : browser;
    }
}
