using System.Net;
using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>Keeps passwords off open wires.</summary>
internal static class SafeTransport
{
    /// <returns>What stands against sending a password this way, or null.</returns>
    internal static Failure? Check(HttpRequest request) => request.IsHttps || IsThisMachine(request.Host.Host)
        ? null
        : IdentityFailures.Insecure.With(
            "Open the site by https. To get there, put a reverse proxy with a certificate (Caddy makes its own) in front and set the public address; see the guide for operators.");

    /// <summary>What browsers too take for safe without a certificate.</summary>
    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
