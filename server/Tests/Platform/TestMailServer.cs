using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Holdfast.Host;
using Holdfast.Tests.Support;

namespace Holdfast.Tests.Platform;

/// <summary>A mail server that others wrote, from npm, on this machine.</summary>
internal sealed class TestMailServer : IAsyncDisposable
{
    /// <summary>One mail that it took.</summary>
    internal sealed record Taken(string From, string[] To, bool Secure, string? User, string Raw)
    {
        public Mailed Mail => Mailed.Read(Raw);
    }

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private TestMailServer(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
    }

    public IReadOnlyList<Taken> Mails =>
        [.. _lines.Where(line => line.StartsWith('{')).Select(line => JsonSerializer.Deserialize<Taken>(line, JsonSerializerOptions.Web)!)];

    /// <param name="port">Where it listens.</param>
    /// <param name="pem">Certificate and key; it offers no encryption without.</param>
    /// <param name="login">USER:PASSWORD that it asks for.</param>
    public static async Task<TestMailServer> StartAsync(int port, string? pem = null, string? login = null)
    {
        string[] words =
        [
            Path.Combine(Repository.Root, "server/Tests/Servers/smtp.mjs"), "--port", port.ToString(CultureInfo.InvariantCulture),
            .. pem is null ? Array.Empty<string>() : ["--pem", pem], .. login is null ? Array.Empty<string>() : ["--login", login],
        ];
        var server = new TestMailServer(Process.Start(new ProcessStartInfo("node", words) { UseShellExecute = false, RedirectStandardOutput = true })!);
        await Eventually.HoldsAsync("the mail server is ready", () => server._process.HasExited
            ? throw new InvalidOperationException("It ended. bin/test brings it: npm ci in server/Tests/Servers.")
            : server._lines.Contains("ready"));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Posix.Signal(_process.Id, Posix.Kill);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
