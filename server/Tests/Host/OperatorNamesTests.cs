using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Engine.Consumers;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Series;
using Holdfast.Host;
using Holdfast.Host.Backups;
using Holdfast.Host.Exports;
using Holdfast.Platform.Http;
using Holdfast.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>Operators read words for what the server does, and not what the code calls it.</summary>
public sealed partial class OperatorNamesTests
{
    private static readonly string[] Languages = ["en", "de", "sq", "ar"];

    [Fact]
    public async Task All_work_that_operators_see_is_called_something_in_every_language()
    {
        using var folder = new TemporaryFolder();
        var services = new ServiceCollection();
        Holdfast.Host.Program.AddModules(services, connectionString: "", new SiteSettings { PublicAddress = new Uri("http://localhost") });
        BackupJobs.Add(services, Settings.Read(["--backup", folder["backup"]], new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root));
        ExportWorkspace.Add(services);
        var names = Registered<JobKind>(services).Select(kind => kind.Name)
            .Concat(Registered<JobQueue>(services).Select(queue => queue.Name))
            .Concat(Registered<JobSchedule>(services).Select(schedule => schedule.Name))
            .Concat(Registered<Consumer>(services).Select(consumer => consumer.Name))
            .Concat(Registered<SeriesKind>(services).Select(series => series.Name))
            .Append(JobQueue.Default).Distinct(StringComparer.Ordinal).ToArray();
        Assert.Contains("backup.make", names);
        Assert.Contains("mail", names);
        Assert.Empty(await NamelessAsync(names));
        Assert.Equal(["test.forgotten"], await NamelessAsync(["mail", "test.forgotten"]));
    }

    /// <summary>Those that web/src/platform/operator/names.ts has no key for, or a language no text.</summary>
    private static async Task<IReadOnlyList<string>> NamelessAsync(IEnumerable<string> names)
    {
        var keys = Entry().Matches(await ReadAsync("platform/operator/names.ts")).ToDictionary(entry => entry.Groups["name"].Value, entry => entry.Groups["key"].Value, StringComparer.Ordinal);
        var texts = await Task.WhenAll(Languages.Select(async language => JsonDocument.Parse(await ReadAsync($"locales/{language}.json"))));
        return [.. names.Where(name => !keys.TryGetValue(name, out var key) || texts.Any(text => !Has(text.RootElement, key.Split('.'))))];
    }

    private static bool Has(JsonElement text, IEnumerable<string> path)
    {
        foreach (var part in path)
        {
            if (!text.TryGetProperty(part, out text))
                return false;
        }

        return text.GetString() is { Length: > 0 };
    }

    private static IEnumerable<T> Registered<T>(IServiceCollection services) =>
        services.Where(service => service.ServiceType == typeof(T)).Select(service => Assert.IsAssignableFrom<T>(service.ImplementationInstance));

    private static Task<string> ReadAsync(string path) => File.ReadAllTextAsync(Path.Combine(Repository.Root, "web/src", path));

    [GeneratedRegex("^  \"?(?<name>[a-z._]+)\"?: \"(?<key>[A-Za-z.]+)\",$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Entry();
}
