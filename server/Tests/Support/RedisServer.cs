using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.Host;
using Holdfast.Platform.Http;

namespace Holdfast.Tests.Support;

/// <summary>A real Redis with a password, in memory alone.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Password = "p@ss:w/rd";

    // Debian keeps all programs of Redis in one file, which is what it is called by; its tools bring it without a service.
    private static readonly string? Program = new[] { "/usr/bin/redis-server", "/usr/bin/redis-check-rdb" }.FirstOrDefault(File.Exists);

    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    private readonly bool _isEncrypted;

    private RedisServer(int port, bool isEncrypted) => (Port, _isEncrypted) = (port, isEncrypted);

    internal int Port { get; }

    /// <summary>As the setting takes it.</summary>
    internal string Text => _isEncrypted ? TextFor("localhost") : $"redis://:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/3";

    /// <summary>The certificate of one that speaks TLS alone: for localhost, and vouched for by nobody.</summary>
    internal string Certificate => _folder["redis.pem"];

    internal RedisAddress Address => RedisAddress.Parse(Text)!;

    /// <summary>As the setting takes it, by TLS and another of its names.</summary>
    internal string TextFor(string host) => $"rediss://:{Uri.EscapeDataString(Password)}@{host}:{Port}/3";

    /// <param name="isEncrypted">Whether it speaks TLS alone.</param>
    internal static async Task<RedisServer> StartAsync(bool isEncrypted = false)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var server = new RedisServer(port, isEncrypted);
        await server.GoAsync();
        return server;
    }

    /// <summary>Starts it, also again.</summary>
    internal async Task GoAsync()
    {
        var target = Program ?? throw new InvalidOperationException("There is no Redis. bin/setup --redis brings it.");
        var program = _folder["redis-server"];
        if (!File.Exists(program))
            File.CreateSymbolicLink(program, target);
        if (_isEncrypted && !File.Exists(Certificate))
            TestCertificate.Write(Certificate);
        var port = Port.ToString(CultureInfo.InvariantCulture);
        string[] door = _isEncrypted
            ? ["--port", "0", "--tls-port", port, "--tls-cert-file", Certificate, "--tls-key-file", Certificate, "--tls-auth-clients", "no"]
            : ["--port", port];
        _process = Process.Start(new ProcessStartInfo(program,
        [
            .. door, "--bind", "127.0.0.1", "--requirepass", Password, "--save", "", "--appendonly", "no",
            "--dir", Path.GetDirectoryName(program)!, "--logfile", "redis.log",
        ])
        { UseShellExecute = false })!;
        await Eventually.HoldsAsync("Redis answers", async () =>
        {
            await using var client = new RedisClient(Address);
            try
            {
                return await client.SendAsync("PING") is "PONG";
            }
            catch (RedisException e) when (e.InnerException is AuthenticationException)
            {
                // It speaks; whom one believes is what is tested.
                return true;
            }
            catch (RedisException e)
            {
                return _process.HasExited ? throw new InvalidOperationException("Redis ended.", e) : false;
            }
        });
    }

    /// <summary>Ends it without a word, as a machine does that loses its power.</summary>
    internal async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        Posix.Signal(process.Id, Posix.Kill);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    /// <summary>Lets it stand still, and go on.</summary>
    internal void Freeze(bool frozen) => Posix.Signal(_process!.Id, frozen ? 19 : 18);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }
}
