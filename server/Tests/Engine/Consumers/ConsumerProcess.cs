using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Holdfast.Engine.Consumers;
using Holdfast.Host;
using Holdfast.Tests.Support;

namespace Holdfast.Tests.Engine.Consumers;

/// <summary>
/// A consumer in a process of its own, which notes each entry in <c>test.handled</c> and says so on its output. At one entry
/// it may stand still, for as long as it is not killed or thawed.
/// </summary>
internal sealed class ConsumerProcess : IAsyncDisposable
{
    private static readonly ConsumerSettings Settings = new() { Lease = TimeSpan.FromSeconds(2) };
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private ConsumerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <param name="connectionString">The database.</param>
    /// <param name="standsAt">The entry, in whatever workspace.</param>
    internal static ConsumerProcess Start(string connectionString, long standsAt = 0) => new(Process.Start(
        new ProcessStartInfo("dotnet", [typeof(ConsumerProcess).Assembly.Location, "consume", connectionString, standsAt.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    internal Task HandlesAsync(long seq) => SaysAsync($"handles {seq}");

    internal Task StandsAsync() => SaysAsync("stands");

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
        var stands = long.Parse(arguments[1], CultureInfo.InvariantCulture);
        await using var lab = new ConsumerLab(arguments[0]);
        lab.Handle = async (entry, step, _) =>
        {
            await SayAsync($"handles {entry.Seq}");
            if (entry.Seq == stands)
            {
                await SayAsync("stands");
                await using var input = Console.OpenStandardInput();
                await input.ReadExactlyAsync(new byte[1], CancellationToken.None);
            }

            await ConsumerLab.Note(entry, step);
        };
        await lab.StartAsync(Settings);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private Task SaysAsync(string line) => Eventually.HoldsAsync($"it says '{line}': {string.Join('\n', _lines)}", () => _lines.Contains(line), seconds: 60);

    private static async Task SayAsync(string line)
    {
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(Encoding.UTF8.GetBytes($"{line}\n"));
    }
}
