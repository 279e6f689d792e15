using System.Collections.Concurrent;
using System.Diagnostics;
using Holdfast.Host;
using Holdfast.Tests.Platform;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>The product as a process of its own, on a folder of the test's.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;
    private readonly string _data;

    private HostProcess(Process process, int port, string data)
    {
        (_process, _data) = (process, data);
        Port = port;
        Http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}") };
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public HttpClient Http { get; }

    public int ExitCode => _process.ExitCode;

    /// <summary>A path as the process sees it, which may have file systems of its own.</summary>
    public string Within(string path) => $"/proc/{_process.Id}/root{path}";

    public string Output => string.Join('\n', _lines);

    private bool IsReady => Output.Contains("Holdfast is ready", StringComparison.Ordinal);

    /// <summary>Starts it with the folder's data and a page of its own, and further arguments.</summary>
    public static HostProcess Start(TemporaryFolder folder, params string[] arguments) => StartBehind([], folder, arguments);

    /// <summary>The same behind other words, which become the product.</summary>
    public static HostProcess StartBehind(IReadOnlyList<string> words, TemporaryFolder folder, params string[] arguments)
    {
        Directory.CreateDirectory(folder["browser/assets"]);
        File.WriteAllText(folder["browser/index.html"], "<!doctype html><title>Page</title>");
        File.WriteAllText(folder["browser/assets/app-1.js"], new string(' ', 5000));
        var given = Array.IndexOf(arguments, "--port");
        var port = given < 0 ? SettingForms.FreePort() : 0;
        string[] all = [
            .. words, .. HostCommand.Program, "--data", folder["data"], "--browser", folder["browser"],
            "--postgres-bin", TestCluster.Programs, .. Default("--sign-up", "open"), .. Default("--verify", "later"), .. Default("--form-time", "0"), .. given < 0 ? ["--port", $"{port}"] : Array.Empty<string>(), .. arguments
        ];
        var start = new ProcessStartInfo(all[0], all.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new HostProcess(Process.Start(start)!, port, folder["data"]);

        string[] Default(string flag, string value) => arguments.Contains(flag) ? [] : [flag, value];
    }

    public static async Task<HostProcess> StartReadyAsync(TemporaryFolder folder, params string[] arguments)
    {
        var host = Start(folder, arguments);
        await host.ReadyAsync();
        return host;
    }

    /// <summary>Somebody who has signed up, and whom the command has made one who runs the server.</summary>
    public async Task<TestBrowser> NewOperatorAsync()
    {
        var browser = await new TestBrowser(Http.BaseAddress!).SignUpAsync();
        var (exit, output) = await HostCommand.RunAsync("operator", "add", browser.Email, "--data", _data, "--postgres-bin", TestCluster.Programs);
        Assert.True(exit == 0, output);
        return browser;
    }

    public async Task ReadyAsync()
    {
        await Eventually.HoldsAsync("the host is ready", () => IsReady || _process.HasExited, seconds: 90);
        Assert.True(IsReady, Output);
    }

    public async Task KillAsync()
    {
        Posix.Signal(_process.Id, Posix.Kill);
        await ExitAsync();
    }

    /// <summary>Asks it to stop as a service manager does, and waits.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        var watch = Stopwatch.StartNew();
        Posix.Signal(_process.Id, Terminate);
        await ExitAsync();
        return watch.Elapsed;
    }

    public Task ExitAsync() => _process.WaitForExitAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            Posix.Signal(_process.Id, Terminate);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private const int Terminate = 15;
}
