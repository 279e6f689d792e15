using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Host;

/// <summary>The forms that values of settings have. Each gives null, or false, for what is not of the form.</summary>
internal static class SettingForms
{
    /// <summary>A whole number in digits alone.</summary>
    public static int? Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    /// <summary>A name of an enumeration, in any case; the numbers that stand for them are none.</summary>
    public static T? Name<T>(string value)
        where T : struct, Enum =>
        Enum.GetValues<T>().Cast<T?>().FirstOrDefault(name => string.Equals(name.ToString(), value, StringComparison.OrdinalIgnoreCase));

    /// <summary><c>any</c>, or an address; a bare number counts as one for the parser, and for nobody else.</summary>
    public static IPAddress? Bind(string value) =>
        value == "any" ? IPAddress.IPv6Any : value.AsSpan().ContainsAny(".:") && IPAddress.TryParse(value, out var address) ? address : null;

    /// <summary>An http or https address without path.</summary>
    public static Uri? Origin(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
            ? uri
            : null;

    /// <summary>Whether it is s3://BUCKET/PREFIX with an endpoint and, if need be, a region.</summary>
    public static bool IsBucket(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
            return false;
        var query = System.Web.HttpUtility.ParseQueryString(uri.Query);
        return query.AllKeys.All(key => key is "endpoint" or "region") && Origin(query["endpoint"] ?? "") is not null;
    }

    /// <summary>Addresses and networks, separated by commas.</summary>
    public static List<IPNetwork>? Networks(string value)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
        {
            // .NET reads 1.2.3 as 1.2.0.3, and whom to believe is nothing to guess.
            if (!part.Contains(':', StringComparison.Ordinal) && part.Count(c => c == '.') != 3)
                return null;
            if (IPNetwork.TryParse(part, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(part, out var address))
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            else
                return null;
        }

        return networks;
    }

    /// <summary>A port that is free. Chosen here rather than by the listener, because the public address follows from it.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
