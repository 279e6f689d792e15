using System.Reflection;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Operations;
using Holdfast.Engine.Permissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Http;

/// <summary>
/// Who makes a request. A handler that takes it as a parameter gets it: everything under <c>/api</c> has one
/// unless it is mapped with <c>AllowAnonymous()</c>.
/// </summary>
/// <param name="User">The person, for ever.</param>
/// <param name="Session">Through which; it can end between two requests.</param>
/// <param name="Name">As the person wants to be called.</param>
/// <param name="Email">As the person wrote it.</param>
/// <param name="Language">A language tag (BCP 47).</param>
public sealed record SignedIn(Guid User, Guid Session, string Name, string Email, string Language) : IBindableFromHttpContext<SignedIn>
{
    /// <summary>Whether the address was shown to be the person's.</summary>
    public bool IsVerified { get; init; }

    /// <summary>When this session last proved who he is; never for a token.</summary>
    public DateTimeOffset ProvenAt { get; init; }

    /// <summary>Whether that was as lately as <see cref="FreshProof.Lasts"/> says, at the time of the request.</summary>
    public bool IsProven { get; private init; }

    /// <summary>Until when the access token counts that he comes with; null for a browser, which has none.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The id of that access token.</summary>
    public Guid? Token { get; init; }

    /// <summary>The person as who acts.</summary>
    /// <param name="via">What the log says it came through.</param>
    public Actor ToActor(string via = "http") => Actor.Person(User, Session) with { Via = via, IsProven = IsProven };

    /// <summary>What the person may do in a workspace, or the refusal that he is not in it.</summary>
    public async Task<(Access? Access, Failure? Refused)> InAsync(Guid workspace, AccessReader rights, CancellationToken cancel) =>
        await rights.ReadAsync(workspace, ToActor(), cancel) is { } access
            ? (access, null)
            : (null, WriteFailures.NotHere());

    /// <summary>Called once per request by whoever checks sessions.</summary>
    public void Enter(HttpContext context) => context.Features.Set(this with
    {
        IsProven = Until is null && context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() - ProvenAt <= FreshProof.Lasts,
    });

    public static ValueTask<SignedIn?> BindAsync(HttpContext context, ParameterInfo parameter) => new(
        context.Features.Get<SignedIn>()
        ?? throw new InvalidOperationException($"{context.Request.Path} asks for who is signed in, but is mapped to need no session."));
}
