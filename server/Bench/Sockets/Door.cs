using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Holdfast.Bench.Sockets;

/// <summary>Where sockets are opened.</summary>
/// <param name="Address">The server's address.</param>
/// <param name="Path">The path of the handshake, with its query.</param>
/// <param name="Cookie">Sent along, where the server asks who it is.</param>
internal sealed record Door(Uri Address, string Path, string? Cookie = null)
{
    // The product counts requests by client address; below its limit an address is good for so many sockets in a row.
    private const int SocketsPerAddress = 100;

    /// <summary>Opens a socket.</summary>
    /// <param name="number">Which one it is; decides the loopback address that it comes from.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<ClientWebSocket> OpenAsync(int number, CancellationToken cancel)
    {
        using var handler = From(Source(number));
        using var http = new HttpMessageInvoker(handler);
        var socket = new ClientWebSocket();
        // An idle socket is to be idle.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.SetRequestHeader("Origin", Address.GetLeftPart(UriPartial.Authority));
        if (Cookie is not null)
            socket.Options.SetRequestHeader("Cookie", Cookie);
        await socket.ConnectAsync(new UriBuilder(new Uri(Address, Path)) { Scheme = "ws" }.Uri, http, cancel);
        return socket;
    }

    /// <summary>Makes connections that come from a loopback address.</summary>
    internal static SocketsHttpHandler From(IPAddress source) => new()
    {
        UseCookies = false,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(source, 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    internal static IPAddress Source(int number) => new([127, 0, 1, (byte)(1 + (number / SocketsPerAddress))]);
}
