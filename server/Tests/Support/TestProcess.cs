using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Holdfast.Host;

namespace Holdfast.Tests.Support;

/// <summary>A process of the tests' own program that a test freezes, thaws and kills. It says on its output what it does.</summary>
internal sealed class TestProcess : IAsyncDisposable
{
    private const string Stands = "stands";
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private TestProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has said so far.</summary>
    internal IReadOnlyList<string> Lines => [.. _lines];

    /// <param name="words">What <see cref="EntryPoint"/> makes of it.</param>
    internal static TestProcess Start(params IEnumerable<string> words) => new(Process.Start(
        new ProcessStartInfo("dotnet", [typeof(TestProcess).Assembly.Location, .. words])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Waits until it has said a line.</summary>
    internal Task SaysAsync(string line) => Eventually.HoldsAsync($"it says '{line}': {string.Join('\n', _lines)}", () => _lines.Contains(line), seconds: 60);

    /// <summary>Waits until it stands still by <see cref="StandAsync"/>.</summary>
    internal Task StandsAsync() => SaysAsync(Stands);

    internal void Freeze() => Posix.Signal(_process.Id, 19);

    internal void Thaw() => Posix.Signal(_process.Id, 18);

    /// <summary>Lets it go on from where it stands still.</summary>
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

    /// <summary>In the process: says a line.</summary>
    internal static async Task SayAsync(string line)
    {
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(Encoding.UTF8.GetBytes($"{line}\n"));
    }

    /// <summary>In the process: stands still until it is told to go on.</summary>
    internal static async Task StandAsync()
    {
        await SayAsync(Stands);
        await using var input = Console.OpenStandardInput();
        await input.ReadExactlyAsync(new byte[1]);
    }
}
