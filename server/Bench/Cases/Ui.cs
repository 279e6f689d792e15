using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;

namespace Holdfast.Bench.Cases;

/// <summary>
/// What a person does with thousands of customers and projects, in a real Chromium: the first list after a start, letters of a
/// search, opening, scrolling, and dragging on a board.
/// </summary>
internal static partial class Ui
{
    private const int Runs = 5;

    private const double ColdTarget = 1_000;
    private const double LetterTarget = 50;
    private const double OpenTarget = 100;
    private const double FrameTarget = 17;
    private const double DropTarget = 50;

    internal static async Task RunAsync(CancellationToken cancel)
    {
        var (runs, customers, projects, cards, drags) = Browser.IsSmall ? (1, 500, 2_000, 100, 5) : (Runs, 5_000, 20_000, 1_000, 20);
        using var product = new Product("--trusted-proxies", "127.0.0.1,::1");
        await using var server = await product.StartAsync(cancel);
        var person = await Person.SignUpAsync(server.Address, cancel);
        var address = server.Address.GetLeftPart(UriPartial.Authority);
        var asked = JsonSerializer.Serialize(new
        {
            address,
            email = Person.Email,
            password = Person.Password,
            user = person.User,
            lists = new { workspace = await SeedAsync(address, customers, projects, cancel), kept = (2 * customers) + projects },
            board = await SeedAsync(address, cards / 10, cards, cancel),
            drags,
        });
        var seen = new List<Seen>();
        for (var i = 0; i < runs; i++)
            seen.Add(JsonSerializer.Deserialize<Seen>(await Browser.RunAsync([.. Machine.OnBothCores, "node", "web/headless/bench/ui.mjs", asked], cancel), JsonSerializerOptions.Web)!);

        await SayAsync($"first list of {customers} customers from cold", seen.Select(one => one.Cold), ColdTarget);
        await SayAsync($"letter to paint among {customers} customers, p95", seen.Select(one => one.Letters.Percentile(0.95)), LetterTarget);
        await SayAsync($"letter to paint among {projects} projects, p95", seen.Select(one => one.ProjectLetters.Percentile(0.95)), LetterTarget);
        await SayAsync("click to the page of a customer", seen.Select(one => one.Open.Median()), OpenTarget);
        await SayAsync($"frame while scrolling {projects} projects, p95", seen.Select(one => one.Frames.Percentile(0.95)), FrameTarget);
        await SayAsync($"move to paint on a board of {cards} cards, p95", seen.Select(one => one.Moves.Percentile(0.95)), FrameTarget);
        await SayAsync($"drop to paint on a board of {cards} cards", seen.Select(one => one.Drops.Median()), DropTarget);
    }

    /// <summary>What was seen in Chromium, in milliseconds.</summary>
    private sealed record Seen(double Cold, double[] Letters, double[] ProjectLetters, double[] Open, double[] Frames, double[] Moves, double[] Drops);

    /// <summary>Founds a workspace with so many records and returns its id.</summary>
    private static async Task<Guid> SeedAsync(string address, int customers, int projects, CancellationToken cancel)
    {
        var said = await Browser.RunAsync(
            [
                "node", "bin/lib/seed.mjs", "--url", address, "--email", Person.Email, "--password", Person.Password,
                "--customers", customers.ToString(CultureInfo.InvariantCulture), "--projects", projects.ToString(CultureInfo.InvariantCulture),
            ],
            cancel);
        return Guid.Parse(Founded().Match(said).Groups["id"].Value);
    }

    private static Task SayAsync(string name, IEnumerable<double> values, double target) => Browser.SayAsync("ui", name, "ms", values, target);

    [GeneratedRegex("workspace (?<id>[0-9a-f-]{36})$", RegexOptions.Multiline, 100)]
    private static partial Regex Founded();
}
