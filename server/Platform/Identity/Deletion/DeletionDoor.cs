using Holdfast.Engine.Records;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Platform.Identity;

/// <summary>How a person has himself deleted, and how he thinks better of it.</summary>
internal sealed class DeletionDoor(Deletions deletions)
{
    internal sealed record Input
    {
        /// <summary>His address, typed: nobody does that by mistake.</summary>
        [Text(254, Required = true)]
        public string Email { get; init; } = "";
    }

    internal sealed record Look
    {
        [Text(LinkToken.Length, Required = true)]
        public string Token { get; init; } = "";
    }

    internal static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/me/deletion", (SignedIn who, DeletionDoor door, CancellationToken cancel) => door.ForeseeAsync(who, cancel)).RefuseTokens().OpenToUnverified();
        api.MapPost("/me/deletion", (HttpContext context, SignedIn who, Body<Input> body, DeletionDoor door) => door.AskAsync(context, who, body.Value)).RequireFresh().OpenToUnverified();
        api.MapPost("/keep/look", (Body<Look> body, DeletionDoor door, CancellationToken cancel) => door.LookAsync(body.Value, cancel)).AllowAnonymous()
            .Limited("look", site => site.Openings, staysOpen: true);
        api.MapPost("/keep", (HttpContext context, Body<Look> body, DeletionDoor door) => door.KeepAsync(context, body.Value)).AllowAnonymous()
            .Limited("keep", site => site.Forgotten);
    }

    /// <summary>GET /api/me/deletion: what it would mean now.</summary>
    private async Task<IResult> ForeseeAsync(SignedIn who, CancellationToken cancel)
    {
        var (blocking, going, isLastOperator) = await deletions.ForeseeAsync(who.User, cancel);
        return TypedResults.Ok(new { blocking, going, isLastOperator, days = (int)deletions.CoolOff.TotalDays });
    }

    /// <summary>POST /api/me/deletion: shuts the person out at once, and has him erased when the time is over.</summary>
    private async Task<IResult> AskAsync(HttpContext context, SignedIn who, Input input)
    {
        if (EmailKey.Fold(input.Email) != EmailKey.Fold(who.Email))
            return Problem.Of(Deletions.WrongAddress.With("Type the address that you sign in with.", "email"));
        if ((await deletions.ForeseeAsync(who.User, context.RequestAborted)).Block)
            return Problem.Of(Deletions.Blocked.With("GET /api/me/deletion says what: make others owners, and another one an operator, or delete what is yours alone."));
        if (await deletions.BeginAsync(who.User, (context, who.Session), deletions.CoolOff) is not { } until)
            return Problem.Of(SessionFinder.Ended());
        SessionCookie.Clear(context.Response);
        return TypedResults.Ok(new { until = until.UtcDateTime });
    }

    /// <summary>POST /api/keep/look: whose account the link keeps, and until when. Uses nothing up.</summary>
    private async Task<IResult> LookAsync(Look input, CancellationToken cancel) =>
        await deletions.LookAsync(input.Token, cancel) is var (user, due)
            ? TypedResults.Ok(new { user.Email, until = due })
            : Problem.Of(Links.NotValid());

    /// <summary>POST /api/keep: the account stays. Begins no session: who reads the mail proves next that he has the password.</summary>
    private async Task<IResult> KeepAsync(HttpContext context, Look input) =>
        await deletions.KeepAsync(context, input.Token) ? TypedResults.NoContent() : Problem.Of(Links.NotValid());
}
