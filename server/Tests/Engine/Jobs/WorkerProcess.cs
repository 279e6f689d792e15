using System.Collections.Concurrent;
using System.Diagnostics;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Operations;
using Holdfast.Host;
using Holdfast.Tests.Support;

namespace Holdfast.Tests.Engine.Jobs;

/// <summary>
/// A worker in a process of its own. Each job adds one to a thing, through the write path. It says on its output what it
/// runs; and where it is told so, it stops before or after the change and waits for a word on its input.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private WorkerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The runs so far, each with what it is called, its job and its attempt.</summary>
    internal IReadOnlyList<string> Runs => [.. _lines.Where(line => line.StartsWith("run ", StringComparison.Ordinal)).Select(line => line[4..])];

    /// <param name="connectionString">The database.</param>
    /// <param name="thing">What is counted up.</param>
    /// <param name="stop"><c>before</c> or <c>after</c> the change of the job called <c>victim</c>; else <c>nowhere</c>.</param>
    internal static WorkerProcess Start(string connectionString, Guid thing, string stop = "nowhere") => new(Process.Start(
        new ProcessStartInfo("dotnet", [typeof(WorkerProcess).Assembly.Location, "work", connectionString, thing.ToString(), stop])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    internal Task StandsAsync() => Eventually.HoldsAsync($"it stands still: {string.Join('\n', _lines)}", () => _lines.Contains("stands"), seconds: 60);

    internal void Freeze() => Posix.Signal(_process.Id, 19);

    internal void Thaw() => Posix.Signal(_process.Id, 18);

    internal async Task GoOnAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
    }

    internal async Task KillAsync()
    {
        Posix.Signal(_process.Id, Posix.Kill);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    /// <summary>What the process itself does.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        var (connectionString, thing, stop) = (arguments[0], Guid.Parse(arguments[1]), arguments[2]);
        await using var engine = new TestEngine(connectionString);
        await using var lab = new JobLab(connectionString);
        var type = engine.Registry.Of<Thing>();
        var count = type.Fields.Single(field => field.Name == "count");
        lab.Handle = async (job, errand, _) =>
        {
            await SayAsync($"run {errand.Name} {job.Id} {job.Attempt}");
            if (stop == "before" && errand.Name == "victim")
                await StandAsync();
            await engine.WritePath.WriteAsync(job, [new IncrementOperation(type, thing, count, 1)]);
            if (stop == "after" && errand.Name == "victim")
                await StandAsync();
        };
        await lab.StartAsync(new JobSettings { Lease = Lease });
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static async Task StandAsync()
    {
        await SayAsync("stands");
        await using var input = Console.OpenStandardInput();
        await input.ReadExactlyAsync(new byte[1]);
    }

    private static async Task SayAsync(string line)
    {
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{line}\n"));
    }
}
