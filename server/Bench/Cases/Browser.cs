using System.Diagnostics;
using System.Text.Json;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Holdfast.Bench.Sockets;
using Npgsql;

namespace Holdfast.Bench.Cases;

/// <summary>
/// The engine of the browser: how long many of them take to send what they did without a network, while much goes wrong;
/// and in a real Chromium how soon a person sees what he wrote, and his records after a start.
/// </summary>
internal static class Browser
{
    private const int Runs = 5;
    private const int Workspaces = 10;
    private const int Deaths = 2;
    private const double Lost = 0.1;
    /// <summary>Of a type a browser keeps as many as its scope sends.</summary>
    private const int Window = 50_000;

    private const double DrainTarget = 30_000;
    private const double PaintTarget = 16;
    private const double FirstLoadTarget = 250;

    /// <summary>How many records a cold start finds, and how many milliseconds it may take.</summary>
    private static readonly (int Records, double Target)[] ColdStarts = [(10_000, 1_000), (100_000, 4_000)];

    /// <summary>One in ten of everything, once: shows that the case works, and measures nothing.</summary>
    internal static bool IsSmall { get; private set; }

    /// <summary>Takes what only the cases of the browser take out of the words of the command.</summary>
    internal static string[] TakeSize(string[] args)
    {
        IsSmall = args.Contains("--small");
        return [.. args.Where(arg => arg != "--small")];
    }

    internal static async Task RunAsync(CancellationToken cancel)
    {
        var (runs, clients, transactions) = IsSmall ? (1, 10, 200) : (Runs, 50, 1000);
        var drains = new List<Drain>();
        for (var i = 0; i < runs; i++)
            drains.Add(await DrainAsync(clients, transactions, cancel));
        await SayAsync("browser", $"{clients} clients send {transactions} transactions each", "ms", drains.Select(drain => drain.Milliseconds), DrainTarget);
        await SayAsync("browser", "of these lost", "transactions", drains.Select(drain => (double)drain.Missing), 0);
        await SayAsync("browser", "of these doubled", "transactions", drains.Select(drain => (double)drain.Doubled), 0);
        await SayAsync("browser", "of these out of order", "transactions", drains.Select(drain => (double)drain.Unordered), 0);
        await SayAsync("browser", "refused beside the poison", "transactions", drains.Select(drain => Math.Abs((double)drain.Rejected - (clients * transactions / 100))), 0);
        await SayAsync("browser", "conflicts beside those made", "transactions", drains.Select(drain => Math.Abs((double)drain.Conflicts - (clients * transactions / 20))), 0);
        await SayAsync("browser", "answers lost", "answers", drains.Select(drain => (double)drain.Lost));
        await SayAsync("browser", "memory of all clients", "MB", drains.Select(drain => (double)drain.Bytes / (1 << 20)));

        foreach (var (records, target) in ColdStarts)
        {
            var seen = new List<Seen>();
            for (var i = 0; i < runs; i++)
                seen.Add(await LookAsync(IsSmall ? records / 10 : records, cancel));
            var held = IsSmall ? records / 10 : records;
            await SayAsync("browser", $"cold start with {held} records", "ms", seen.Select(one => one.ColdStart), target);
            await SayAsync(
                "browser", $"write to paint among {held} records, p95", "ms", seen.Select(one => one.Paint.Percentile(0.95)), PaintTarget, seen.Select(one => one.Bare.Percentile(0.95)));
            await SayAsync("browser", $"memory of a page with {held} records", "MB", seen.Select(one => one.Heap / (1 << 20)));
            await SayAsync("browser", "first load without fonts", "kB", seen.Select(one => one.FirstLoad / 1000), FirstLoadTarget);
            await SayAsync("browser", "fonts of the first load", "kB", seen.Select(one => one.Fonts / 1000));
        }
    }

    private sealed record Drain(double Milliseconds, int Conflicts, int Rejected, int Deaths, int Lost, long Bytes)
    {
        /// <summary>Those that are nowhere, those that are there twice, those that stand before what came first.</summary>
        public (int Missing, int Doubled, int Unordered) Found { get; init; }

        public int Missing => Found.Missing;

        public int Doubled => Found.Doubled;

        public int Unordered => Found.Unordered;
    }

    /// <summary>What was seen in Chromium; times in milliseconds, sizes in bytes.</summary>
    private sealed record Seen(double ColdStart, double[] Paint, double[] Bare, double Heap, double FirstLoad, double Fonts);

    private static async Task<Drain> DrainAsync(int clients, int transactions, CancellationToken cancel)
    {
        using var product = new Product("--trusted-proxies", "127.0.0.1,::1");
        await using var server = await product.StartAsync(cancel);
        var person = await Person.SignUpAsync(server.Address, cancel);
        var workspaces = new List<Guid> { person.Workspace };
        for (var i = 1; i < Workspaces; i++)
            workspaces.Add((await person.FoundAsync($"Bench {i}", i, cancel)).Workspace);
        var file = Path.GetTempFileName();
        try
        {
            var asked = new
            {
                address = server.Address.GetLeftPart(UriPartial.Authority),
                cookie = person.Door.Cookie,
                user = person.User,
                workspaces,
                clients,
                transactions,
                deaths = Deaths,
                lost = Lost,
                file,
            };
            var said = await RunAsync(["node", "--experimental-websocket", "--no-warnings", "web/headless/run.mjs", "bench/drain.ts", JsonSerializer.Serialize(asked)], cancel);
            var drain = JsonSerializer.Deserialize<Drain>(said, JsonSerializerOptions.Web)!;
            if (drain.Deaths != Deaths)
                throw new BenchException($"Of {Deaths} tabs that were to end in the middle {drain.Deaths} did.");
            var made = (await File.ReadAllLinesAsync(file, cancel)).Select(line => line.Split(' ').Select(Guid.Parse).ToArray()).ToArray();
            return drain with { Found = await CompareAsync(product.Superuser, made, drain.Conflicts + drain.Rejected, cancel) };
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Compares what was made with the log.</summary>
    private static async Task<(int Missing, int Doubled, int Unordered)> CompareAsync(string superuser, Guid[][] made, int refused, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(superuser);
        await using var command = source.CreateCommand("SELECT transaction_id, seq FROM engine.log ORDER BY workspace_id, seq");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var places = new Dictionary<Guid, long>();
        var doubled = 0;
        while (await reader.ReadAsync(cancel))
            doubled += places.TryAdd(reader.GetGuid(0), reader.GetInt64(1)) ? 0 : 1;
        var missing = made.Sum(ids => ids.Count(id => !places.ContainsKey(id))) - refused;
        var unordered = made.Select(ids => ids.Where(places.ContainsKey).Select(id => places[id]).ToArray())
            .Sum(seqs => seqs.Zip(seqs.Skip(1)).Count(pair => pair.First >= pair.Second));
        return (missing, doubled, unordered);
    }

    private static async Task<Seen> LookAsync(int records, CancellationToken cancel)
    {
        using var product = new Product("--trusted-proxies", "127.0.0.1,::1");
        await using var server = await product.StartAsync(cancel);
        var person = await Person.SignUpAsync(server.Address, cancel);
        using (var socket = await BrowserSocket.OpenAsync(person.Door, person.Hello([]), cancel))
        {
            for (var made = 0; made < records; made += 100)
            {
                await socket.PushAsync(Enumerable.Range(made, 100).Select(i => (object)new
                {
                    op = "create",
                    type = "solo.customer",
                    id = Guid.CreateVersion7(),
                    values = new { name = $"Customer {i:000000}", phone = $"+49 30 {i}", email = $"customer{i}@example.org" },
                }), cancel);
                await socket.ConfirmAsync(cancel);
            }
        }

        var asked = new { address = server.Address.GetLeftPart(UriPartial.Authority), email = Person.Email, password = Person.Password, user = person.User, workspace = person.Workspace, kept = Math.Min(records, Window), edits = IsSmall ? 20 : 100 };
        return JsonSerializer.Deserialize<Seen>(await RunAsync([.. Machine.OnBothCores, "node", "web/headless/bench/look.mjs", JsonSerializer.Serialize(asked)], cancel), JsonSerializerOptions.Web)!;
    }

    /// <summary>Runs a program of the browser's side and returns what it says.</summary>
    internal static async Task<string> RunAsync(string[] words, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = Product.Root })!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0 ? said : throw new BenchException($"{words[0]} ended with {process.ExitCode}.");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Says the median of what was measured, and whether it holds.</summary>
    internal static Task SayAsync(string bench, string name, string unit, IEnumerable<double> values, double? target = null, IEnumerable<double>? floors = null)
    {
        var (value, floor) = (values.Median(), floors?.Median());
        // The targets are for the whole of it.
        if (IsSmall)
            target = null;
        return new Result(bench, name) { Value = value, Unit = unit, Floor = floor, Ratio = value / floor, Target = target, Holds = target is null ? null : value <= target }.PrintAsync();
    }
}
