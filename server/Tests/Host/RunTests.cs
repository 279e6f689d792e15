using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Host;
using Holdfast.Host.Web;
using Holdfast.Tests.Support;
using Xunit;

namespace Holdfast.Tests.Host;

/// <summary>The script that starts the product, in a clone in which nothing is built yet.</summary>
public sealed class RunTests
{
    private const string Goes = "It goes on to bring what is missing.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--port", "PORT")]
    [InlineData("--port=PORT")]
    [InlineData("--data", "elsewhere", "--port", "PORT")]
    [InlineData("--port", "PORT", "--bind", "any")]
    [InlineData("--bind=127.0.0.1", "--port", "PORT")]
    public async Task That_the_port_is_taken_is_said_before_anything_is_built(params string[] words)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string[] arguments = [.. words.Select(word => word.Replace("PORT", $"{((IPEndPoint)taken.LocalEndpoint).Port}", StringComparison.Ordinal))];
        var (code, said) = await RunAsync(arguments);
        // In the words of the program, which looks again when it is there.
        var refusal = Assert.Throws<StartException>(() => Listener.CheckFree(Settings.Read(arguments, new Dictionary<string, string>(StringComparer.Ordinal), Repository.Root)));
        Assert.Equal((refusal.ExitCode, $"error: {refusal.Message}\n"), (code, said));

        taken.Stop();
        Assert.Equal((7, $"{Goes}\n"), await RunAsync(arguments));
    }

    [Fact]
    public async Task The_port_may_stand_in_the_environment_and_a_command_takes_none()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        Assert.Contains($"port {port}: ", (await RunAsync([], port)).Said, StringComparison.Ordinal);
        Assert.Equal((7, $"{Goes}\n"), await RunAsync(["user", "list"], port));
        Assert.Equal((7, $"{Goes}\n"), await RunAsync(["--port", "0"], port));
    }

    private static async Task<(int Code, string Said)> RunAsync(string[] arguments, string? port = null)
    {
        using var clone = new TemporaryFolder();
        foreach (var file in new[] { "bin/run", "bin/lib/common.sh", "bin/lib/build.sh", "docs/en/operate/settings.md" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(clone[file])!);
            File.Copy(Path.Combine(Repository.Root, file), clone[file]);
        }

        await File.WriteAllTextAsync(clone["bin/setup"], $"echo '{Goes}' >&2; exit 7", Cancel);
        File.SetUnixFileMode(clone["bin/setup"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var process = Process.Start(new ProcessStartInfo(clone["bin/run"], arguments) { UseShellExecute = false, RedirectStandardError = true, Environment = { ["HOLDFAST_PORT"] = port } })!;
        var said = await process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, said);
    }
}
