using System.Collections.Concurrent;
using System.Net;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Connections;

namespace Holdfast.Host.Web;

/// <summary>
/// How many connections one neighbourhood has open: it gets its part of what there is, and others find room. This machine itself and
/// trusted proxies have all, for behind them is everybody.
/// </summary>
internal sealed class Crowd(Settings settings)
{
    /// <summary>Of all connections, what part one neighbourhood may have.</summary>
    private const int Part = 4;

    private readonly ConcurrentDictionary<IPNetwork, int> _open = new();
    private readonly int _most = settings.Connections / Part;

    public ConnectionDelegate Admit(ConnectionDelegate next) => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || IsKnown(address))
        {
            await next(connection);
            return;
        }

        var neighbourhood = ClientAddress.Neighbourhood(address);
        try
        {
            if (_open.AddOrUpdate(neighbourhood, 1, (_, open) => open + 1) <= _most)
                await next(connection);
            else
                connection.Abort();
        }
        finally
        {
            // Taken out only where nobody has come meanwhile.
            if (_open.AddOrUpdate(neighbourhood, 0, (_, open) => open - 1) == 0)
                _open.TryRemove(new(neighbourhood, 0));
        }
    };

    private bool IsKnown(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.Equals(IPAddress.Loopback) || plain.Equals(IPAddress.IPv6Loopback) || settings.TrustedProxies.Any(network => network.Contains(plain));
    }
}
