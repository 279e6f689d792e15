using System.Diagnostics;
using System.Globalization;

namespace Holdfast.Bench.Measuring;

/// <summary>The machine that is measured on: which core does what, and what its processes use.</summary>
internal static class Machine
{
    private const string ServerCore = "0";
    private const string LoadCore = "1";

    /// <summary>Whether this process, which makes the load, has a core of its own; bin/bench sees to that.</summary>
    private static readonly bool HasTwoCores = Status("self", "Cpus_allowed_list") == LoadCore;

    /// <summary>The words before a command that put a server on its core.</summary>
    internal static IReadOnlyList<string> OnServerCore { get; } = HasTwoCores ? ["taskset", "-c", ServerCore] : [];

    /// <summary>How many cores the servers have.</summary>
    internal static int ServerCores { get; } = HasTwoCores ? 1 : Environment.ProcessorCount;

    /// <summary>The words before a command that give it both cores: a person's browser, whose server has nothing else to do meanwhile.</summary>
    internal static IReadOnlyList<string> OnBothCores { get; } = HasTwoCores ? ["taskset", "-c", $"{ServerCore},{LoadCore}"] : [];

    /// <summary>Says on standard error what makes the figures worse than the machine is.</summary>
    internal static async Task SayWhatDisturbsAsync()
    {
        if (!HasTwoCores)
            await Console.Error.WriteLineAsync("note: the servers and the load share one core, so times are longer than with two");
        var load = double.Parse((await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0], CultureInfo.InvariantCulture);
        if (load > 0.5)
            await Console.Error.WriteLineAsync($"note: the machine was busy before the start (load {load:0.0}), so times are longer than on a quiet one");
    }

    /// <summary>Runs this program in another role on the servers' core, and returns what it says.</summary>
    internal static async Task<string> AskOnServerCoreAsync(IReadOnlyList<string> role, CancellationToken cancel)
    {
        string[] words = [.. OnServerCore, "dotnet", typeof(Machine).Assembly.Location, .. role];
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? said : throw new BenchException($"The role {role[0]} failed.");
    }

    /// <summary>Resident memory of a process, in bytes.</summary>
    internal static long Resident(int process) => Kilobytes(Status(process.ToString(CultureInfo.InvariantCulture), "VmRSS")) * 1024;

    /// <summary>The most that was resident since <see cref="ForgetPeak"/>, in bytes.</summary>
    internal static long Peak(int process) => Kilobytes(Status(process.ToString(CultureInfo.InvariantCulture), "VmHWM")) * 1024;

    /// <summary>Begins to look for the most anew.</summary>
    internal static void ForgetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    /// <summary>Memory of all processes that have a folder as their working directory, in bytes; what several share is counted once.</summary>
    internal static long SharedOnce(string folder)
    {
        var processes = Directory.EnumerateDirectories("/proc").Where(path => new DirectoryInfo(Path.Combine(path, "cwd")).LinkTarget == folder);
        return processes.Sum(path => Kilobytes(Line(Path.Combine(path, "smaps_rollup"), "Pss")) * 1024);
    }

    private static string Status(string process, string name) => Line($"/proc/{process}/status", name);

    private static string Line(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    private static long Kilobytes(string text) => long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
}
