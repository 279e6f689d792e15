using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>POST /api/sign-out. Good to repeat: who is signed out already gets the same answer.</summary>
internal static class SignOut
{
    internal static async Task<IResult> HandleAsync(HttpContext context, SessionFinder sessions)
    {
        if (await sessions.SignOutAsync(context) is { } refused)
            return Problem.Of(refused);
        SessionCookie.Clear(context.Response);
        // Not the storage: what another person of this browser has not sent yet is there as well. The page wipes what is its own.
        context.Response.Headers["Clear-Site-Data"] = "\"cache\"";
        return TypedResults.NoContent();
    }
}
