using System.Net;
using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>Keeps passwords and tokens off open wires.</summary>
internal static class SafeTransport
{
    /// <summary>Marks an address that demands it.</summary>
    internal sealed class Demand;

    /// <summary>Refuses what comes without encryption from beyond this machine.</summary>
    internal static TBuilder RequireSafeTransport<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(new Demand()).AddEndpointFilter(async (context, next) =>
        Check(context.HttpContext.Request) is { } failure ? Problem.Of(failure) : await next(context));

    private static Failure? Check(HttpRequest request) => request.IsHttps || IsThisMachine(request.Host.Host)
        ? null
        : RequestFailures.Insecure.With(
            "Open the site by https. To get there, put a reverse proxy with a certificate (Caddy makes its own) in front and set the public address; see the guide for operators.");

    /// <summary>What browsers too take for safe without a certificate.</summary>
    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
