using System.Net;
using Holdfast.Engine;
using Holdfast.Engine.Storage;
using Holdfast.Engine.Sync;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Holdfast.Bench.Servers.Scopes;

/// <summary>
/// The engine with record types of the benchmark's own, because the product has none yet that are read by keys, and
/// without sign-in: whoever comes says who he is. This program is that server when it is started in this role.
/// </summary>
internal static class ScopeServer
{
    internal const string Role = "scopes";
    internal const string CrowdPath = "/crowd";

    internal static async Task<Server> StartAsync(Product product, CancellationToken cancel) =>
        await Server.StartAsync(["dotnet", typeof(ScopeServer).Assembly.Location, Role, await product.CreateDatabaseAsync("scopes", cancel)], cancel);

    internal static async Task ServeAsync(string database)
    {
        await Migrator.MigrateAsync(database, [EngineModule.Project, typeof(ScopeServer).Assembly]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        EngineModule.Add(builder.Services, database);
        ScopeRecords.Add(builder.Services);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(database));
        builder.Services.AddSingleton<CrowdMaker>();
        await using var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/health/ready", () => Results.Ok());
        app.MapPost(CrowdPath, (int scopes, int each, CrowdMaker crowds) => crowds.MakeAsync(scopes, each));
        app.MapGet("/sync", async (HttpContext context, Guid user, SyncHub hub) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await hub.ServeAsync(socket, new SyncUser(user, Session: user), context.RequestAborted);
        });
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"ready at {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }
}
