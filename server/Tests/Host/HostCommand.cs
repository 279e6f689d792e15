using System.Diagnostics;
using Holdfast.Host;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>A command of the product, as the process that an operator runs.</summary>
internal sealed class HostCommand : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private HostCommand(Process process) =>
        (_process, _output, _errors) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    /// <summary>The words that run the product.</summary>
    public static IReadOnlyList<string> Program { get; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "holdfast.dll")];

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        using var command = Start(arguments);
        return await command.EndAsync();
    }

    public static HostCommand Start(params IEnumerable<string> arguments) => StartWords([.. Program, .. arguments]);

    /// <summary>Runs other words, which may run the product in a place of its own.</summary>
    public static HostCommand StartWords(IReadOnlyList<string> words) => new(Process.Start(new ProcessStartInfo(words[0], words.Skip(1))
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    public void Kill() => Posix.Signal(_process.Id, Posix.Kill);

    /// <summary>What it printed, errors after the rest.</summary>
    public async Task<(int Exit, string Output)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _output + await _errors);
    }

    public void Dispose() => _process.Dispose();
}
