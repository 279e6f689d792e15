using Holdfast.Platform.Http;
using Holdfast.Platform.Mail;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Workspaces;

/// <summary>Workspaces, who is in them, and the links by which people join.</summary>
public static class WorkspacesModule
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Memberships>();
        services.AddSingleton<Founding>();
        services.AddSingleton<Invites>();
        services.AddSingleton<InviteDesk>();
        services.AddSingleton<InviteMail>();
        services.AddMailJob<InviteMail.Asked>(InviteMail.Kind, provider => provider.GetRequiredService<InviteMail>());
        services.AddSingleton<Leaving>();
    }

    public static void Map(WebApplication app)
    {
        var api = app.MapApi();
        api.MapPost("/workspaces", Founding.HandleAsync);
        api.MapPost("/invites/look", InviteDoor.LookAsync).AllowAnonymous().Limited("look", site => site.Openings, staysOpen: true);
        api.MapPost("/invites/accept", InviteDoor.AcceptAsync);
        api.MapPost("/workspaces/{workspace:guid}/leave", (Guid workspace, SignedIn who, Leaving leaving, CancellationToken cancel) => leaving.HandleAsync(workspace, who, cancel));

        var invites = api.MapGroup("/workspaces/{workspace:guid}/invites");
        invites.MapPost("", (HttpContext context, Guid workspace, SignedIn who, Body<InviteDesk.Input> body, InviteDesk desk, CancellationToken cancel) =>
            desk.MakeAsync(context, workspace, who, body.Value, cancel));
        invites.MapGet("", (Guid workspace, SignedIn who, InviteDesk desk, CancellationToken cancel) => desk.ListAsync(workspace, who, cancel));
        invites.MapDelete("/{invite:guid}", (Guid workspace, Guid invite, SignedIn who, InviteDesk desk, CancellationToken cancel) =>
            desk.RevokeAsync(workspace, invite, who, cancel));
    }
}
