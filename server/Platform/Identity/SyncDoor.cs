using Holdfast.Engine.Sync;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Identity;

/// <summary>GET /api/sync: opens the socket for whoever is signed in. That it was our own page that asked has been checked by then.</summary>
internal static class SyncDoor
{
    internal static async Task HandleAsync(HttpContext context, SignedIn who, SyncHub hub, Sessions sessions)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problem.WriteAsync(context, RequestFailures.Malformed.With("This address is for WebSockets."));
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await hub.ServeAsync(socket, new SyncUser(who.User, who.Session)
        {
            Until = who.Until,
            Token = who.Token,
            AsksProof = who.Until is null ? cancel => sessions.IsProvenAsync(who.Session, cancel) : null,
        }, context.RequestAborted);
    }
}
