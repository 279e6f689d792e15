using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Jobs;

/// <summary>Jobs as whoever asked for them meets them. How far one is comes to the browser as a record; here it is stopped.</summary>
public static class JobsModule
{
    public static void Add(IServiceCollection services) => services.AddSingleton<CancelDoor>();

    public static void Map(WebApplication app) => app.MapApi().MapPost(
        "/workspaces/{workspace:guid}/jobs/{job:guid}/cancel",
        (Guid workspace, Guid job, SignedIn who, CancelDoor door, CancellationToken cancel) => door.HandleAsync(workspace, job, who, cancel));
}
