using System.Diagnostics;
using System.Globalization;
using Holdfast.Bench.Measuring;
using Holdfast.Bench.Servers;
using Npgsql;

namespace Holdfast.Bench.Cases;

/// <summary>
/// A backup of a database into a folder, and a restore of it, beside <c>cp</c> and <c>sync</c> of the same files in turns with
/// them. The rows are JSON about as long as entries of the log, half of it digits by chance, and half words.
/// </summary>
internal static class Backup
{
    private const int Runs = 3;
    private const int RowsAtOnce = 100_000;

    /// <summary>How much is backed up, in MB; <c>--size</c> sets it.</summary>
    internal static int SizeMb { get; set; } = 5000;

    internal static async Task RunAsync(CancellationToken cancel)
    {
        using var product = new Product();
        var place = $"/var/tmp/holdfast-bench-{Environment.ProcessId}-backup";
        Directory.CreateDirectory(place);
        try
        {
            // The server makes the database; it is stopped while files are copied, so that all copy the same.
            await using (await product.StartAsync(cancel))
                await FillAsync(product, cancel);
            await RunAsync(product.Command("backup", "key", "--backup-key", $"{place}/key"), cancel);
            string[] settings = ["--backup", $"{place}/archive", "--backup-key", $"{place}/key"];
            var (copies, backups, restores) = (new List<double>(), new List<double>(), new List<double>());
            // Tables and indexes. The log between is received as it is written, and is no part of the copy.
            var files = $"{product.ClusterFolder}/base";
            var (bytes, stored) = (Size(files), 0L);
            for (var run = 0; run < Runs; run++)
            {
                copies.Add(await RateAsync(bytes, ["sh", "-c", $"cp -r {files} {place}/copy && sync -f {place}/copy"], $"{place}/copy", cancel));
                backups.Add(await RateAsync(bytes, product.Command("backup", settings), null, cancel));
                stored = Size(Directory.GetDirectories($"{place}/archive/streams/", "base", SearchOption.AllDirectories).Single());
                restores.Add(await RateAsync(bytes, Product.Command($"{place}/restored", "restore", settings), $"{place}/restored", cancel));
                Directory.Delete($"{place}/archive", recursive: true);
            }

            await PrintAsync($"backup {bytes / 1_000_000} MB", backups, copies);
            await PrintAsync($"restore {bytes / 1_000_000} MB", restores, copies);
            await new Result("backup", "size of the files by that of the copy") { Value = (double)bytes / stored, Unit = "times" }.PrintAsync();
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static async Task FillAsync(Product product, CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(product.Superuser + ";Command Timeout=0");
        await RunAsync("CREATE TABLE public.filler (id uuid PRIMARY KEY, changes jsonb NOT NULL)");
        for (long size = 0; size < SizeMb * 1_000_000L;)
        {
            await RunAsync($$"""
                INSERT INTO public.filler SELECT gen_random_uuid(), jsonb_build_object('type', 'solo.customer', 'id', gen_random_uuid(), 'kind', 'set', 'previous', n,
                  'set', jsonb_build_object('name', 'A customer of the company', 'email', md5(random()::text) || '@example.org', 'status', 'active'),
                  'before', jsonb_build_object('name', 'A customer as it was before', 'email', md5(random()::text) || '@example.org', 'status', 'prospect'))
                FROM generate_series(1, {{RowsAtOnce}}) n
                """);
            await using var command = source.CreateCommand("SELECT pg_total_relation_size('public.filler')");
            size = (long)(await command.ExecuteScalarAsync(cancel))!;
        }

        await RunAsync("CHECKPOINT");

        async Task RunAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <returns>MB a second.</returns>
    private static async Task<double> RateAsync(long bytes, IReadOnlyList<string> words, string? made, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        await RunAsync(words, cancel);
        var rate = bytes / 1e6 / Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (made is not null)
            Directory.Delete(made, recursive: true);
        return rate;
    }

    private static async Task RunAsync(IReadOnlyList<string> words, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            throw new BenchException($"{string.Join(' ', words)} failed: {await errors}");
    }

    private static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static Task PrintAsync(string name, List<double> rates, List<double> copies) => new Result("backup", name)
    {
        Value = rates.Median(),
        Floor = copies.Median(),
        Ratio = rates.Median() / copies.Median(),
        Unit = "MB/s",
    }.PrintAsync();

    /// <summary>Takes <c>--size MB</c> out of the arguments.</summary>
    internal static string[] TakeSize(string[] args)
    {
        var at = Array.IndexOf(args, "--size");
        if (at < 0)
            return args;
        if (at + 1 == args.Length || !int.TryParse(args[at + 1], CultureInfo.InvariantCulture, out var size) || size < 1)
            throw new BenchException("--size takes a number of MB, from 1.");
        SizeMb = size;
        return [.. args[..at], .. args[(at + 2)..]];
    }
}
