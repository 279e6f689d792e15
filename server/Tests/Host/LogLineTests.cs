using System.Net;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Platform.Records;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>The log is read by line, by people and by programs.</summary>
public sealed class LogLineTests
{
    private const string Forged = "2026-01-01T00:00:00.000Z info: forged";

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [Trait("asvs", "16.4.1")]
    public async Task Nothing_that_comes_from_outside_begins_a_line(string format)
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartReadyAsync(folder, "--log-level", "trace", "--log-format", format);
        using var person = await new TestBrowser(host.Http.BaseAddress!).SignUpAsync();
        var workspace = await person.WorkspaceAsync();
        foreach (var breaking in new[] { "\n", "\r", "\r\n", "\v", "\u0085", "\u2028", "\u001b[2K" })
        {
            var text = $"a{breaking}{Forged}";
            var address = Uri.EscapeDataString(text);
            foreach (var path in new[] { $"/{address}", $"/api/{address}", $"/assets/{address}.js", $"/api/workspaces/{workspace}/records/{address}" })
                (await person.GetAsync(path)).Refuses(HttpStatusCode.BadRequest, "request.malformed");
            await person.GetAsync($"/api/workspaces/{workspace}/records/solo.customer?query={address}&{address}=1");
            await person.PostAsync("/api/sign-in", new { email = text, password = text });
            await person.PostAsync("/api/forgot", new { email = text });
            await person.PostAsync("/api/me/profile", new { name = text, timeZone = text });
            await person.PostAsync("/api/workspaces", new { name = text });
            await person.WriteAsync(new { op = "create", type = text, id = Guid.CreateVersion7(), values = new { name = text } }, workspace: workspace);
            await person.WriteAsync(new { op = "create", type = "solo.customer", id = Guid.CreateVersion7(), values = new { name = text } }, workspace: workspace);
            using var report = new HttpRequestMessage(HttpMethod.Post, "/api/csp-reports") { Content = System.Net.Http.Json.JsonContent.Create(new Dictionary<string, object> { ["csp-report"] = new Dictionary<string, string> { ["blocked-uri"] = text, ["violated-directive"] = text } }) };
            await person.SendAsync(report);
        }

        Assert.Contains("Holdfast is ready", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Output.Split('\n', '\r', '\v', '\u0085', '\u2028'), line => line.StartsWith(Forged, StringComparison.Ordinal));
    }
}
