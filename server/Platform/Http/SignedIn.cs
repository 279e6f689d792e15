using System.Reflection;
using Microsoft.AspNetCore.Http;

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
    /// <summary>Called once per request by whoever checks sessions.</summary>
    public void Enter(HttpContext context) => context.Features.Set(this);

    public static ValueTask<SignedIn?> BindAsync(HttpContext context, ParameterInfo parameter) => new(
        context.Features.Get<SignedIn>()
        ?? throw new InvalidOperationException($"{context.Request.Path} asks for who is signed in, but is mapped to need no session."));
}
