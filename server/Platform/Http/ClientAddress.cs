using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>Where a request comes from: the other end of the connection, which nobody can make up.</summary>
public static class ClientAddress
{
    private const int CallerBitsV6 = 64;
    private const int NeighbourhoodBitsV4 = 24;

    /// <summary>One caller, to count by: an IPv4 address, or the /64 that one IPv6 line is given whole.</summary>
    public static IPNetwork Caller(HttpContext context) => Network(context, 32);

    /// <summary>The neighbourhood of a caller: coarse enough to be kept with a session.</summary>
    public static IPNetwork Neighbourhood(HttpContext context) => Network(context, NeighbourhoodBitsV4);

    /// <inheritdoc cref="Neighbourhood(HttpContext)"/>
    public static IPNetwork Neighbourhood(IPAddress address) => Network(address, NeighbourhoodBitsV4);

    internal static IPNetwork Network(IPAddress address, int bitsV4)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        // A browser reaches its own machine by either, and changes from one request to the next.
        if (address.Equals(IPAddress.IPv6Loopback))
            address = IPAddress.Loopback;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? bitsV4 : CallerBitsV6;
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), bits);
    }

    private static IPNetwork Network(HttpContext context, int bitsV4) =>
        Network(context.Connection.RemoteIpAddress ?? IPAddress.None, bitsV4);
}
