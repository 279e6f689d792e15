using Holdfast.Engine.Failures;
using Holdfast.Engine.Permissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>For what a session that somebody left open must not be enough.</summary>
public static class FreshProof
{
    /// <summary>So long a proven password counts.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Refuses with <see cref="PermissionFailures.ProofRequired"/> unless the session has proven its password in the last five
    /// minutes, by a sign-in or by <c>POST /api/session/proof</c>. The page asks for it by itself and repeats the request. A token
    /// cannot, and is refused.
    /// </summary>
    public static TBuilder RequireFresh<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.AddEndpointFilter(async (context, next) =>
        Check(context.HttpContext) is { } failure ? Problem.Of(failure) : await next(context));

    /// <summary>The same, where a group asks it for some of its addresses.</summary>
    internal static Failure? Check(HttpContext http)
    {
        var who = http.Features.Get<SignedIn>();
        if (who?.Until is not null)
            return Bearer.NotForTokens();
        return who?.IsProven == true ? null : Refusal();
    }

    /// <summary>The answer to whoever has not.</summary>
    public static Failure Refusal() => PermissionFailures.ProofRequired.With("Prove it by POST /api/session/proof, then send this again.");
}
