using Holdfast.Engine;
using Holdfast.Engine.Failures;
using Holdfast.Engine.Jobs;
using Holdfast.Engine.Permissions;
using Holdfast.Engine.Storage;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Security;

/// <summary>What happens to people, sessions and rights is written down, and read by those whom it concerns.</summary>
public static class SecurityModule
{
    /// <summary>Who reads the events of a workspace.</summary>
    internal const string Permission = "access.member.watch";

    public static void Add(IServiceCollection services)
    {
        services.TryAddSingleton(new SecuritySettings());
        services.AddSingleton<EventTally>();
        services.AddHostedService(provider => provider.GetRequiredService<EventTally>());
        services.AddSingleton(provider => new SecurityEvents(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<EventTally>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SecurityEvents>>()));
        services.AddSingleton<EventPost>();
        services.AddHostedService(provider => provider.GetRequiredService<EventPost>());
        services.AddSingleton<EventReader>();
        services.AddSeries(SecurityEvents.Counts);
        services.AddHostedService<WriteWatch>();
        services.AddSingleton<EventKeeper>();
        services.AddJob(new JobKind<ForgetEvents>(ForgetEvents.Kind, provider => provider.GetRequiredService<EventKeeper>()));
        services.AddSingleton(new JobSchedule(ForgetEvents.Kind, ForgetEvents.Kind, "41 3 * * *", "UTC", new ForgetEvents()));
    }

    /// <summary>Before all other checks, so that it sees what each of them refuses.</summary>
    public static void Watch(WebApplication app) => app.UseMiddleware<RefusalWatch>();

    public static void Map(WebApplication app)
    {
        var api = app.MapApi();
        // No cookie counts here, and browsers send reports in a type of their own.
        api.MapPost("/csp-reports", CspReports.HandleAsync).AllowAnonymous().ForPrograms().Limited("reports", site => site.Reports);
        api.MapGet("/me/events", (SignedIn who, HttpRequest http, EventReader events, CancellationToken cancel) =>
            PageAsync(http, (filter, stop) => events.OfAsync(who.User, filter, stop), cancel));
        api.MapGet("/me/events/export", (SignedIn who, HttpContext http, EventReader events) =>
            EventFile.WriteAsync(http, (filter, stop) => events.OfAsync(who.User, filter, stop))).RequireFresh();
        api.MapGet("/workspaces/{workspace:guid}/events", async (Guid workspace, SignedIn who, HttpRequest http, AccessReader rights, EventReader events, CancellationToken cancel) =>
            await RefuseAsync(workspace, who, rights, cancel) is { } refused ? Problem.Of(refused) : await PageAsync(http, (filter, stop) => events.InAsync(workspace, filter, stop), cancel));
        api.MapGet("/workspaces/{workspace:guid}/events/export", async (Guid workspace, SignedIn who, HttpContext http, AccessReader rights, EventReader events) =>
            await RefuseAsync(workspace, who, rights, http.RequestAborted) is { } refused ? Problem.Of(refused) : await EventFile.WriteAsync(http, (filter, stop) => events.InAsync(workspace, filter, stop))).RequireFresh();
    }

    internal static async Task<IResult> PageAsync(HttpRequest http, Func<EventFilter, CancellationToken, Task<IReadOnlyList<EventRow>>> read, CancellationToken cancel) =>
        EventsAddress.ReadPage(http, out var filter) is { } failure ? Problem.Of(failure) : EventFile.Page(await read(filter, cancel), filter.Limit);

    private static async Task<Failure?> RefuseAsync(Guid workspace, SignedIn who, AccessReader rights, CancellationToken cancel)
    {
        var (access, refused) = await who.InAsync(workspace, rights, cancel);
        return access is null || access.Can(Permission) ? refused
            : PermissionFailures.Denied.With($"Your role lacks the permission {Permission}.", null, ("permission", Permission));
    }
}
