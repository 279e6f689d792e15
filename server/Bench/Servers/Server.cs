using System.Collections.Immutable;
using System.Diagnostics;
using Holdfast.Bench.Measuring;

namespace Holdfast.Bench.Servers;

/// <summary>A server under test: a child process on the servers' core, which says on standard output where it is ready.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private Server(Process process, Task<string> errors, Uri address) => (_process, _errors, Address) = (process, errors, address);

    internal Uri Address { get; }

    internal int ProcessId => _process.Id;

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="cancel">Ends it again.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    internal static async Task<Server> StartAsync(IReadOnlyList<string> command, CancellationToken cancel, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] words = [.. Machine.OnServerCore, .. command];
        var start = new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? ImmutableDictionary<string, string>.Empty)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(Patience);
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Split(' ').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is not { } address)
                    continue;
                // What it says later is nobody's business, but must not fill the pipe.
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                var server = new Server(process, errors, new Uri(address));
                using var http = new HttpClient { BaseAddress = server.Address };
                using var ready = await http.GetAsync("/health/ready", limit.Token);
                return ready.IsSuccessStatusCode ? server : throw new BenchException($"{string.Join(' ', command)} says it is ready, and answers {(int)ready.StatusCode}.");
            }

            throw new BenchException($"{string.Join(' ', command)} ended before it was ready:{Environment.NewLine}{await errors}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await EndAsync(process);
            throw new BenchException($"{string.Join(' ', command)} was not ready after {Patience.TotalSeconds:0} s.");
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    /// <summary>Stops it. One that is gone by then did not survive what was asked of it, and its last words say why.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process.HasExited)
            await Console.Error.WriteLineAsync($"note: {_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} ended by itself with {_process.ExitCode}: {await _errors}");
        await EndAsync(_process);
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            // The product stops the PostgreSQL that it owns, which a kill would leave behind.
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
