using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.Identity;

/// <summary>People, their passwords and their sessions.</summary>
public static class IdentityModule
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<Users>();
        services.AddSingleton<Operators>();
        services.AddSingleton<People>();
        services.AddSingleton<Sessions>();
        services.AddHostedService<SessionKeeper>();
        services.AddSingleton<PasswordHasher>();
        services.AddHostedService(provider => provider.GetRequiredService<PasswordHasher>());
        services.AddSingleton<SignIn>();
        services.AddSingleton<SignUp>();
    }

    /// <summary>Asked before a start, so that whoever starts the product reads one sentence.</summary>
    /// <returns>What this machine lacks, and the way out; null where all is there.</returns>
    public static string? FindMissing() => Sodium.Start();

    public static void Map(WebApplication app)
    {
        app.UseMiddleware<SessionCheck>();
        // A browser that is gone without a word is noticed within half a minute.
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });

        var api = app.MapApi();
        api.MapPost("/sign-up", (HttpContext context, Body<SignUp.Input> body, SignUp signUp) => signUp.HandleAsync(context, body.Value)).AllowAnonymous();
        api.MapPost("/sign-in", (HttpContext context, Body<SignIn.Input> body, SignIn signIn) => signIn.HandleAsync(context, body.Value)).AllowAnonymous();
        api.MapPost("/sign-out", SignOut.HandleAsync).AllowAnonymous();
        api.MapGet("/me", Me.HandleAsync);
        api.MapPost("/me/language", ChooseLanguage.HandleAsync);
        api.MapGet("/sync", SyncDoor.HandleAsync);
    }
}
