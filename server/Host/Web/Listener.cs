using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HttpOverrides;

namespace Holdfast.Host.Web;

/// <summary>Where and how the server listens.</summary>
internal static class Listener
{
    /// <summary>The largest body of a request, in bytes; sockets have a limit of their own per frame.</summary>
    public const int MaxBody = 1024 * 1024;

    /// <summary>How long a connection stays open on which nothing is asked. A proxy keeps its own for less.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(75);

    // What was told to end writes down how far it came.
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(0.5);

    public static void Configure(WebApplicationBuilder builder, Settings settings)
    {
        builder.Services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = settings.Drain + Ending;
            // One after the other, a request that does not end would take the time of the jobs.
            options.ServicesStopConcurrently = true;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The longest query that is taken fits, in any script; what is longer is answered without us.
            kestrel.Limits.MaxRequestLineSize = 16 * 1024;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxRequestHeaderCount = 100;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            // Each takes a file of the process, which the database and the data folder need as well.
            kestrel.Limits.MaxConcurrentConnections = settings.Connections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = settings.Connections;
            kestrel.Limits.KeepAliveTimeout = Idle;
            var crowd = new Crowd(settings);
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(crowd.Admit));
            if (settings.Bind is null)
                kestrel.ListenLocalhost(settings.Port);
            else if (settings.Bind.Equals(IPAddress.IPv6Any))
                kestrel.ListenAnyIP(settings.Port);
            else
                kestrel.Listen(settings.Bind, settings.Port);
        });
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            // Empty lists would mean that everyone is believed.
            options.ForwardedHeaders = settings.TrustedProxies is [] ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in settings.TrustedProxies)
                options.KnownIPNetworks.Add(network);
        });
    }

    /// <summary>Starts listening.</summary>
    /// <exception cref="StartException">The port or address is not to be had.</exception>
    public static async Task StartAsync(WebApplication app, Settings settings, CancellationToken cancel)
    {
        if (settings is { IsLoopbackOnly: false, TrustedProxies: [] } && settings.PublicAddress.Scheme == Uri.UriSchemeHttp)
            app.Logger.LogWarning("Listening beyond this machine without TLS: nobody can sign in from another machine. Put a proxy with TLS in front and name it by --public-address and --trusted-proxies");
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // What has begun to run in the background ends in order, and not as a crash.
            await app.StopAsync(CancellationToken.None);
            throw NotToBeHad(settings, e);
        }
    }

    /// <summary>Looks whether it could listen, before anything else is begun.</summary>
    /// <exception cref="StartException">The port or address is not to be had.</exception>
    public static void CheckFree(Settings settings)
    {
        if (settings.Port == 0)
            return;
        foreach (var address in settings.Bind is { } bind ? [bind] : new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (address.Equals(IPAddress.IPv6Any))
                    socket.DualMode = true;
                socket.Bind(new IPEndPoint(address, settings.Port));
                socket.Listen();
            }
            catch (SocketException e) when (settings.Bind is not null || e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                throw NotToBeHad(settings, e);
            }
            catch (SocketException)
            {
                // A machine may have only one of the two loopback addresses.
            }
        }
    }

    private static StartException NotToBeHad(Settings settings, Exception e) => new(e is SocketException { SocketErrorCode: SocketError.AddressNotAvailable }
        ? $"Cannot listen on {settings.Bind}, which is no address of this machine. Choose another by --bind."
        : $"Cannot listen on {(settings.Bind is { } bind ? $"{bind}, " : "")}port {settings.Port}: {e.Message.TrimEnd('.')}. Choose another by --port, or another address by --bind.");
}
