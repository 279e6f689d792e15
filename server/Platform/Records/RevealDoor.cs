using Holdfast.Engine.Operations;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Records;

/// <summary>
/// POST /api/workspaces/{workspace}/records/{type}/{id}/secrets/{field}: the value of a secret field. It is no GET, for it
/// leaves a line that says who saw what: no browser does that by looking ahead.
/// </summary>
internal static class RevealDoor
{
    internal static async Task<IResult> HandleAsync(
        Guid workspace, string type, Guid id, string field, SignedIn who, Secrets secrets, ILimitStore limits, SiteSettings site, CancellationToken cancel)
    {
        var reveal = new Draw(site.Reveals, $"reveal {who.User}");
        if ((await limits.TakeAsync(reveal)).Wait is { } wait)
            return Problem.Of(RequestFailures.TooManyFor(wait));
        var (failure, value) = await secrets.RevealAsync(workspace, who.ToActor(), type, id, field, cancel);
        if (failure is null)
            return TypedResults.Ok(new { value });
        await limits.GiveBackAsync(forget: false, reveal);
        return Problem.Of(failure);
    }
}
