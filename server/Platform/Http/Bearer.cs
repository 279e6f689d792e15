using Holdfast.Engine.Failures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>Programs, which come with a token in <c>Authorization</c> (RFC 6750) and without a cookie.</summary>
public static class Bearer
{
    private const string Scheme = "Bearer ";

    /// <summary>Marks an address that takes no cookie: what it needs stands in the body, which no page of another site knows.</summary>
    internal sealed record NeedsNoCookie;

    /// <returns>The token; null where the request has none.</returns>
    internal static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    /// <summary>For programs that have no access token yet: no origin is asked for.</summary>
    public static TBuilder ForPrograms<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeedsNoCookie());

    /// <summary>Refuses tokens: for what takes a person at a browser.</summary>
    public static TBuilder RefuseTokens<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.AddEndpointFilter((context, next) =>
            context.HttpContext.Features.Get<SignedIn>() is { Until: not null } ? ValueTask.FromResult<object?>(Problem.Of(NotForTokens())) : next(context));

    internal static Failure NotForTokens() =>
        RequestFailures.NotForTokens.With("Sign in with a browser for it.");
}
