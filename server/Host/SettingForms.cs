using System.Globalization;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using Holdfast.Platform.Mail;

namespace Holdfast.Host;

/// <summary>The forms that values of settings have. Each gives null, or false, for what is not of the form.</summary>
internal static class SettingForms
{
    /// <summary>A whole number in digits alone.</summary>
    public static int? Number(string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    /// <summary>A length of time: a whole number with m, h or d behind it.</summary>
    public static TimeSpan? Length(string value, TimeSpan least, TimeSpan most)
    {
        if (value.Length < 2 || Number(value[..^1], 1, 1_000_000) is not { } number)
            return null;
        TimeSpan? length = value[^1] switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
        return length >= least && length <= most ? length : null;
    }

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

    /// <summary>Addresses of sites, separated by commas, as browsers name them.</summary>
    public static List<string>? Origins(string value)
    {
        var origins = value.Split(',', StringSplitOptions.TrimEntries).Select(Origin).ToArray();
        return origins.Any(origin => origin is null) ? null : [.. origins.Select(origin => origin!.GetLeftPart(UriPartial.Authority))];
    }

    /// <summary>Whether it is s3://BUCKET/PREFIX with an endpoint and, if need be, a region.</summary>
    public static bool IsBucket(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
            return false;
        var query = System.Web.HttpUtility.ParseQueryString(uri.Query);
        return query.AllKeys.All(key => key is "endpoint" or "region") && Origin(query["endpoint"] ?? "") is not null;
    }

    /// <summary><c>console</c>, a folder, or smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS.</summary>
    public static MailSettings? Mail(string value)
    {
        if (value == "console")
            return new MailSettings();
        if (!value.Contains("://", StringComparison.Ordinal))
            return new MailSettings { Folder = Path.GetFullPath(value) };
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri) || uri is not { Scheme: "smtp", Host.Length: > 0, AbsolutePath: "" or "/", Fragment: "" })
            return null;
        // A plus sign in an address is one, and no space.
        var query = System.Web.HttpUtility.ParseQueryString(uri.Query.Replace("+", "%2B", StringComparison.Ordinal));
        string[] login = [.. uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
        var from = query["from"] ?? login[0];
        // Without encryption the password and every link would go over the wire for all to read.
        var encrypts = (query["tls"] ?? (uri.IsLoopback ? "none" : "starttls")) switch { "starttls" => true, "none" when uri.IsLoopback => false, _ => (bool?)null };
        if (encrypts is null || login is [{ Length: > 0 }] || query.AllKeys.Any(key => key is not ("from" or "tls"))
            || !MailAddress.TryCreate(from, out var address) || address.Address != from)
            return null;
        return new MailSettings
        {
            Server = new SmtpServer(
                uri.DnsSafeHost, uri.Port < 0 ? 587 : uri.Port, from, login is [var user, var password] ? new NetworkCredential(user, password) : null, encrypts.Value),
        };
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
