using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Holdfast.Platform.Http;

/// <summary>What every module needs at the edge. First in the list of modules: its checks run before all others.</summary>
public static class HttpModule
{
    public static void Add(IServiceCollection services, SiteSettings site)
    {
        services.AddSingleton(site);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<MemoryLimits>();
        services.AddSingleton<RequestLimits>();
        if (site.Redis is { } redis)
        {
            services.AddSingleton(_ => new RedisClient(redis));
            services.AddSingleton<RedisLimits>();
            services.AddSingleton<ILimitStore>(provider => provider.GetRequiredService<RedisLimits>());
        }
        else
        {
            services.AddSingleton<PostgresLimits>();
            services.AddSingleton<ILimitStore>(provider => provider.GetRequiredService<PostgresLimits>());
            services.AddHostedService<LimitSweeper>();
        }

        services.AddSingleton<InstanceSecret>();
    }

    public static void Map(WebApplication app)
    {
        app.UseMiddleware<ApiEdge>();
        app.UseMiddleware<SameSite>();
    }

    /// <summary>Whether a request is for what <see cref="MapApi"/> holds. As routing sees it: capitals make no difference.</summary>
    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <summary>The group under <c>/api</c>. What is mapped in it needs a session unless it says <c>AllowAnonymous()</c>.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder app) =>
        app.MapGroup("/api").AddEndpointFilter(Body.RefuseBadAsync);
}
