using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Identity;

/// <summary>The addresses of verification and of changes of address.</summary>
internal static class AddressDoor
{
    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/me/verification", (SignedIn who, Verification door) => door.AskAsync(who.User)).RefuseTokens().OpenToUnverified()
            .Limited("verification", site => site.Addresses);
        api.MapPost("/address/verify/look", (HttpContext context, Body<Verification.Look> body, Verification door) => door.LookAsync(context, body.Value)).AllowAnonymous()
            .Limited("look", site => site.Openings, staysOpen: true);
        api.MapPost("/address/verify", (HttpContext context, Body<Verification.Held> body, Verification door) => door.ShowAsync(context, body.Value)).AllowAnonymous()
            .RequireSafeTransport().Limited("address-link", site => site.Forgotten);
        // Counted after the proof: whoever is asked for it has not asked for a mail yet.
        api.MapPost("/me/email", (HttpContext context, SignedIn who, Body<ChangeAddress.Input> body, ChangeAddress door) => door.AskAsync(context, who, body.Value))
            .RequireFresh().OpenToUnverified().Limited("address", site => site.Addresses);
        api.MapDelete("/me/email", (HttpContext context, SignedIn who, ChangeAddress door) => door.GiveUpAsync(context, who)).RefuseTokens().OpenToUnverified();
        api.MapPost("/address/confirm/look", (Body<AddressLinks.Held> body, AddressLinks door, CancellationToken cancel) => door.LookAsync(body.Value, cancel)).AllowAnonymous()
            .Limited("look", site => site.Openings, staysOpen: true);
        api.MapPost("/address/confirm", (HttpContext context, Body<AddressLinks.Held> body, AddressLinks door) => door.ConfirmAsync(context, body.Value)).AllowAnonymous()
            .Limited("address-link", site => site.Forgotten);
        api.MapPost("/address/undo/look", (Body<AddressLinks.Held> body, AddressLinks door, CancellationToken cancel) => door.LookAtUndoAsync(body.Value, cancel)).AllowAnonymous()
            .Limited("look", site => site.Openings, staysOpen: true);
        api.MapPost("/address/undo", (HttpContext context, Body<AddressLinks.Held> body, AddressLinks door) => door.UndoAsync(context, body.Value)).AllowAnonymous()
            .Limited("address-link", site => site.Forgotten);
    }
}
