using System.Reflection;
using Holdfast.Host.LocalPostgres;
using Holdfast.Platform.Http;
using Npgsql;

namespace Holdfast.Host.Web;

/// <summary>Whether the process lives, and whether what it needs does.</summary>
internal static class Health
{
    public const string Path = "/health";

    // Some monitors ask for the head alone.
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The product's version.</summary>
    public static string Version { get; } =
        typeof(Health).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private sealed record Dependency(string Name, string Status, double? LatencyMs = null, string? Detail = null);

    private sealed record Readiness(string Status, string Version, IReadOnlyList<Dependency> Dependencies);

    public static void MapHealth(this WebApplication app)
    {
        app.MapMethods($"{Path}/live", Methods, (HttpContext context) => Answer(context, new Readiness("ok", Version, []), ready: true)).AllowAnonymous();
        app.MapMethods($"{Path}/ready", Methods, async (HttpContext context, DatabaseServer database, TimeProvider clock) =>
        {
            var dependencies = await CheckAsync(database, clock, context.RequestAborted);
            var ready = dependencies.All(dependency => dependency.Status == "ok");
            // Without it nobody signs in, but whoever is signed in works on: no reason to send them elsewhere.
            if (context.RequestServices.GetService<RedisClient>() is { } redis)
                dependencies.Add(await CheckAsync(redis, clock));
            var whole = dependencies.All(dependency => dependency.Status == "ok");
            return Answer(context, new Readiness(whole ? "ok" : ready ? "degraded" : "unavailable", Version, dependencies), ready);
        }).AllowAnonymous();
    }

    private static IResult Answer(HttpContext context, Readiness readiness, bool ready)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(readiness, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Dependency> CheckAsync(RedisClient redis, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        try
        {
            await redis.SendAsync("PING");
            return new Dependency("redis", "ok", Math.Round(clock.GetElapsedTime(began).TotalMilliseconds, 1));
        }
        catch (RedisException)
        {
            return new Dependency("redis", "unavailable", Detail: "nobody can sign in");
        }
    }

    private static async Task<List<Dependency>> CheckAsync(DatabaseServer database, TimeProvider clock, CancellationToken cancel)
    {
        var kind = database.Local is null ? "given" : "local";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var began = clock.GetTimestamp();
        try
        {
            var applied = await database.CountMigrationsAsync(limit.Token);
            var latency = Math.Round(clock.GetElapsedTime(began).TotalMilliseconds, 1);
            return
            [
                new Dependency("database", "ok", latency, kind),
                new Dependency("migrations", applied >= database.Migrations ? "ok" : "missing", Detail: $"{applied} of {database.Migrations}"),
            ];
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            cancel.ThrowIfCancellationRequested();
            // That it has just died is noticed a moment later than that it does not answer.
            var state = database.Local is { State: not ClusterState.Running } local ? $"local, {local.State.ToString().ToLowerInvariant()}" : $"{kind}, does not answer";
            return [new Dependency("database", "unavailable", null, state), new Dependency("migrations", "unknown")];
        }
    }
}
