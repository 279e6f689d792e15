using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Builder;

namespace Holdfast.Platform.Identity;

/// <summary>Who has not shown that his address is his, where the instance demands it: all is closed to him but what says otherwise.</summary>
internal static class Unverified
{
    /// <summary>Marks what he reaches all the same.</summary>
    internal sealed record Open;

    /// <summary>For what he needs to show it, to have another address, to take his data along and to leave, and to read the page that asks him.</summary>
    internal static TBuilder OpenToUnverified<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Open());

    internal static Failure Refusal() =>
        IdentityFailures.Unverified.With("Open the link in the mail; POST /api/me/verification sends another.");
}
